// The engine and its naive twin say the same of random schemas and bodies, well-formed or damaged.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "registry/schema/json_schema/json_schema.h"
#include "tests/property/json_schema/generate.h"
#include "tests/reference/json_schema/twin.h"

namespace assay::schema::json {
namespace {

constexpr std::string_view kSlots[] = {
    "$", "a", "lines", "a.b", "[\"x y\"]", "[\"q\\\"\"].id", "\u20ac", "a-name-of-seventeen"};
constexpr std::string_view kLeaves[] = {"lines[*]", "lines[*].quantity", "[*]",
                                        "[*].a",    "a[*].b.id",         "[*][*]"};

class Told : public LeafSink {
 public:
  Told() : told(std::size(kLeaves)) {}
  void check(LeafId leaf, const Value& value) override { told.at(leaf).push_back(twin_tell(value)); }
  void explain(LeafId leaf, const Value& value, std::string_view) override { check(leaf, value); }
  std::vector<std::vector<std::string>> told;
  bool operator==(const Told& other) const { return told == other.told; }
};

struct Outcome {
  Walk walk = Walk::over_budget;
  std::vector<std::string> slots;
  Told leaves;
  bool operator==(const Outcome& other) const {
    return walk == other.walk && slots == other.slots && leaves == other.leaves;
  }
};

std::vector<std::string> tell_all(const std::vector<Value>& slots) {
  std::vector<std::string> out;
  for (const Value& value : slots) out.push_back(twin_tell(value));
  return out;
}

class Engine {
 public:
  explicit Engine(std::string_view schema) {
    std::vector<PathRead> reads;
    for (std::size_t i = 0; i < std::size(kSlots); ++i) {
      reads.push_back({parse_path(kSlots[i]).value(), false, static_cast<SlotId>(i)});
    }
    for (std::size_t i = 0; i < std::size(kLeaves); ++i) {
      reads.push_back({parse_path(kLeaves[i]).value(), true, static_cast<LeafId>(i)});
    }
    validator_ = parse(schema, {}, Limits{}).value()->compile(PathTrie(reads), CompileOptions{}).value();
    workspace_ = validator_->make_workspace();
  }

  std::vector<Outcome> judge(const std::vector<std::string>& bodies) {
    std::vector<Bytes> bytes;
    for (const std::string& body : bodies) bytes.push_back(as_bytes(body));
    validator_->begin(bytes, *workspace_);
    std::vector<Outcome> out(bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      std::vector<Value> slots(std::size(kSlots));
      out[i].walk = validator_->walk(i, *workspace_, slots, out[i].leaves);
      out[i].slots = tell_all(slots);
    }
    return out;
  }

  Outcome explain(const std::string& body, std::vector<Violation>& violations) {
    Outcome out;
    std::vector<Value> slots(std::size(kSlots));
    out.walk = validator_->explain(as_bytes(body), *workspace_, slots, out.leaves, violations);
    out.slots = tell_all(slots);
    return out;
  }

 private:
  std::shared_ptr<const Validator> validator_;
  std::unique_ptr<Workspace> workspace_;
};

// nlohmann's parser refuses numbers beyond the range of doubles; JSON does not.
bool twin_can_read(const std::string& body) {
  const std::size_t e = body.find_first_of("eE");
  for (std::size_t at = e; at < body.size(); at = body.find_first_of("eE", at + 1)) {
    std::size_t digits = at + 1;
    while (digits < body.size() && (std::isdigit(static_cast<unsigned char>(body[digits])) != 0 ||
                                    body[digits] == '+' || body[digits] == '-')) {
      ++digits;
    }
    if (digits - at > 3) return false;
  }
  return true;
}

void expect_reads(const Outcome& outcome, const std::string& body) {
  const Json json = parse_document(body, Limits{}).value();
  for (std::size_t i = 0; i < std::size(kSlots); ++i) {
    RC_ASSERT(outcome.slots[i] == Twin::slot(json, parse_path(kSlots[i]).value()));
  }
  for (std::size_t i = 0; i < std::size(kLeaves); ++i) {
    // A container is offered when it ends, behind what is in it: order among leaves of one path is the twin's
    // but for that.
    auto told = outcome.leaves.told[i];
    auto wanted = Twin::leaves(json, parse_path(kLeaves[i]).value());
    std::sort(told.begin(), told.end());
    std::sort(wanted.begin(), wanted.end());
    RC_ASSERT(told == wanted);
  }
}

void agree(std::uint64_t seed, bool damage) {
  Generator generator(seed);
  const std::string schema = generator.document();
  std::vector<std::string> bodies;
  for (int i = 0; i < 20; ++i) {
    std::string body = generator.body();
    if (damage && generator.chance(60)) body = generator.damaged(std::move(body));
    if (twin_can_read(body)) bodies.push_back(std::move(body));
  }
  RC_LOG() << schema << '\n';
  const Twin twin(schema);
  Engine engine(schema);
  const std::vector<Outcome> outcomes = engine.judge(bodies);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    RC_LOG() << bodies[i] << '\n';
    const Walk wanted = twin.judge(bodies[i]);
    // A name twice, and something worse behind it: the twin stops at the name.
    const bool worse = wanted == Walk::violates && outcomes[i].walk == Walk::malformed &&
                       !parse_document(bodies[i], Limits{});
    RC_LOG() << static_cast<int>(outcomes[i].walk) << " wanted " << static_cast<int>(wanted) << "\n";
    RC_ASSERT(worse || outcomes[i].walk == wanted);
    RC_ASSERT(engine.judge({bodies[i]})[0] == outcomes[i]);
    std::vector<Violation> violations;
    RC_ASSERT(engine.explain(bodies[i], violations) == outcomes[i]);
    RC_ASSERT((outcomes[i].walk == Walk::conforms) == violations.empty());
    for (const Violation& violation : violations) RC_ASSERT(violation.kind != "schema.invalid");
    if (parse_document(bodies[i], Limits{}) && wanted != Walk::malformed)
      expect_reads(outcomes[i], bodies[i]);
  }
}

// One schema is cheap: several for each case.
void agree_often(std::uint64_t seed, bool damage) {
  for (std::uint64_t i = 0; i < 15; ++i) agree(seed * 15 + i, damage);
}

RC_GTEST_PROP(JsonSchema, AgreesWithItsTwin, (std::uint64_t seed)) {
  agree_often(seed, false);
}
RC_GTEST_PROP(JsonSchema, AgreesWithItsTwinOnDamagedBodies, (std::uint64_t seed)) {
  agree_often(seed, true);
}

}  // namespace
}  // namespace assay::schema::json
