#include "proxy/produce/denominators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reference/produce/world.h"

namespace assay::kit {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::tuple<std::string, std::string, std::string, std::uint64_t>> taken(
    proxy::Denominators& denominators) {
  std::vector<std::tuple<std::string, std::string, std::string, std::uint64_t>> out;
  for (const auto& one : denominators.take())
    out.emplace_back(one.topic, one.rule, one.client_id, one.records);
  return out;
}

TEST(Denominators, CountRecordsPerTopicRuleAndClientUntilTaken) {
  World world;
  world.rules({R"({"name":"a","topics":["t"],"field":"x","check":{"minimum":0}})",
               R"({"name":"b","topics":["t","u"],"field":"y","check":{"minimum":0}})"});
  const Request request({topic("t", {batch({record("{}"), record("{}")}), batch({record("{}")})}),
                         topic("u", {batch({record("{}")})}), topic("v", {batch({record("{}")})})});
  proxy::Denominators denominators;
  const auto judged = world.decide(request).judged;
  denominators.add("one", judged);
  denominators.add("one", judged);
  denominators.add("two", world.decide(Request("u", {record("{}")})).judged);
  using T = std::tuple<std::string, std::string, std::string, std::uint64_t>;
  EXPECT_THAT(taken(denominators),
              UnorderedElementsAre(T("t", "", "one", 6), T("t", "a", "one", 6), T("t", "b", "one", 6),
                                   T("u", "", "one", 2), T("u", "b", "one", 2), T("u", "", "two", 1),
                                   T("u", "b", "two", 1)));
  EXPECT_THAT(denominators.take(), IsEmpty());
}

TEST(Denominators, CountRecordsThatConformAsThoseThatDoNot) {
  World world;
  world.rules({R"({"name":"a","field":"x","check":{"minimum":0}})"});
  proxy::Denominators denominators;
  denominators.add("c", world.decide(Request("t", {record(R"({"x":1})"), record(R"({"x":-1})")})).judged);
  using T = std::tuple<std::string, std::string, std::string, std::uint64_t>;
  EXPECT_THAT(taken(denominators), UnorderedElementsAre(T("t", "", "c", 2), T("t", "a", "c", 2)));
}

TEST(Denominators, CountRecordsThatNoRuleWasAskedAbout) {
  World world;
  world.topic("t", requiring_schema());
  proxy::Denominators denominators;
  denominators.add("c", world.decide(Request("t", {record("no frame"), record("none either")})).judged);
  using T = std::tuple<std::string, std::string, std::string, std::uint64_t>;
  EXPECT_THAT(taken(denominators), UnorderedElementsAre(T("t", "", "c", 2)));
}

}  // namespace
}  // namespace assay::kit
