#include <gmock/gmock.h>

#include "registry/store/registry.h"

namespace assay::registry {
namespace {

constexpr const char* kMetadata =
    R"({"tags":{"f.b":["Z"],"f.a":["X","PII"]},"properties":{"z":"9","owner":"me"},"sensitive":["token","secret"]})";
constexpr const char* kRules =
    R"({"migrationRules":[{"name":"r1","doc":"d","kind":"TRANSFORM","mode":"UPGRADE","type":"JSONATA","expr":"e"}],
        "domainRules":[{"name":"r2","kind":"CONDITION","mode":"WRITE","type":"CEL","tags":["b","a"],
          "params":{"k2":"v2","k1":"v1"},"expr":"x > 1","onSuccess":"NONE","onFailure":"ERROR","disabled":true}],
        "encodingRules":null,"enableAt":"write"})";

SchemaContent content(bool references, std::string metadata, std::string rules) {
  SchemaContent out{schema::Format::avro, R"({"type":"string"})", {}, std::move(metadata), std::move(rules)};
  if (references) out.references.push_back({"n", "subj", 258});
  return out;
}

// Computed with an MD5 of another make, over the bytes that content.cc names at its head.
TEST(Guid, IsTheHashOfAllThatIdentifiesASchema) {
  EXPECT_EQ(guid_of(content(false, "", "")).text(), "2809284b-6e54-d0d3-4017-715ffe5636bd");
  EXPECT_EQ(guid_of(content(true, "", "")).text(), "80695a11-c0b4-65db-2784-3571cb05c46d");
  EXPECT_EQ(guid_of(content(true, kMetadata, "")).text(), "230e9867-de21-d614-fec2-9f673398fdac");
  EXPECT_EQ(guid_of(content(false, "", kRules)).text(), "f59965a8-dad3-054f-2e2c-f97596474152");
  EXPECT_EQ(guid_of(content(true, kMetadata, kRules)).text(), "90b03f43-0028-ea21-5cff-d72c46863617");
}

TEST(Guid, KnowsEmptyFromNone) {
  EXPECT_EQ(guid_of(content(false, "{}", "")).text(), "34b1e798-7d71-f348-9ddb-eab283f68e4a");
  EXPECT_EQ(guid_of(content(false, "{}", "{}")).text(), "8fc4ece4-20f8-12b3-1046-f8a319fc63f1");
}

TEST(Guid, TakesMembersOfAnyKind) {
  for (const char* odd : {R"({"tags":3})", R"({"tags":{"a":3}})", R"({"sensitive":[1]})", "[]", "7"}) {
    EXPECT_FALSE(guid_of(content(false, odd, odd)).text().empty());
  }
  guid_of(content(false, "", R"({"domainRules":[1,{"params":[],"tags":{},"name":3,"disabled":"yes"}]})"));
}

std::string normalised(schema::Format format, std::string text) {
  SchemaContent out{format, std::move(text), {}, {}, {}};
  normalise(out);
  return out.text;
}

TEST(Content, LosesOnlyTheWhiteSpaceThatMeansNothing) {
  EXPECT_EQ(normalised(schema::Format::avro, " {\n\t\"type\" : \"record\" ,\r\"doc\":\"a  b\\\" c\" } "),
            "{\"type\":\"record\",\"doc\":\"a  b\\\" c\"}");
  EXPECT_EQ(normalised(schema::Format::json, "[ 1 , 2.50 , \"\\\\\" , \" \" ]"), "[1,2.50,\"\\\\\",\" \"]");
  // No JSON: stays, so that the message about it is about what was sent.
  EXPECT_EQ(normalised(schema::Format::avro, "1 2"), "1 2");
  EXPECT_EQ(normalised(schema::Format::avro, "{ \"a\" "), "{ \"a\" ");
  EXPECT_EQ(normalised(schema::Format::avro, "\"\\"), "\"\\");
  EXPECT_EQ(normalised(schema::Format::protobuf, "message A { }"), "message A { }");
}

}  // namespace
}  // namespace assay::registry
