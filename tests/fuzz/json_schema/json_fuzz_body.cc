// Bodies, 0xFF between them, as one batch and each alone; walk against explain; and, for plain JSON, against
// simdjson's own parser. Differences that are meant: a name twice (not refused there), depth, and numbers
// beyond 64 bits or the range of doubles (NUMBER_ERROR there; JSON has no such limit).
#include <simdjson.h>

#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include "registry/schema/json_schema/json_schema.h"

namespace {

using namespace assay;
using namespace assay::schema;

constexpr std::string_view kSchema = R"({
  "type": ["object", "array", "string", "number"], "uniqueItems": true, "maxLength": 5, "multipleOf": 0.5,
  "properties": {"a": {"$ref": "#"}, "b": {"oneOf": [{"type": "null"}, {"type": "integer", "minimum": 3}]}, "a-name-of-seventeen": {}},
  "patternProperties": {"^x": {"type": "string", "pattern": "^[a-z]{2}"}}, "required": ["a"], "items": {"anyOf": [{"$ref": "#"}, {"const": {"a": 1}}]}})";

class Leaves : public LeafSink {
 public:
  void check(LeafId leaf, const Value& value) override { note(leaf, value); }
  void explain(LeafId leaf, const Value& value, std::string_view) override { note(leaf, value); }
  std::string notes;

 private:
  void note(LeafId leaf, const Value& value) { notes += std::to_string(leaf) + describe(value, 100) + ';'; }
};

struct Outcome {
  Walk walk = Walk::conforms;
  std::string reads;
  bool operator==(const Outcome&) const = default;
};

class Engine {
 public:
  explicit Engine(std::string_view schema)
      : validator_(json::parse(schema, {}, Limits{})
                       .value()
                       ->compile(PathTrie({{parse_path("a.b").value(), false, 0},
                                           {parse_path("a[*].b").value(), true, 0},
                                           {parse_path("$").value(), false, 1},
                                           {parse_path("[*]").value(), true, 1}}),
                                 CompileOptions{})
                       .value()),
        workspace_(validator_->make_workspace()) {}

  std::vector<Outcome> judge(std::span<const Bytes> bodies) {
    validator_->begin(bodies, *workspace_);
    std::vector<Outcome> out;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      out.push_back(
          read([&](Slots slots, Leaves& leaves) { return validator_->walk(i, *workspace_, slots, leaves); }));
    }
    return out;
  }

  Outcome explain(Bytes body, std::size_t& violations) {
    return read([&](Slots slots, Leaves& leaves) {
      std::vector<Violation> found;
      const Walk walk = validator_->explain(body, *workspace_, slots, leaves, found);
      violations = found.size();
      return walk;
    });
  }

 private:
  template <class Pass>
  Outcome read(Pass pass) {
    std::vector<Value> slots(2);
    Leaves leaves;
    Outcome out;
    out.walk = pass(slots, leaves);
    for (const Value& slot : slots) out.reads += describe(slot, 100) + ';';
    out.reads += leaves.notes;
    return out;
  }

  std::shared_ptr<const Validator> validator_;
  std::unique_ptr<Workspace> workspace_;
};

void require(bool holds, const char* what, Bytes body) {
  if (holds) return;
  std::cerr << what << ": " << as_text(body) << '\n';
  std::abort();
}

bool simdjson_agrees(Walk walk, Bytes body) {
  static simdjson::dom::parser parser;
  const simdjson::padded_string text(as_text(body));
  const auto error = parser.parse(text).error();
  if (walk == Walk::over_budget || error == simdjson::DEPTH_ERROR || error == simdjson::NUMBER_ERROR)
    return true;
  return (walk == Walk::malformed) == (error != simdjson::SUCCESS);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Engine plain("true");
  static Engine strict(kSchema);
  std::vector<std::vector<std::uint8_t>> texts(1);
  for (const std::uint8_t byte : Bytes(data, size)) {
    byte == 0xFF ? void(texts.emplace_back()) : texts.back().push_back(byte);
  }
  std::vector<Bytes> bodies(texts.begin(), texts.end());
  for (Engine* engine : {&plain, &strict}) {
    const auto joined = engine->judge(bodies);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      require(engine->judge({&bodies[i], 1})[0] == joined[i], "alone and joined differ", bodies[i]);
      std::size_t violations = 0;
      require(engine->explain(bodies[i], violations) == joined[i], "walk and explain differ", bodies[i]);
      const bool none = joined[i].walk == Walk::conforms || joined[i].walk == Walk::over_budget;
      require(none == (violations == 0), "violations do not fit", bodies[i]);
      if (engine == &plain)
        require(simdjson_agrees(joined[i].walk, bodies[i]), "simdjson differs", bodies[i]);
    }
  }
  return 0;
}
