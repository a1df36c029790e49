// The engine and its naive twin say the same of random schemas, random bodies, and bodies that were tampered
// with.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "record/path.h"
#include "registry/schema/avro/avro_schema.h"
#include "tests/reference/avro/naive_avro.h"
#include "tests/reference/avro/random_avro.h"

namespace assay::schema::avro {
namespace {

using reference::Answer;
using reference::NaiveAvro;
using reference::RandomAvro;

constexpr std::uint32_t kDepthMax = 30;
constexpr std::uint64_t kStepsMax = 20'000;

class Collector final : public LeafSink {
 public:
  void check(LeafId leaf, const Value& value) override { checked[leaf].emplace_back(value); }
  void explain(LeafId leaf, const Value& value, std::string_view path) override {
    explained[leaf].emplace_back(std::string(path), value);
  }
  std::map<LeafId, std::vector<Value>> checked;
  std::map<LeafId, std::vector<std::pair<std::string, Value>>> explained;
};

std::string shown(const Value& value) {
  return std::to_string(static_cast<int>(value.kind)) + (value.single ? "f " : " ") + describe(value, 10'000);
}

struct Setup {
  nlohmann::json schema;
  std::vector<Path> paths;
  std::vector<PathRead> reads;
  std::size_t slots = 0;
  std::shared_ptr<const Schema> parsed;
  std::shared_ptr<const Validator> validator;
  std::unique_ptr<Workspace> workspace;
  std::unique_ptr<NaiveAvro> twin;
};

Setup set_up(RandomAvro& random) {
  Setup setup;
  setup.schema = random.schema();
  std::uint16_t leaves = 0;
  for (int i = 0; i < 5; ++i) {
    PathRead read{parse_path(random.path(setup.schema)).value()};
    read.leaf = read.path.many();
    read.id = read.leaf ? leaves++ : static_cast<std::uint16_t>(setup.slots++);
    setup.paths.push_back(read.path);
    setup.reads.push_back(std::move(read));
  }
  Limits limits;
  limits.depth_max = kDepthMax;
  limits.steps_per_record_max = kStepsMax;
  setup.parsed = parse(setup.schema.dump(), {}, limits).value();
  setup.validator = setup.parsed->compile(PathTrie(setup.reads), {.limits = limits}).value();
  setup.workspace = setup.validator->make_workspace();
  setup.twin = std::make_unique<NaiveAvro>(setup.schema, kDepthMax, kStepsMax);
  return setup;
}

bool same_answer(Walk walk, Answer answer) {
  // An impossible count is seen at once by one, and after some items by the other: both stop, and neither
  // says yes.
  const bool stopped = walk == Walk::malformed || walk == Walk::over_budget;
  if (answer == Answer::over_budget || walk == Walk::over_budget) {
    return stopped && (answer == Answer::over_budget || answer == Answer::malformed);
  }
  return static_cast<int>(walk) == static_cast<int>(answer);
}

void compare(const Setup& setup, const Buffer& bytes) {
  const Buffer exact(bytes.begin(), bytes.end());
  const Bytes body(exact.data(), exact.size());
  Collector leaves;
  std::vector<Value> slots(setup.slots), explained_slots(setup.slots);
  std::vector<Violation> violations;
  setup.validator->begin({&body, 1}, *setup.workspace);
  const Walk walk = setup.validator->walk(0, *setup.workspace, slots, leaves);
  const Walk explained =
      setup.validator->explain(body, *setup.workspace, explained_slots, leaves, violations);
  const auto naive = setup.twin->read(body);
  RC_ASSERT(walk == explained);
  RC_ASSERT(violations.empty() || walk != Walk::conforms);
  RC_ASSERT(!violations.empty() || walk == Walk::conforms || walk == Walk::over_budget);
  if (!same_answer(walk, naive.answer)) {
    RC_FAIL(setup.schema.dump() + " walk " + std::to_string(static_cast<int>(walk)) + " twin " +
            std::to_string(static_cast<int>(naive.answer)));
  }
  const bool whole = walk == Walk::conforms || walk == Walk::violates;
  // A body that is whole can be shown.
  RC_ASSERT(!whole || setup.parsed->to_json(body).has_value());
  if (!whole) return;
  for (std::size_t i = 0; i < setup.reads.size(); ++i) {
    const PathRead& read = setup.reads[i];
    if (!read.leaf) {
      const std::string wanted = shown(NaiveAvro::slot(*naive.tree, read.path));
      if (shown(slots[read.id]) != wanted || shown(explained_slots[read.id]) != wanted) {
        RC_FAIL(setup.schema.dump() + " at " + to_string(read.path) + ": " + shown(slots[read.id]) +
                ", twin " + wanted);
      }
      continue;
    }
    const auto wanted = NaiveAvro::leaves(*naive.tree, read.path);
    RC_ASSERT(leaves.checked[read.id].size() == wanted.size());
    RC_ASSERT(leaves.explained[read.id].size() == wanted.size());
    for (std::size_t place = 0; place < wanted.size(); ++place) {
      RC_ASSERT(shown(leaves.checked[read.id][place]) == shown(wanted[place].second));
      RC_ASSERT(shown(leaves.explained[read.id][place].second) == shown(wanted[place].second));
      if (walk == Walk::conforms) RC_ASSERT(leaves.explained[read.id][place].first == wanted[place].first);
    }
  }
}

RC_GTEST_PROP(AvroTwin, AgreesOnBodiesOfTheSchema, (std::uint32_t seed)) {
  RandomAvro random(seed);
  for (int schemas = 0; schemas < 20; ++schemas) {
    const Setup setup = set_up(random);
    for (int bodies = 0; bodies < 5; ++bodies) compare(setup, random.body(setup.schema));
  }
}

RC_GTEST_PROP(AvroTwin, AgreesOnBodiesThatWereTamperedWith, (std::uint32_t seed)) {
  RandomAvro random(seed);
  for (int schemas = 0; schemas < 20; ++schemas) {
    const Setup setup = set_up(random);
    for (int bodies = 0; bodies < 10; ++bodies) compare(setup, random.mutated(random.body(setup.schema)));
  }
}

RC_GTEST_PROP(AvroFacts, HoldForEveryRecord, (std::uint32_t seed)) {
  RandomAvro random(seed);
  const Setup setup = set_up(random);
  for (int bodies = 0; bodies < 50; ++bodies) {
    const Buffer body = random.body(setup.schema);
    const auto naive = setup.twin->read(body);
    if (naive.answer != Answer::conforms) continue;
    for (const PathRead& read : setup.reads) {
      const auto type = setup.parsed->facts().type_at(read.path);
      std::vector<Value> values;
      if (read.leaf) {
        for (const auto& [place, value] : NaiveAvro::leaves(*naive.tree, read.path)) values.push_back(value);
      } else {
        values.push_back(NaiveAvro::slot(*naive.tree, read.path));
      }
      for (const Value& value : values) {
        RC_ASSERT(type.presence != Presence::always || value.present());
        RC_ASSERT(!value.present() || type.presence != Presence::impossible);
        RC_ASSERT(!value.present() || type.kinds.has(value.kind));
      }
    }
  }
}

// What a schema says survives being written in canonical form: bodies are read alike.
RC_GTEST_PROP(AvroCanonicalForm, ReadsTheSameBodies, (std::uint32_t seed)) {
  RandomAvro random(seed);
  const Setup setup = set_up(random);
  const std::string canonical = canonical_form(*setup.parsed);
  const auto again = parse(canonical, {}, {}).value();
  RC_ASSERT(canonical_form(*again) == canonical);
  const auto validator = again->compile(PathTrie(), {}).value();
  const auto workspace = validator->make_workspace();
  Collector leaves;
  for (int bodies = 0; bodies < 5; ++bodies) {
    const Buffer body = random.body(setup.schema);
    if (setup.twin->read(body).answer != Answer::conforms) continue;
    std::vector<Violation> violations;
    RC_ASSERT(validator->explain(body, *workspace, {}, leaves, violations) == Walk::conforms);
  }
}

}  // namespace
}  // namespace assay::schema::avro
