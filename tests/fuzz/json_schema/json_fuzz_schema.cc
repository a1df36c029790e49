// Any text as a schema. What compiles is asked for its facts and judges a few bodies, by both passes.
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include "registry/schema/json_schema/json_schema.h"

namespace {

using namespace assay;
using namespace assay::schema;

constexpr std::string_view kBodies[] = {
    "1",
    "-0.5",
    "1e400",
    "null",
    "\"a\\u0062c\"",
    "[1,1.0,[],{}]",
    R"({"a":{"b":[1,2,{"a":null}]},"b":"x","c":1,"c":2})",
    "{",
    "[\"a\",\"b\",\"a\"]",
    R"({"lines":[{"quantity":1},{"quantity":0.01}],"id":"ORD-1","email":"a@b.c"})"};

class Ignore : public LeafSink {
 public:
  void check(LeafId, const Value&) override {}
  void explain(LeafId, const Value&, std::string_view) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Limits limits;
  limits.schema_nodes_max = 2000;
  limits.steps_per_record_max = 20'000;
  limits.pattern_bytes_max = 64UL << 10;
  const Reference reference{"other.json",
                            R"({"definitions":{"x":{"type":"integer"}},"$ref":"#/definitions/x"})"};
  const auto schema = json::parse(as_text({data, size}), {&reference, 1}, limits);
  if (!schema) return 0;
  for (const std::string& path : (*schema)->facts().paths(50)) {
    (*schema)->facts().type_at(parse_path(path).value());
  }
  const PathTrie trie({{parse_path("a.b").value(), false, 0},
                       {parse_path("[*].b").value(), true, 0},
                       {parse_path("lines[*].quantity").value(), true, 1}});
  const auto validator = (*schema)->compile(trie, CompileOptions{true, limits});
  if (!validator) return 0;
  const auto workspace = (*validator)->make_workspace();
  std::vector<Bytes> bodies;
  for (const std::string_view body : kBodies) bodies.push_back(as_bytes(body));
  (*validator)->begin(bodies, *workspace);
  Ignore leaves;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    std::vector<Value> slots(1);
    const Walk walk = (*validator)->walk(i, *workspace, slots, leaves);
    std::vector<Violation> violations;
    reset(slots);
    const Walk explained = (*validator)->explain(bodies[i], *workspace, slots, leaves, violations);
    const bool none = walk == Walk::conforms || walk == Walk::over_budget;
    if (walk != explained || none != violations.empty()) {
      std::cerr << "walk and explain differ: " << kBodies[i] << '\n';
      std::abort();
    }
  }
  return 0;
}
