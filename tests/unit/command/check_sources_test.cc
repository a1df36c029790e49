#include "proxy/command/check_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/catalog/memory_source.h"

namespace assay::proxy {
namespace {

using registry::ask;
using registry::FetchedSchema;
using registry::KnownVersion;

std::vector<std::string> known(registry::SchemaSource& source) {
  std::vector<std::string> out;
  const auto versions = ask<std::vector<KnownVersion>>([&](auto answer) { source.known(answer); });
  for (const KnownVersion& one : versions.value()) out.push_back(one.subject + ' ' + to_string(one.ref));
  return out;
}

// A registry that is away.
class Away final : public registry::SchemaSource {
 public:
  void fetch(const schema::SchemaRef&, Answer<FetchedSchema> answer) override { answer(away()); }
  void subjects_of(const schema::SchemaRef&, Answer<std::vector<std::string>> answer) override {
    answer(away());
  }
  void fetch_version(const std::string&, std::int32_t, Answer<FetchedSchema> answer) override {
    answer(away());
  }

 private:
  static Error away() { return Error(ErrorCode::unavailable, "nobody is there"); }
};

TEST(OneSchema, IsAVersionOfEverySubjectOnceItHasText) {
  OneSchema source;
  const auto fetch = [&] {
    return ask<FetchedSchema>([&](auto answer) { source.fetch({std::nullopt, OneSchema::kId}, answer); });
  };
  EXPECT_EQ(fetch().error().code(), ErrorCode::not_found);
  source.schema.text = "true";
  EXPECT_TRUE(fetch());
  EXPECT_TRUE(ask<registry::Ownership>([&](auto answer) {
                source.belongs({std::nullopt, OneSchema::kId}, "any-value", answer);
              })->belongs);
  source.subjects = {"t-value"};
  EXPECT_THAT(known(source), testing::ElementsAre("t-value schema id 1"));
}

TEST(AskedRegistry, KnowsTheNewestOfTheSubjectsItAskedFor) {
  auto memory = std::make_unique<MemorySource>();
  memory->add("t-value", "true");
  memory->add("t-value", "false");
  memory->add("other-value", "true");
  AskedRegistry asked(std::move(memory));
  EXPECT_THAT(known(asked), testing::IsEmpty());
  ASSERT_TRUE(asked.learn({"t-value", "nowhere-value"}));
  EXPECT_THAT(known(asked), testing::ElementsAre("t-value schema id 2"));
}

TEST(AskedRegistry, DoesNotTakeSilenceForAnAnswer) {
  AskedRegistry asked(std::make_unique<Away>());
  const auto learnt = asked.learn({"t-value"});
  ASSERT_FALSE(learnt);
  EXPECT_THAT(learnt.error().message(), testing::HasSubstr("t-value"));
}

}  // namespace
}  // namespace assay::proxy
