// The published JSON Schema says what the loader does.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "rules/keywords.h"
#include "rules/members.h"
#include "tests/unit/rules/support.h"

namespace assay::rules {
namespace {

using Json = nlohmann::json;

Json published() {
  return Json::parse(rule_file_schema());
}

std::vector<std::string> names_of(const Json& object) {
  std::vector<std::string> names;
  for (const auto& member : object.items()) names.push_back(member.key());
  return names;
}

template <class Range>
std::vector<std::string> texts_of(const Range& range) {
  std::vector<std::string> texts;
  for (const auto& text : range) texts.emplace_back(text);
  return texts;
}

TEST(PublishedSchema, NamesTheMembersOfTheLoader) {
  const Json schema = published();
  EXPECT_THAT(names_of(schema["properties"]), ::testing::UnorderedElementsAreArray(texts_of(file_members())));
  const Json& rule = schema["$defs"]["rule"];
  EXPECT_THAT(names_of(rule["properties"]), ::testing::UnorderedElementsAreArray(texts_of(rule_members())));
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(rule["additionalProperties"], false);
  EXPECT_THAT(rule["required"].get<std::vector<std::string>>(),
              ::testing::ElementsAre("name", "field", "check"));
}

TEST(PublishedSchema, NamesTheKeywordsOfTheLoader) {
  const Json check = published()["$defs"]["check"];
  std::vector<std::string> names;
  for (const Keyword& keyword : keywords()) names.emplace_back(keyword.name);
  EXPECT_THAT(names_of(check["properties"]), ::testing::UnorderedElementsAreArray(names));
  EXPECT_EQ(check["additionalProperties"], false);
}

TEST(PublishedSchema, HasTheWordsOfTheLoader) {
  const Json defs = published()["$defs"];
  const auto words = [](const auto& range) {
    std::vector<std::string> texts;
    for (const auto& word : range) texts.emplace_back(to_string(word));
    return texts;
  };
  EXPECT_EQ(defs["onViolation"]["enum"].get<std::vector<std::string>>(), words(actions()));
  EXPECT_EQ(defs["severity"]["enum"].get<std::vector<std::string>>(), words(severities()));
  std::vector<std::string> formats, types;
  for (const RuleFormat& format : rule_formats()) formats.emplace_back(to_string(format.format));
  for (const TypeName& type : type_names()) types.emplace_back(type.name);
  EXPECT_EQ(defs["check"]["properties"]["format"]["enum"].get<std::vector<std::string>>(), formats);
  EXPECT_EQ(defs["typeName"]["enum"].get<std::vector<std::string>>(), types);
}

// What the schema says of an operand, tried on the loader: a value that fits and one that does not.
TEST(PublishedSchema, AsksForTheOperandsOfTheLoader) {
  const Json properties = published()["$defs"]["check"]["properties"];
  for (const Keyword& keyword : keywords()) {
    const Json& own = properties[std::string(keyword.name)];
    switch (keyword.operand) {
      case Operand::flag:
        EXPECT_EQ(own["const"], true) << keyword.name;
        break;
      case Operand::boolean:
        EXPECT_EQ(own["type"], "boolean");
        break;
      case Operand::number:
        EXPECT_EQ(own["type"], "number");
        break;
      case Operand::positive:
        EXPECT_EQ(own["exclusiveMinimum"], 0);
        break;
      case Operand::count:
        EXPECT_EQ(own["type"].get<std::string>() + own["minimum"].dump(), "integer0");
        break;
      case Operand::text:
        EXPECT_EQ(own["type"].get<std::string>() + own["minLength"].dump(), "string1");
        break;
      case Operand::pattern:
        EXPECT_EQ(own["format"], "regex");
        break;
      case Operand::format:
        EXPECT_TRUE(own["enum"].is_array());
        break;
      case Operand::types:
        EXPECT_EQ(own["anyOf"].size(), 2U);
        break;
      case Operand::scalar:
        EXPECT_EQ(own["$ref"], "#/$defs/scalar");
        break;
      case Operand::scalars:
        EXPECT_EQ(own["items"]["$ref"], "#/$defs/scalar");
        break;
      case Operand::nested:
        EXPECT_EQ(own["$ref"], "#/$defs/check");
        break;
    }
  }
}

void expect_descriptions(const Json& properties) {
  for (const auto& member : properties.items()) {
    const Json& property = member.value();
    const bool described = property.contains("description") || property.contains("$ref");
    EXPECT_TRUE(described) << member.key();
  }
}

TEST(PublishedSchema, DescribesEveryMemberForEditors) {
  const Json schema = published();
  expect_descriptions(schema["properties"]);
  expect_descriptions(schema["$defs"]["rule"]["properties"]);
  expect_descriptions(schema["$defs"]["check"]["properties"]);
}

}  // namespace
}  // namespace assay::rules
