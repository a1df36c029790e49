// Brokers, their listeners, and how they are learnt.
#include <gtest/gtest.h>

#include "kafka/messages/metadata.h"
#include "tests/reference/net/gateway_rig.h"

namespace assay {
namespace {

using kit::GatewayRig;
using kit::StubBroker;
using kit::TestClient;
using std::chrono::milliseconds;

constexpr std::int16_t kHeartbeat = 12, kMetadata = 3;

bool reaches(std::uint16_t port) {
  try {
    TestClient client(port);
    client.send(kit::request(kHeartbeat, 4, 1));
    return client.receive() == kit::response(kHeartbeat, 4, 1, "echo");
  } catch (const std::runtime_error&) {
    return false;
  }
}

void slow(proxy::GatewayOptions& options) {
  options.discovery_period = milliseconds(60'000);
}

TEST(Topology, GivesEachBrokerItsPort) {
  StubBroker one(1), two(2);
  one.set_cluster({one.as_broker(), two.as_broker()});
  GatewayRig rig({one.address()});
  ASSERT_TRUE(GatewayRig::eventually([&] { return rig.gateway->not_ready().empty(); }));
  EXPECT_TRUE(reaches(rig.port_of(1)));
  EXPECT_EQ(two.received().size(), 0U);
  EXPECT_TRUE(reaches(rig.port_of(2)));
  EXPECT_EQ(two.received().size(), 1U);
}

TEST(Topology, BindsANewBrokerBeforeItIsNamed) {
  StubBroker one(1), two(2);
  GatewayRig rig({one.address()}, 2, slow);
  ASSERT_TRUE(GatewayRig::eventually([&] { return rig.gateway->not_ready().empty(); }));
  EXPECT_FALSE(reaches(rig.port_of(2)));
  one.set_cluster({one.as_broker(), two.as_broker()}, {{"orders", {7}, {}}});
  TestClient client(rig.port());
  client.send(kit::request(kMetadata, 12, 1));
  const auto told = client.receive();
  ASSERT_TRUE(told);
  const auto metadata = kafka::decode_metadata_response(Bytes(*told).subspan(4), 12).value();
  ASSERT_EQ(metadata.brokers.size(), 2U);
  EXPECT_EQ(metadata.brokers[1].host, "127.0.0.1");
  EXPECT_EQ(metadata.brokers[1].port, rig.port_of(2));
  EXPECT_TRUE(reaches(rig.port_of(2)));
  EXPECT_EQ(rig.catalogs[0]->learnt + rig.catalogs[1]->learnt, 1);
}

TEST(Topology, TellsTheAdvertisedHost) {
  StubBroker broker(1);
  GatewayRig rig({broker.address()}, 1, [](auto& options) { options.advertise_host = "kafka.example"; });
  TestClient client(rig.port());
  client.send(kit::request(kMetadata, 1, 1));
  const auto told = client.receive();
  ASSERT_TRUE(told);
  EXPECT_EQ(kafka::decode_metadata_response(Bytes(*told).subspan(4), 1).value().brokers[0].host,
            "kafka.example");
}

TEST(Topology, ClosesTheListenerOfABrokerThatLeft) {
  StubBroker one(1), two(2);
  one.set_cluster({one.as_broker(), two.as_broker()});
  GatewayRig rig({one.address()}, 2, [](auto& options) { options.broker_grace = milliseconds(100); });
  ASSERT_TRUE(GatewayRig::eventually([&] { return reaches(rig.port_of(2)); }));
  one.set_cluster({one.as_broker()});
  EXPECT_TRUE(GatewayRig::eventually([&] { return !reaches(rig.port_of(2)); }));
  EXPECT_TRUE(reaches(rig.port_of(1)));
}

TEST(Topology, FollowsABrokerToItsNewAddress) {
  StubBroker one(1), old(2), moved(2);
  one.set_cluster({one.as_broker(), old.as_broker()});
  GatewayRig rig({one.address()});
  ASSERT_TRUE(GatewayRig::eventually([&] { return reaches(rig.port_of(2)); }));
  one.set_cluster({one.as_broker(), moved.as_broker()});
  EXPECT_TRUE(GatewayRig::eventually([&] { return reaches(rig.port_of(2)) && !moved.received().empty(); }));
}

TEST(Topology, SaysThatABrokersPortIsTaken) {
  StubBroker one(1), two(2);
  io::Runtime other(1);
  std::unique_ptr<io::Listener> taken;
  GatewayRig rig({one.address()}, 1, [&](auto& options) {
    slow(options);
    taken = io::Listener::bind(other.loop(0),
                               {"127.0.0.1", static_cast<std::uint16_t>(options.broker_port_base + 2)})
                .value();
  });
  one.set_cluster({one.as_broker(), two.as_broker()});
  TestClient client(rig.port());
  client.send(kit::request(kMetadata, 1, 1));
  EXPECT_TRUE(client.receive());
  EXPECT_NE(rig.metrics.expose().find("assay_listener_failures_total"), std::string::npos);
  EXPECT_EQ(rig.metrics.expose().find("assay_listener_failures_total 0"), std::string::npos);
}

TEST(Topology, RefusesToStartOnATakenBootstrapPort) {
  StubBroker broker(1);
  GatewayRig first({broker.address()});
  try {
    GatewayRig second({broker.address()}, 1, [&](auto& options) { options.listen.port = first.port(); });
    FAIL() << "two gateways on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(std::to_string(first.port())), std::string::npos);
  }
}

TEST(Discovery, StartsWithoutAnUpstreamAndKeepsTrying) {
  std::unique_ptr<StubBroker> broker = std::make_unique<StubBroker>(1);
  const io::HostPort address = broker->address();
  broker.reset();
  GatewayRig rig({address});
  ASSERT_TRUE(GatewayRig::eventually(
      [&] { return rig.gateway->not_ready().find(io::to_string(address)) != std::string::npos; }));
  EXPECT_TRUE(TestClient(rig.port()).timed_out() == false);
}

TEST(Discovery, TakesAClusterThatWantsAuthenticationForReady) {
  StubBroker broker(1);
  broker.refuse_questions(true);
  GatewayRig rig({broker.address()});
  ASSERT_TRUE(GatewayRig::eventually([&] { return rig.gateway->not_ready().empty(); }));
  EXPECT_TRUE(reaches(rig.port()));
}

using Names = Result<std::vector<std::pair<kafka::TopicId, std::string>>>;

io::Task<void> ask_names(GatewayRig& rig, std::vector<kafka::TopicId> ids, Names& names,
                         std::atomic<bool>& done) {
  names = co_await rig.gateway->topic_names(rig.runtime.loop(0), std::move(ids));
  done = true;
}

TEST(Discovery, NamesTopicsByTheirIds) {
  StubBroker broker(1);
  broker.set_cluster({broker.as_broker()}, {{"orders", {7}, {}}});
  GatewayRig rig({broker.address()}, 1, slow);
  std::atomic<bool> done{false};
  Names names = Error(ErrorCode::internal, "never asked");
  rig.runtime.loop(0).spawn(ask_names(rig, {{7}}, names, done));
  ASSERT_TRUE(GatewayRig::eventually([&] { return done.load(); }));
  ASSERT_TRUE(names);
  ASSERT_EQ(names->size(), 1U);
  EXPECT_EQ(names->front().second, "orders");
}

}  // namespace
}  // namespace assay
