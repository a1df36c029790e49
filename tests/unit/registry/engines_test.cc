// The registry with the engines that judge: what they refuse cannot be registered, what they take can be
// compiled later.
#include <gmock/gmock.h>

#include <future>

#include "registry/store/embedded_source.h"
#include "registry_fixture.h"

namespace assay::registry {
namespace {

using testing::HasSubstr;

struct Real {
  TempFolder folder;
  std::unique_ptr<Store> store = open_sqlite_store(folder.file("registry.db")).value();
  Registry registry{*store, Limits{}, &schema::parse_schema};

  Outcome<Registered> add(const std::string& subject, schema::Format format, std::string text,
                          std::vector<SchemaReference> references = {}) {
    return registry.add(subject, {format, std::move(text), std::move(references), {}, {}}, 0, 0);
  }
};

TEST(RegistryWithEngines, TakesWhatCanBeJudged) {
  Real real;
  EXPECT_TRUE(real.add("a", schema::Format::avro,
                       R"({"type":"record","name":"R","fields":[{"name":"x","type":"int"}]})"));
  EXPECT_TRUE(
      real.add("a", schema::Format::json, R"({"type":"object","properties":{"x":{"type":"integer"}}})"));
}

TEST(RegistryWithEngines, RefusesTheRestAndSaysWhy) {
  Real real;
  for (const auto& [format, text] : std::vector<std::pair<schema::Format, std::string>>{
           {schema::Format::avro, R"({"type":"record","name":"R"})"},
           {schema::Format::avro, "nonsense"},
           {schema::Format::json, R"({"type":"intger"})"},
           {schema::Format::json, "{"},
           {schema::Format::protobuf, "syntax = \"proto3\";"}}) {
    const auto added = real.add("a", format, text);
    ASSERT_FALSE(added) << text;
    EXPECT_EQ(added.error().reason, Refusal::schema_invalid);
    EXPECT_THAT(added.error().why, HasSubstr("Invalid schema of type"));
  }
}

TEST(RegistryWithEngines, HandsOutWhatParsesAgain) {
  Real real;
  ASSERT_TRUE(real.add("money", schema::Format::avro,
                       R"({"type":"record","name":"m.Money","fields":[{"name":"cents","type":"long"}]})"));
  const auto order =
      real.add("order", schema::Format::avro,
               R"({"type":"record","name":"o.Order","fields":[{"name":"total","type":"m.Money"}]})",
               {{"m.Money", "money", 1}});
  ASSERT_TRUE(order) << order.error().why;
  EXPECT_FALSE(
      real.add("alone", schema::Format::avro,
               R"({"type":"record","name":"o.Order","fields":[{"name":"total","type":"m.Money"}]})"));
  const auto source = make_embedded_source(real.registry);
  std::promise<FetchedSchema> promise;
  source->fetch({std::nullopt, order->schema.id}, [&](auto schema) { promise.set_value(schema.value()); });
  const FetchedSchema schema = promise.get_future().get();
  const auto parsed = schema::parse_schema(schema.format, schema.text, schema.references, Limits{});
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ((*parsed)->record_name(), "o.Order");
}

}  // namespace
}  // namespace assay::registry
