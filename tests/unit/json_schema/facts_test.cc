#include <gmock/gmock.h>

#include "registry/schema/json_schema/json_schema.h"

namespace assay::schema::json {
namespace {

using testing::ElementsAre;

constexpr std::string_view kSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Order", "type": "object",
  "properties": {
    "id": {"type": "string", "confluent:tags": ["PII", "KEY"]},
    "total": {"type": "number"},
    "maybe": {"oneOf": [{"type": "null"}, {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}]},
    "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
    "tags": {"type": "object", "additionalProperties": {"type": "string"}},
    "closed": {"type": "object", "additionalProperties": false}},
  "required": ["id"],
  "$defs": {"line": {"type": "object", "properties": {"sku": {"type": "string"}, "parts": {"type": "array", "items": {"$ref": "#/$defs/line"}}},
                     "required": ["sku"]}}})";

class FactsOfOrder : public testing::Test {
 protected:
  Type at(std::string_view path) const { return schema->facts().type_at(parse_path(path).value()); }
  std::shared_ptr<const Schema> schema = parse(kSchema, {}, Limits{}).value();
};

TEST_F(FactsOfOrder, TellPresence) {
  EXPECT_EQ(schema->record_name(), "Order");
  EXPECT_TRUE(schema->facts().json_spans());
  EXPECT_EQ(at("$").presence, Presence::always);
  EXPECT_EQ(at("id").presence, Presence::always);
  EXPECT_EQ(at("total").presence, Presence::possible);
  EXPECT_EQ(at("unnamed").presence, Presence::open);
  EXPECT_EQ(at("id.below").presence, Presence::impossible);
  EXPECT_EQ(at("closed.any").presence, Presence::impossible);
  EXPECT_EQ(at("maybe.x").presence, Presence::possible);
  EXPECT_EQ(at("lines[*].sku").presence, Presence::possible);
  EXPECT_EQ(at("lines[*].parts[*].sku").presence, Presence::possible);
  EXPECT_EQ(at("lines.sku").presence, Presence::impossible);
  EXPECT_EQ(at("tags[*]").presence, Presence::possible);
  EXPECT_EQ(at("tags.colour").presence, Presence::possible);
}

TEST_F(FactsOfOrder, TellKindsAndTags) {
  EXPECT_EQ(at("id").kinds, KindSet{Kind::string});
  EXPECT_THAT(at("id").tags, ElementsAre("KEY", "PII"));
  EXPECT_EQ(at("total").kinds, (KindSet{Kind::integer, Kind::natural, Kind::number}));
  EXPECT_EQ(at("maybe").kinds, (KindSet{Kind::null, Kind::object}));
  EXPECT_TRUE(at("unnamed").kinds.has(Kind::string));
  EXPECT_FALSE(at("unnamed").kinds.has(Kind::decimal));
}

TEST_F(FactsOfOrder, ListPathsBreadthFirst) {
  EXPECT_THAT(schema->facts().paths(100),
              ElementsAre("id", "total", "maybe", "lines", "tags", "closed", "maybe.x", "lines[*]", "tags[*]",
                          "lines[*].sku", "lines[*].parts", "lines[*].parts[*]", "lines[*].parts[*].sku",
                          "lines[*].parts[*].parts", "lines[*].parts[*].parts[*]"));
  EXPECT_EQ(schema->facts().paths(2).size(), 2U);
}

TEST(Facts, CombineBranches) {
  const auto presence = [](std::string_view schema) {
    return parse(schema, {}, Limits{}).value()->facts().type_at(parse_path("a").value()).presence;
  };
  EXPECT_EQ(presence("true"), Presence::open);
  EXPECT_EQ(presence("false"), Presence::impossible);
  EXPECT_EQ(
      presence(R"({"type":"object","allOf":[{"required":["a"]},{"properties":{"a":{"type":"string"}}}]})"),
      Presence::possible);
  EXPECT_EQ(presence(R"({"properties":{"a":{}}})"), Presence::possible);
  EXPECT_EQ(presence(R"({"anyOf":[{"properties":{"a":{}}},{"type":"string"}]})"), Presence::possible);
  EXPECT_EQ(presence(R"({"anyOf":[{"type":"integer"},{"type":"string"}]})"), Presence::impossible);
  EXPECT_EQ(
      presence(R"({"properties":{"a":{"type":"string"}},"allOf":[{"properties":{"a":{"type":"integer"}}}]})"),
      Presence::impossible);
}

}  // namespace
}  // namespace assay::schema::json
