// A conversation with every kind of step in it is played again and again, and each time another step goes
// wrong, in every way in which it can. Whatever happens: nothing is made up, nothing overtakes, nothing
// stays behind, and the counters say what happened.
#include <gtest/gtest.h>

#include "base/log.h"
#include "tests/reference/net/fault_world.h"

namespace assay {
namespace {

using kit::Ask;
using kit::Fault;
using kit::FaultWorld;
using kit::Trouble;

struct Reference {
  std::vector<Buffer> good;     // the answers when nothing goes wrong
  std::vector<Buffer> unhappy;  // when neither the store nor the catalog helps
  std::size_t steps = 0;
};

// The asks that are answered, in order.
std::vector<Ask> answered_of(const std::vector<Ask>& asks) {
  std::vector<Ask> out;
  for (const Ask& ask : asks) {
    if (ask.answered) out.push_back(ask);
  }
  return out;
}

Reference reference_of(const std::vector<Ask>& asks, bool cold) {
  Reference out;
  FaultWorld good(asks, {}, cold);
  good.play();
  EXPECT_TRUE(good.over() && good.nothing_left());
  out.good = good.frames_to_client();
  out.steps = good.steps;
  FaultWorld unhappy(asks, {}, cold);
  unhappy.tickets_fail = unhappy.catalog_fails = true;
  unhappy.play();
  out.unhappy = unhappy.frames_to_client();
  EXPECT_EQ(out.good.size(), answered_of(asks).size());
  EXPECT_EQ(out.unhappy.size(), out.good.size());
  EXPECT_EQ(unhappy.metric("assay_rejects_not_kept_total"), 4);
  EXPECT_EQ(unhappy.metric("assay_judge_timeouts_total"), 1);
  return out;
}

bool begins_with(const Buffer& whole, const Buffer& begin) {
  return begin.size() <= whole.size() && std::equal(begin.begin(), begin.end(), whole.begin());
}

// Every answer that the client got is the one that was due, and true.
void expect_nothing_made_up(const FaultWorld& world, const std::vector<Ask>& asks,
                            const Reference& reference) {
  const auto due = answered_of(asks);
  const auto frames = world.frames_to_client();
  ASSERT_LE(frames.size(), due.size());
  std::size_t ticket = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool as_good = frames[i] == reference.good[i];
    EXPECT_TRUE(as_good || frames[i] == reference.unhappy[i]) << "answer " << due[i].id;
    if (due[i].forwarded && due[i].id != 6) {
      EXPECT_TRUE(world.told.contains(due[i].id)) << "answer " << due[i].id;
    }
    if (due[i].id == 6 && as_good) {
      EXPECT_TRUE(world.told.contains(6));
    }
    // 3, 4 and 10 are refused in part or whole: their refusals are durable, or they say that they are not.
    if (due[i].id != 3 && due[i].id != 4 && due[i].id != 10) continue;
    if (due[i].id == 10) ++ticket;  // that of the one without an answer
    ASSERT_LT(ticket, world.durable.size()) << "answer " << due[i].id << " before the store said anything";
    EXPECT_EQ(as_good, world.durable[ticket]) << "answer " << due[i].id;
    ++ticket;
  }
  const Buffer rest = world.rest_to_client();
  if (frames.size() < due.size()) {
    EXPECT_TRUE(begins_with(reference.good[frames.size()], rest) ||
                begins_with(reference.unhappy[frames.size()], rest));
  } else {
    EXPECT_TRUE(rest.empty());
  }
  EXPECT_EQ(as_text(world.to_client).find("secret"), std::string_view::npos);
}

void expect_nothing_left(FaultWorld& world) {
  EXPECT_TRUE(world.over()) << "the connection is still there";
  EXPECT_TRUE(world.nothing_left()) << world.streams << " streams, or something waits";
  EXPECT_EQ(world.shared->budget.used(), 0U);
  EXPECT_TRUE(world.shared->running.wait_until_none(std::chrono::milliseconds(0)));
  EXPECT_EQ(world.metric("assay_connections"), 0);
}

void expect_counters(const FaultWorld& world, const std::vector<Ask>& asks, const Fault& fault) {
  EXPECT_EQ(world.metric("assay_connections_total"), 1);
  EXPECT_EQ(world.metric("assay_upstream_connect_failures_total"),
            static_cast<double>(world.connects_failed));
  EXPECT_LE(world.metric("assay_bytes_total{direction=\"to_client\"}"),
            static_cast<double>(world.to_client.size()));
  EXPECT_LE(world.metric("assay_upstream_lost_total"), 1);
  const bool all_told = world.frames_to_client().size() == answered_of(asks).size();
  const bool broker_ended = world.faulted.starts_with("broker read") &&
                            (fault.trouble == Trouble::error || fault.trouble == Trouble::end);
  if (broker_ended && !all_told) {
    EXPECT_EQ(world.metric("assay_upstream_lost_total"), 1);
  }
  if (all_told) {
    EXPECT_EQ(world.metric("assay_upstream_lost_total"), 0);
  }
  // Only what a client or a broker said can be refused, and both spoke properly.
  for (const char* reason :
       {"not_kafka", "undecodable_request", "unexpected_response", "undecodable_response"}) {
    EXPECT_EQ(world.metric("assay_frames_refused_total{reason=\"" + std::string(reason) + "\"}"), 0)
        << reason;
  }
}

// What changes nothing for anybody: the client must have all of its answers.
bool harmless(const FaultWorld& world, Trouble trouble) {
  if (world.faulted.empty()) return true;
  if (world.faulted == "connect") return trouble == Trouble::error;  // there is another server
  if (world.faulted == "keep") return trouble == Trouble::error || trouble == Trouble::wake;
  if (world.faulted == "resolve") return trouble == Trouble::error || trouble == Trouble::stall;
  const bool read = world.faulted.find("read") != std::string::npos;
  return read && (trouble == Trouble::half || trouble == Trouble::wake);
}

class FailAtEveryStep : public testing::TestWithParam<std::tuple<Trouble, bool>> {
 public:
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::err); }
  static void TearDownTestSuite() { spdlog::set_level(spdlog::level::info); }
};

TEST_P(FailAtEveryStep, NothingIsMadeUpLostOrLeftBehind) {
  const auto [trouble, cold] = GetParam();
  const auto asks = kit::conversation_with_everything();
  const Reference reference = reference_of(asks, cold);
  std::size_t went_wrong = 0;
  // A run may have more steps than the one in which nothing goes wrong.
  for (std::size_t at = 0; at < reference.steps + 10; ++at) {
    const Fault fault{at, trouble};
    FaultWorld world(asks, fault, cold);
    world.play();
    SCOPED_TRACE("step " + std::to_string(at) + ": " + world.faulted);
    expect_nothing_made_up(world, asks, reference);
    expect_nothing_left(world);
    expect_counters(world, asks, fault);
    if (harmless(world, trouble)) {
      EXPECT_EQ(world.frames_to_client().size(), answered_of(asks).size());
    }
    went_wrong += world.faulted.empty() ? 0U : 1U;
    if (HasFailure()) return;
  }
  EXPECT_GE(went_wrong, 4U) << "of " << reference.steps << " steps";
}

std::string name_of(const testing::TestParamInfo<std::tuple<Trouble, bool>>& info) {
  constexpr const char* kNames[] = {"error", "end",  "half", "stall", "wake",
                                    "leave", "lose", "stop", "drain"};
  return std::string(kNames[static_cast<std::size_t>(std::get<0>(info.param))]) +
         (std::get<1>(info.param) ? "_cold" : "");
}

INSTANTIATE_TEST_SUITE_P(Connection, FailAtEveryStep,
                         testing::Combine(testing::ValuesIn(kit::kTroubles), testing::Bool()), name_of);

}  // namespace
}  // namespace assay
