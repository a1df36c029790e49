// Real sockets: a client, the gateway, and a stub broker.
#include <gtest/gtest.h>

#include "kafka/messages/produce.h"
#include "tests/reference/net/gateway_rig.h"

namespace assay {
namespace {

using kit::GatewayRig;
using kit::joined;
using kit::StubBroker;
using kit::TestClient;
using std::chrono::milliseconds;

constexpr std::int16_t kHeartbeat = 12;

Buffer produce(std::int32_t id, std::int16_t acks, const std::vector<std::string>& records) {
  std::vector<kit::Topic> topics{{"orders", {}, {}}};
  for (std::size_t i = 0; i < records.size(); ++i)
    topics[0].parts.push_back({static_cast<std::int32_t>(i), records[i]});
  return kit::produce_request(9, id, acks, topics);
}

std::vector<int> errors_in(const std::optional<Buffer>& frame) {
  std::vector<int> out;
  if (!frame) return out;
  const auto told = kafka::decode_produce_response(Bytes(*frame).subspan(4), 9, Limits{}).value();
  for (const auto& topic : told.topics) {
    for (const auto& partition : topic.partitions) out.push_back(partition.error_code);
  }
  return out;
}

TEST(Gateway, ForwardsByteForByteAndAnswersInOrder) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  TestClient client(rig.port());
  const std::vector<Buffer> asked{kit::request(kHeartbeat, 4, 1, "x"), produce(2, -1, {"good"}),
                                  produce(3, -1, {std::string(1'000'000, 'g')}),
                                  kit::request(kHeartbeat, 4, 4)};
  client.send(joined(asked));
  EXPECT_EQ(client.receive(), kit::response(kHeartbeat, 4, 1, "echo"));
  EXPECT_EQ(errors_in(client.receive()), std::vector{0});
  EXPECT_EQ(errors_in(client.receive()), std::vector{0});
  EXPECT_EQ(client.receive(), kit::response(kHeartbeat, 4, 4, "echo"));
  EXPECT_EQ(broker.received(), asked);
}

TEST(Gateway, KeepsTheOrderWhenPipelinedPartsAreRefused) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  TestClient client(rig.port());
  Buffer pipelined;
  for (int i = 0; i < 300; i += 3) {
    append(pipelined, produce(i, -1, {"good", "bad", "good"}));
    append(pipelined, produce(i + 1, -1, {"bad"}));
    append(pipelined, kit::request(kHeartbeat, 4, i + 2));
  }
  client.send(pipelined);
  for (int i = 0; i < 300; i += 3) {
    ASSERT_EQ(errors_in(client.receive()), (std::vector{0, 87, 0})) << i;
    ASSERT_EQ(errors_in(client.receive()), std::vector{87}) << i;
    ASSERT_EQ(client.receive(), kit::response(kHeartbeat, 4, i + 2, "echo"));
  }
  EXPECT_EQ(rig.rejects.kept, 200);
}

TEST(Gateway, AnswersNothingBeforeItIsDurable) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  rig.rejects.hold = true;
  TestClient client(rig.port());
  client.send(joined({produce(1, -1, {"bad"}), produce(2, -1, {"good"})}));
  // What is good goes on meanwhile.
  ASSERT_TRUE(GatewayRig::eventually([&] { return broker.received().size() == 1 && rig.rejects.kept == 1; }));
  std::this_thread::sleep_for(milliseconds(50));
  rig.rejects.release();
  EXPECT_EQ(errors_in(client.receive()), std::vector{87});
  EXPECT_EQ(errors_in(client.receive()), std::vector{0});
}

TEST(Gateway, AnswersOtherwiseWhatCouldNotBeKept) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  rig.rejects.full = true;
  TestClient client(rig.port());
  client.send(produce(1, -1, {"good", "bad"}));
  EXPECT_EQ(errors_in(client.receive()), (std::vector{0, 19}));
}

TEST(Gateway, WaitsForWhatJudgingWantsAndNoLonger) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()}, 1, [](auto& options) { options.judge_timeout = milliseconds(200); });
  TestClient client(rig.port());
  client.send(produce(1, -1, {"wanted"}));
  EXPECT_EQ(errors_in(client.receive()), std::vector{0});
  EXPECT_EQ(rig.catalogs[0]->resolved, 1);
  rig.catalogs[0]->away = true;
  client.send(joined({produce(2, -1, {"wanted"}), kit::request(kHeartbeat, 4, 3)}));
  EXPECT_EQ(errors_in(client.receive()), std::vector{19});
  EXPECT_EQ(client.receive(), kit::response(kHeartbeat, 4, 3, "echo"));
}

TEST(Gateway, NeverAnswersAcks0) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  TestClient client(rig.port());
  client.send(
      joined({produce(1, 0, {"good", "bad"}), produce(2, 0, {"bad"}), kit::request(kHeartbeat, 4, 3)}));
  EXPECT_EQ(client.receive(), kit::response(kHeartbeat, 4, 3, "echo"));
  EXPECT_EQ(broker.received(), (std::vector{produce(1, 0, {"good"}), kit::request(kHeartbeat, 4, 3)}));
  EXPECT_EQ(rig.rejects.kept, 2);
}

TEST(Gateway, PassesAHalfCloseOn) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  broker.hold_answers(true);
  TestClient client(rig.port());
  client.send(kit::request(kHeartbeat, 4, 1));
  client.shutdown_send();
  ASSERT_TRUE(GatewayRig::eventually([&] { return broker.received().size() == 1; }));
  broker.hold_answers(false);
  EXPECT_EQ(client.receive(), kit::response(kHeartbeat, 4, 1, "echo"));
  EXPECT_TRUE(client.ended());
}

TEST(Gateway, EndsTheClientWhenTheBrokerIsLost) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  broker.hold_answers(true);
  TestClient client(rig.port());
  client.send(joined({kit::request(kHeartbeat, 4, 1), produce(2, -1, {"bad"})}));
  ASSERT_TRUE(GatewayRig::eventually([&] { return broker.received().size() == 1; }));
  broker.kill_connections();
  broker.hold_answers(false);
  EXPECT_TRUE(client.ended());
}

TEST(Gateway, NeverCompletesAnAnswerThatTheBrokerDidNot) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()}, 1,
                 [](auto& options) { options.discovery_period = milliseconds(60'000); });
  ASSERT_TRUE(GatewayRig::eventually([&] { return rig.gateway->not_ready().empty(); }));
  const Buffer passing = kit::request(kHeartbeat, 4, 1), merged = produce(1, -1, {"good", "bad"});
  const std::size_t whole = kit::response(kHeartbeat, 4, 1, "echo").size();
  for (std::size_t cut = 0; cut < whole; ++cut) {
    broker.cut_answers(cut);
    for (const Buffer& request : {passing, merged}) {
      TestClient client(rig.port());
      client.send(request);
      EXPECT_EQ(client.receive(), std::nullopt) << cut;
      EXPECT_FALSE(client.timed_out()) << cut;
    }
  }
}

TEST(Gateway, EndsAnIdleClientWhenTheBrokerEnds) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  TestClient client(rig.port());
  client.send(kit::request(kHeartbeat, 4, 1));
  EXPECT_EQ(client.receive(), kit::response(kHeartbeat, 4, 1, "echo"));
  broker.kill_connections();
  EXPECT_TRUE(client.ended());
}

TEST(Gateway, EndsTheBrokersSideWhenTheClientLeaves) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()}, 1,
                 [](auto& options) { options.discovery_period = milliseconds(60'000); });
  // The gateway's own question comes and goes first.
  ASSERT_TRUE(GatewayRig::eventually([&] { return broker.ends_seen() == 1; }));
  {
    TestClient client(rig.port());
    client.send(kit::request(kHeartbeat, 4, 1));
    EXPECT_EQ(client.receive(), kit::response(kHeartbeat, 4, 1, "echo"));
    EXPECT_EQ(broker.ends_seen(), 1U);
  }
  EXPECT_TRUE(GatewayRig::eventually([&] { return broker.ends_seen() == 2; }));
}

TEST(Gateway, OpensNothingUpstreamForStrangers) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()}, 1,
                 [](auto& options) { options.discovery_period = milliseconds(60'000); });
  ASSERT_TRUE(GatewayRig::eventually([&] { return rig.gateway->not_ready().empty(); }));
  const std::size_t before = broker.connections();
  TestClient http(rig.port());
  http.send(as_bytes("GET /metrics HTTP/1.1\r\n\r\n"));
  EXPECT_TRUE(http.ended());
  TestClient silent(rig.port());
  silent.shutdown_send();
  EXPECT_TRUE(silent.ended());
  EXPECT_EQ(broker.connections(), before);
  EXPECT_NE(rig.metrics.expose().find("assay_frames_refused_total{reason=\"http\"} 1"), std::string::npos);
}

TEST(Gateway, DoesNotReadFasterThanTheBrokerTakes) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  broker.hold_answers(true);
  TestClient client(rig.port());
  std::atomic<std::size_t> sent{0};
  constexpr int kRequests = 100;
  const Buffer large = produce(1, -1, {std::string(1'000'000, 'g')});
  std::thread sender([&] {
    for (int i = 0; i < kRequests; ++i) {
      client.send(large);
      ++sent;
    }
  });
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_LT(sent, 50U);
  broker.hold_answers(false);
  for (int i = 0; i < kRequests; ++i) ASSERT_EQ(errors_in(client.receive()), std::vector{0});
  sender.join();
}

TEST(Gateway, StopsReadingFromAClientThatDoesNotTakeItsAnswers) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  TestClient client(rig.port());
  std::atomic<std::size_t> sent{0};
  Buffer asked;
  std::vector<std::string> records(500, "bad");
  const Buffer one = produce(1, -1, records);
  constexpr int kRequests = 3000;
  std::thread sender([&] {
    for (int i = 0; i < kRequests; ++i) {
      client.send(one);
      ++sent;
    }
  });
  std::this_thread::sleep_for(milliseconds(500));
  EXPECT_LT(sent, static_cast<std::size_t>(kRequests));
  for (int i = 0; i < kRequests; ++i) ASSERT_EQ(errors_in(client.receive()).size(), records.size());
  sender.join();
}

TEST(Gateway, ClosesAClientThatStopsInTheMiddleOfARequest) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()}, 1, [](auto& options) { options.stall_timeout = milliseconds(100); });
  TestClient patient(rig.port());
  patient.send(kit::request(kHeartbeat, 4, 1));
  EXPECT_EQ(patient.receive(), kit::response(kHeartbeat, 4, 1, "echo"));
  TestClient client(rig.port());
  client.send(Bytes(produce(1, -1, {"good"})).first(20));
  EXPECT_TRUE(client.ended());
  patient.send(kit::request(kHeartbeat, 4, 2));
  EXPECT_EQ(patient.receive(), kit::response(kHeartbeat, 4, 2, "echo"));
}

bool accepts(std::uint16_t port) {
  try {
    TestClient client(port);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

TEST(Drain, LetsRequestsInFlightFinish) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  broker.hold_answers(true);
  TestClient busy(rig.port()), idle(rig.port());
  busy.send(kit::request(kHeartbeat, 4, 1));
  ASSERT_TRUE(GatewayRig::eventually([&] { return broker.received().size() == 1; }));
  std::thread stopping([&] { rig.stop(milliseconds(10'000)); });
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(GatewayRig::eventually([&] { return !accepts(rig.port()); }));
  broker.hold_answers(false);
  EXPECT_EQ(busy.receive(), kit::response(kHeartbeat, 4, 1, "echo"));
  EXPECT_TRUE(busy.ended());
  stopping.join();
}

TEST(Gateway, ForgetsNothingWhenAConnectionCoolsDown) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()}, 1, [](auto& options) { options.stall_timeout = milliseconds(20); });
  TestClient client(rig.port());
  for (int i = 0; i < 20; ++i) {
    client.send(joined({kit::request(kHeartbeat, 4, 2 * i), produce(2 * i + 1, -1, {"bad"})}));
    ASSERT_EQ(client.receive(), kit::response(kHeartbeat, 4, 2 * i, "echo"));
    ASSERT_EQ(errors_in(client.receive()), std::vector{87});
    std::this_thread::sleep_for(milliseconds(i * 5));
  }
}

TEST(Drain, EndsWhenItsTimeIsOver) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()});
  broker.hold_answers(true);
  TestClient client(rig.port());
  client.send(kit::request(kHeartbeat, 4, 1));
  ASSERT_TRUE(GatewayRig::eventually([&] { return broker.received().size() == 1; }));
  const auto begin = std::chrono::steady_clock::now();
  rig.stop(milliseconds(100));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(4000));
  EXPECT_TRUE(client.ended());
  broker.hold_answers(false);
}

}  // namespace
}  // namespace assay
