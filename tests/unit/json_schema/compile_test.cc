// Schemas that are refused, and references.
#include <gmock/gmock.h>

#include "tests/unit/json_schema/checked.h"

namespace assay::schema::json {
namespace {

Error refused(std::string_view schema, std::span<const Reference> references = {}) {
  const auto parsed = parse(schema, references, Limits{});
  if (!parsed) return parsed.error();
  const auto compiled = (*parsed)->compile(PathTrie{}, CompileOptions{});
  return compiled ? Error(ErrorCode::internal, "accepted") : compiled.error();
}

TEST(Compile, RefusesWhatMakesNoSense) {
  for (
      const std::string_view schema :
      {"",
       "1",
       "[]",
       "{",
       "{}x",
       R"({"a":1,"a":2})",
       R"({"type":"text"})",
       R"({"type":[]})",
       R"({"type":1})",
       R"({"minimum":"1"})",
       R"({"minLength":-1})",
       R"({"minLength":1.5})",
       R"({"multipleOf":0})",
       R"({"multipleOf":-1})",
       R"({"enum":1})",
       R"({"pattern":"("})",
       R"({"pattern":1})",
       R"({"properties":[]})",
       R"({"properties":{"a":1}})",
       R"({"required":"a"})",
       R"({"required":[1]})",
       R"({"allOf":[]})",
       R"({"allOf":{}})",
       R"({"not":1})",
       R"({"items":1})",
       R"({"uniqueItems":1})",
       R"({"$ref":1})",
       R"({"$ref":"#/nowhere"})",
       R"({"$ref":"elsewhere.json"})",
       R"({"$ref":"#anchor"})",
       R"({"$ref":"#"})",
       R"({"allOf":[{"$ref":"#"}]})",
       R"({"$ref":"#/definitions/a","definitions":{"a":{"anyOf":[{"$ref":"#/definitions/b"}]},"b":{"not":{"$ref":"#/definitions/a"}}}})",
       R"({"dependencies":{"a":1}})",
       R"({"patternProperties":{"(":{}}})",
       R"({"$schema":"http://json-schema.org/draft-04/schema#","exclusiveMinimum":1})",
       R"({"$schema":"http://json-schema.org/draft-04/schema#","not":true})",
       R"({"$schema":"https://json-schema.org/draft/2020-12/schema","items":[{}]})"}) {
    EXPECT_EQ(refused(schema).code(), ErrorCode::invalid) << schema << ": " << refused(schema).message();
  }
}

TEST(Compile, RefusesWhatItDoesNotCheck) {
  for (const std::string_view schema :
       {R"({"$schema":"http://json-schema.org/draft-03/schema#"})",
        R"({"$schema":"https://example.com/own"})",
        R"({"$schema":"https://json-schema.org/draft/2020-12/schema","$dynamicRef":"#a"})",
        R"({"unevaluatedProperties":false})", R"({"properties":{"a":{"unevaluatedItems":false}}})",
        R"json({"pattern":"(?=a)"})json", R"({"format":"iri"})", R"({"items":{"format":"idn-email"}})"}) {
    EXPECT_EQ(refused(schema).code(), ErrorCode::unsupported) << schema << ": " << refused(schema).message();
  }
}

TEST(Compile, NamesThePlace) {
  EXPECT_EQ(refused(R"({"properties":{"a/b":{"type":"text"}}})").message(),
            "#/properties/a~1b/type: not a type of JSON Schema");
  EXPECT_EQ(refused(R"({"$id":"http://x/y","items":{"minimum":"1"}})").message(),
            "http://x/y#/items/minimum: must be a number");
  EXPECT_EQ(refused(R"({"$ref":"#/nowhere"})").message(), "#/$ref: \"#/nowhere\" points to nothing");
}

TEST(Compile, IgnoresWhatItDoesNotKnow) {
  Checked checked(
      R"({"x-own":{"type":"text"},"definitions":{"unused":{"$ref":"#/nowhere"}},"readOnly":1,"enum":[{"$id":"x"},1]})");
  EXPECT_EQ(checked.walk("1"), Walk::conforms);
}

TEST(Compile, FollowsReferences) {
  const Reference references[] = {
      {"address.json",
       R"({"type":"object","properties":{"zip":{"$ref":"common.json#/definitions/zip"}},"required":["zip"]})"},
      {"common.json", R"({"definitions":{"zip":{"type":"string","pattern":"^[0-9]{5}$"}}})"},
  };
  for (
      const std::string_view schema :
      {R"({"properties":{"address":{"$ref":"address.json"}}})",
       R"({"$id":"http://example.com/schemas/order.json","properties":{"address":{"$ref":"address.json"}}})"}) {
    const auto validator =
        parse(schema, references, Limits{}).value()->compile(PathTrie{}, CompileOptions{}).value();
    const auto workspace = validator->make_workspace();
    NotedLeaves leaves;
    std::vector<Violation> violations;
    EXPECT_EQ(
        validator->explain(as_bytes(R"({"address":{"zip":"12345"}})"), *workspace, {}, leaves, violations),
        Walk::conforms);
    EXPECT_EQ(validator->explain(as_bytes(R"({"address":{"zip":"1"}})"), *workspace, {}, leaves, violations),
              Walk::violates);
    EXPECT_EQ(violations.at(0).path, "address.zip");
  }
}

TEST(Compile, HasLimits) {
  Limits limits;
  limits.schema_bytes_max = 10;
  EXPECT_EQ(parse(R"({"type":"string"})", {}, limits).error().code(), ErrorCode::too_large);
  limits = Limits{};
  limits.schema_nodes_max = 5;
  EXPECT_EQ(parse(R"({"properties":{"a":{},"b":{},"c":{},"d":{},"e":{}}})", {}, limits).error().code(),
            ErrorCode::too_large);
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += R"({"not":)";
  EXPECT_EQ(parse(deep + "{}" + std::string(300, '}'), {}, Limits{}).error().code(), ErrorCode::too_large);
  limits = Limits{};
  limits.pattern_bytes_max = 2000;
  EXPECT_EQ(parse(R"({"pattern":"(a|b|c){100}[x-z]{1,500}"})", {}, limits).error().code(),
            ErrorCode::too_large);
}

}  // namespace
}  // namespace assay::schema::json
