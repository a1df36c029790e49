// The first byte picks a schema, the rest is a body: walk and explain agree, in answer, slots and leaves;
// text for people exists for each body that decodes.
#include <cstdlib>

#include "record/path.h"
#include "registry/schema/avro/avro_schema.h"

namespace {

using namespace assay;

constexpr std::string_view kSchemas[] = {
    R"({"type":"record","name":"R","fields":[{"name":"a","type":"string"},{"name":"b","type":["null","long"]},
        {"name":"c","type":{"type":"array","items":{"type":"record","name":"L","fields":[{"name":"q","type":"int"},
        {"name":"t","type":{"type":"map","values":["null","string","L"]}}]}}}]})",
    R"({"type":"record","name":"N","fields":[{"name":"a","type":"int"},{"name":"b","type":["null","N"]}]})",
    R"({"type":"map","values":{"type":"array","items":["null","double",{"type":"map","values":"bytes"}]}})",
    R"({"type":"record","name":"T","fields":[{"name":"a","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
        {"name":"b","type":{"type":"string","logicalType":"uuid"}},{"name":"c","type":{"type":"int","logicalType":"time-millis"}},
        {"name":"d","type":{"type":"fixed","name":"D","size":12,"logicalType":"duration"}},
        {"name":"e","type":{"type":"long","logicalType":"timestamp-nanos"}},{"name":"f","type":{"type":"int","logicalType":"date"}},
        {"name":"g","type":{"type":"fixed","name":"X","size":8,"logicalType":"decimal","precision":18,"scale":3}}]})",
    R"({"type":"array","items":{"type":"enum","name":"E","symbols":["A","B"]}})",
    R"({"type":"array","items":"null"})",
    R"({"type":"array","items":"string"})",
    R"({"type":"array","items":"long"})",
    R"("bytes")",
    R"(["null","boolean","int","float",{"type":"array","items":"float"}])",
};
constexpr std::string_view kPaths[] = {"a",         "b",   "b.b.a", "c",        "c[*].q", "c[*].t.k",
                                       "c[*].t[*]", "[*]", "k[*]",  "[*][*].k", "$"};

struct Target {
  std::shared_ptr<const schema::Schema> schema;
  std::shared_ptr<const schema::Validator> validator;
  std::unique_ptr<schema::Workspace> workspace;
};

class Collector final : public LeafSink {
 public:
  void check(LeafId leaf, const Value& value) override {
    text += std::to_string(leaf) + describe(value, 100);
  }
  void explain(LeafId leaf, const Value& value, std::string_view path) override {
    text += std::to_string(leaf) + describe(value, 100);
    if (path.empty()) std::abort();
  }
  std::string text;
};

std::vector<Target> targets() {
  std::vector<PathRead> reads;
  for (const std::string_view text : kPaths) {
    PathRead read{parse_path(text).value()};
    read.leaf = read.path.many();
    read.id = static_cast<std::uint16_t>(reads.size());
    reads.push_back(std::move(read));
  }
  Limits limits;
  limits.steps_per_record_max = 10'000;
  limits.depth_max = 64;
  std::vector<Target> all;
  for (const std::string_view text : kSchemas) {
    Target target;
    target.schema = schema::avro::parse(text, {}, limits).value();
    target.validator = target.schema->compile(PathTrie(reads), {.limits = limits}).value();
    target.workspace = target.validator->make_workspace();
    all.push_back(std::move(target));
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Target> kTargets = targets();
  if (size == 0) return 0;
  const Target& target = kTargets[data[0] % kTargets.size()];
  const Buffer exact(data + 1, data + size);
  const Bytes body(exact.data(), exact.size());
  std::vector<Value> slots(std::size(kPaths)), explained_slots(std::size(kPaths));
  Collector walked, explained;
  std::vector<Violation> violations;
  target.validator->begin({&body, 1}, *target.workspace);
  const auto walk = target.validator->walk(0, *target.workspace, slots, walked);
  if (target.validator->explain(body, *target.workspace, explained_slots, explained, violations) != walk)
    std::abort();
  if (walked.text != explained.text) std::abort();
  if (walk == schema::Walk::conforms && !violations.empty()) std::abort();
  if ((walk == schema::Walk::violates || walk == schema::Walk::malformed) && violations.empty()) std::abort();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (describe(slots[i], 100) != describe(explained_slots[i], 100)) std::abort();
  }
  const bool whole = walk == schema::Walk::conforms || walk == schema::Walk::violates;
  const auto text = target.schema->to_json(body);
  if (whole && !text) std::abort();
  if (walk == schema::Walk::malformed && text) std::abort();
  return 0;
}
