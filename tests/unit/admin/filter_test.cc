// Queries, good and malformed: a filter that is misread would show somebody the wrong rejects.
#include "tests/unit/admin/admin_fixture.h"

namespace assay::proxy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr EpochMs kNow = 1'700'000'000'000;

Result<rejects::RejectFilter> parse(const std::string& query) {
  io::HttpRequest request;
  io::parse_target("/v1/rejects?" + query, request);
  EXPECT_EQ(request.target_problem, "") << query;
  return parse_reject_filter(request, kNow);
}

TEST(RejectFilter, TakesEveryParameter) {
  const auto filter = parse(
      "topic=t&partition=3&rule=r&path=a.b&outcome=marked,observed&clientId=c&principal=p&subject=s&schemaId="
      "7"
      "&key=base64:AAE%3D&batch=01ARZ3NDEKTSV4RRFFQ69G5FAV&fingerprint=00ff00ff00ff00ff&state=discarded"
      "&since=-15m&until=2023-11-14T22:13:20Z");
  ASSERT_TRUE(filter) << filter.error().message();
  EXPECT_EQ(filter->topic, "t");
  EXPECT_EQ(filter->partition, 3);
  EXPECT_EQ(filter->rule, "r");
  EXPECT_EQ(filter->path, "a.b");
  EXPECT_THAT(filter->outcomes, ElementsAre(rejects::Outcome::marked, rejects::Outcome::observed));
  EXPECT_EQ(filter->client_id, "c");
  EXPECT_EQ(filter->principal, "p");
  EXPECT_EQ(filter->subject, "s");
  EXPECT_EQ(filter->schema_id, 7);
  EXPECT_EQ(filter->key, (Buffer{0, 1}));
  EXPECT_EQ(filter->batch, Ulid::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
  EXPECT_EQ(filter->fingerprint, "00ff00ff00ff00ff");
  EXPECT_EQ(filter->state, rejects::RejectState::discarded);
  EXPECT_EQ(filter->since_ms, kNow - 15 * 60'000);
  EXPECT_EQ(filter->until_ms, kNow);
}

TEST(RejectFilter, ShowsWhatWasRefusedUnlessAskedForMore) {
  EXPECT_THAT(parse("")->outcomes, ElementsAre(rejects::Outcome::rejected, rejects::Outcome::diverted));
  EXPECT_TRUE(parse("outcome=any")->outcomes.empty());
}

TEST(RejectFilter, AgesCountFromNow) {
  for (const auto& [text, ms] :
       {std::pair{"-90s", 90'000LL}, {"-6h", 21'600'000LL}, {"-7d", 604'800'000LL}}) {
    EXPECT_EQ(parse(std::string("since=") + text)->since_ms, kNow - ms) << text;
  }
}

using MalformedQuery = AdminTest;

TEST_F(MalformedQuery, IsA400ThatNamesTheParameter) {
  for (const auto& [query, name] : {std::pair{"since=yesterday", "since"},
                                    {"since=-15", "since"},
                                    {"since=-m", "since"},
                                    {"since=--5m", "since"},
                                    {"since=-9999999999999999999d", "since"},
                                    {"until=2026-13-40T00:00:00Z", "until"},
                                    {"partition=x", "partition"},
                                    {"partition=1.5", "partition"},
                                    {"partition=99999999999", "partition"},
                                    {"schemaId=0x7", "schemaId"},
                                    {"key=base64:%21", "key"},
                                    {"batch=short", "batch"},
                                    {"state=gone", "state"},
                                    {"outcome=refused", "outcome"},
                                    {"outcome=", "outcome"},
                                    {"limit=0", "limit"},
                                    {"limit=1001", "limit"},
                                    {"limit=-1", "limit"},
                                    {"limit=ten", "limit"},
                                    {"tail=yes", "tail"},
                                    {"cursor=nonsense", "cursor"}}) {
    const auto detail = problem_of(get(std::string("/v1/rejects?") + query), 400);
    EXPECT_THAT(detail, HasSubstr(name)) << query;
  }
}

TEST_F(MalformedQuery, OfStatsIsA400Too) {
  for (const char* query : {"by=colour", "limit=10001", "since=x", "cursor=a", "tail=true"}) {
    problem_of(get(std::string("/v1/stats?") + query), 400);
  }
}

TEST_F(MalformedQuery, AMisspeltParameterIsNotPassedOver) {
  EXPECT_THAT(problem_of(get("/v1/rejects?topc=a"), 400), HasSubstr("did you mean \"topic\"?"));
  EXPECT_THAT(problem_of(get("/v1/rejects?client=a"), 400), HasSubstr("did you mean \"clientId\"?"));
  EXPECT_THAT(problem_of(get("/v1/rules?topic=a"), 400), HasSubstr("known here: none"));
}

TEST_F(MalformedQuery, BrokenCodingIsA400) {
  for (const char* target : {"/v1/rejects?topic=%zz", "/v1/rejects?topic=%ff", "/v1/rejects/%00"}) {
    problem_of(get(target), 400);
  }
}

}  // namespace
}  // namespace assay::proxy
