#include <gtest/gtest.h>

#include "kafka/messages/endpoint_patcher.h"
#include "kafka/messages/endpoints_tail.h"
#include "kafka/messages/node_endpoints.h"
#include "tests/unit/kafka/golden.h"

namespace assay::kafka {
namespace {

class OneHost : public AddressMap {
 public:
  explicit OneHost(std::string host, std::int32_t unknown = -1) : host_(std::move(host)), unknown_(unknown) {}
  HostPort place(const BrokerAddress&) override { return {host_, 1}; }
  std::optional<HostPort> find(std::int32_t node_id) const override {
    if (node_id == unknown_) return std::nullopt;
    return HostPort{host_, 19092 + node_id};
  }

 private:
  std::string host_;
  std::int32_t unknown_;
};

std::int16_t key_of(const Golden& one) {
  if (one.name.starts_with("fetch")) return 1;
  return one.name.starts_with("share_fetch") ? 78 : 79;
}

// What the client gets when the frame comes in chunks of `chunk_bytes`; empty: refused.
Buffer patched(const Golden& one, const AddressMap& map, std::size_t chunk_bytes) {
  EXPECT_TRUE(EndpointPatcher::wanted(key_of(one), one.version));
  EndpointPatcher patcher(key_of(one), one.version, one.bytes.size(), map);
  Buffer out;
  for (std::size_t at = 0; at < one.bytes.size(); at += chunk_bytes) {
    EXPECT_FALSE(patcher.done());
    const Exact chunk(Bytes(one.bytes).subspan(at, std::min(chunk_bytes, one.bytes.size() - at)));
    const auto passed = patcher.feed(chunk.bytes());
    if (!passed) return {};
    append(out, chunk.bytes().first(*passed));
  }
  EXPECT_TRUE(patcher.done());
  const auto tail = patcher.tail();
  if (!tail) return {};
  append(out, *tail);
  return out;
}

// The endpoints at the end of a frame, found through the tail alone.
std::vector<NodeEndpoint> endpoints_of(Bytes tail, bool tagged) {
  std::vector<NodeEndpoint> out;
  Reader in(tail, true);
  if (!tagged) out = read_node_endpoints(in);
  in.tags([&](const TagView& field) {
    if (!tagged || field.tag != 0) return;
    Reader data(field.data, true);
    out = read_node_endpoints(data);
  });
  in.finish();
  EXPECT_TRUE(in.ok());
  return out;
}

std::vector<Golden> all_streamed() {
  auto all = golden_message("fetch_response");
  for (const char* name :
       {"fetch_response_endpoints", "share_fetch_response", "share_acknowledge_response"}) {
    for (Golden& one : golden_message(name)) all.push_back(std::move(one));
  }
  return all;
}

TEST(EndpointPatcher, IsWantedWhereEndpointsAre) {
  EXPECT_FALSE(EndpointPatcher::wanted(1, 15));
  EXPECT_TRUE(EndpointPatcher::wanted(1, 16));
  EXPECT_TRUE(EndpointPatcher::wanted(1, 18));
  EXPECT_FALSE(EndpointPatcher::wanted(1, 19));
  EXPECT_FALSE(EndpointPatcher::wanted(78, 0));
  EXPECT_TRUE(EndpointPatcher::wanted(78, 1));
  EXPECT_TRUE(EndpointPatcher::wanted(79, 2));
  EXPECT_FALSE(EndpointPatcher::wanted(0, 13));
}

TEST(EndpointPatcher, KeepsTheLengthAndHidesTheBrokersForEveryHostName) {
  for (const Golden& one : all_streamed()) {
    // Shorter, as long, and longer than the broker's own names.
    for (std::size_t host_bytes = 1; host_bytes < 40; ++host_bytes) {
      const std::string host(host_bytes, 'h');
      const Buffer out = patched(one, OneHost(host), one.bytes.size());
      ASSERT_EQ(out.size(), one.bytes.size()) << name_of(one) << ' ' << host_bytes;
      EXPECT_EQ(as_text(out).find("real-"), std::string_view::npos) << name_of(one) << ' ' << host_bytes;
      // Shorter names stay, longer ones are left out.
      if (one.name != "fetch_response" && host_bytes < 14) {
        EXPECT_NE(as_text(out).find(host), std::string_view::npos);
      }
      if (host_bytes > 16) {
        EXPECT_EQ(as_text(out).find(host), std::string_view::npos);
      }
    }
  }
}

TEST(EndpointPatcher, DoesNotDependOnTheChunks) {
  for (const Golden& one : all_streamed()) {
    const OneHost map("gate");
    const Buffer whole = patched(one, map, one.bytes.size());
    ASSERT_FALSE(whole.empty());
    for (std::size_t chunk_bytes = 1; chunk_bytes < one.bytes.size(); ++chunk_bytes) {
      ASSERT_EQ(patched(one, map, chunk_bytes), whole) << name_of(one) << " in chunks of " << chunk_bytes;
    }
  }
}

TEST(EndpointPatcher, LeavesAFrameWithoutEndpointsAsItIs) {
  for (const Golden& one : golden_message("fetch_response")) {
    EXPECT_EQ(patched(one, OneHost("gate"), 10), one.bytes) << name_of(one);
  }
}

TEST(EndpointPatcher, RefusesEveryTruncation) {
  for (const Golden& one : all_streamed()) {
    for (std::size_t size = 0; size < one.bytes.size(); ++size) {
      const Golden cut{one.name, one.version,
                       Buffer(one.bytes.begin(), one.bytes.begin() + static_cast<std::ptrdiff_t>(size))};
      EXPECT_TRUE(patched(cut, OneHost("gate"), 64).empty()) << name_of(one) << ' ' << size;
    }
    Golden longer = one;
    longer.bytes.push_back(0);
    EXPECT_TRUE(patched(longer, OneHost("gate"), 64).empty());
  }
}

TEST(EndpointPatcher, RefusesMoreThanTheFrameAndNumbersTooLong) {
  const Golden one = golden_message("fetch_response")[0];
  const OneHost map("gate");
  EndpointPatcher small(1, 16, 10, map);
  EXPECT_FALSE(small.feed(one.bytes));
  EndpointPatcher numbers(1, 16, 1000, map);
  EXPECT_FALSE(numbers.feed(Buffer{0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  EndpointPatcher beyond(1, 16, 100, map);
  EXPECT_FALSE(beyond.feed(Buffer{0, 0, 0, 1, 0x80, 0x01}));
}

TEST(EndpointPatcher, BoundsWhatItKeeps) {
  constexpr std::size_t kFrameBytes = 2UL << 20;
  const OneHost map("gate");
  EndpointPatcher patcher(1, 16, kFrameBytes, map);
  // header, throttle, error, session, no topics: from here on it is the end.
  Buffer start(4 + 1 + 10 + 1);
  start.back() = 1;
  ASSERT_EQ(patcher.feed(start).value(), start.size());
  EXPECT_EQ(patcher.feed(Buffer(1UL << 20)).value(), 0U);
  EXPECT_EQ(patcher.feed(Buffer(1)).error().code(), ErrorCode::too_large);
}

// Endpoints for the tail: the bytes that a shorter name frees run through every length, those at which a
// length prefix grows (a field of 130 bytes cannot be made by one prefix) included.
TEST(EndpointsTail, PadsEveryNumberOfBytes) {
  for (const bool tagged : {false, true}) {
    for (std::size_t freed = 0; freed < 400; ++freed) {
      Buffer data, tail;
      Writer in(data, true), out(tail, true);
      write_node_endpoints(in, {{1, std::string(freed + 4, 'r'), 9092, std::nullopt}});
      if (!tagged) out.raw(data);
      out.tag_count(tagged ? 2 : 1);
      if (tagged) out.tag(0, data);
      out.tag(77, as_bytes("kept"));
      const auto patched_tail = patch_endpoints_tail(tail, tagged, OneHost("gate"));
      ASSERT_TRUE(patched_tail) << freed << patched_tail.error().message();
      ASSERT_EQ(patched_tail->size(), tail.size()) << freed;
      EXPECT_EQ(as_text(*patched_tail).find("rrrr"), std::string_view::npos);
      EXPECT_NE(as_text(*patched_tail).find("kept"), std::string_view::npos);
      const auto endpoints = endpoints_of(*patched_tail, tagged);
      // One freed byte cannot hold a field; the lengths of the two prefixes may shrink with the name.
      if (freed == 1) {
        EXPECT_TRUE(endpoints.empty());
      } else {
        ASSERT_EQ(endpoints.size(), 1U) << freed;
        EXPECT_EQ(endpoints[0].host, "gate");
      }
    }
  }
}

TEST(EndpointsTail, LeavesOutUnknownNodes) {
  Buffer tail;
  Writer out(tail, true);
  write_node_endpoints(out, {{1, "real-1", 9092, std::nullopt}, {2, "real-2", 9092, "az"}});
  out.no_tags();
  const auto patched_tail = patch_endpoints_tail(tail, false, OneHost("gate", 1)).value();
  ASSERT_EQ(patched_tail.size(), tail.size());
  const auto endpoints = endpoints_of(patched_tail, false);
  ASSERT_EQ(endpoints.size(), 1U);
  EXPECT_EQ(endpoints[0].node_id, 2);
  EXPECT_EQ(endpoints[0].port, 19094);
  EXPECT_EQ(endpoints[0].rack, "az");
}

TEST(EndpointsTail, RefusesTailsThatItCannotKeepInLength) {
  Buffer data, tail;
  Writer in(data, true), out(tail, true);
  write_node_endpoints(in, {{1, "real-1", 9092, std::nullopt}});
  out.tag_count(126);
  out.tag(0, data);
  for (std::uint32_t tag = 1; tag < 126; ++tag) out.tag(tag, {});
  EXPECT_EQ(patch_endpoints_tail(tail, true, OneHost("gate")).error().code(), ErrorCode::unsupported);
}

}  // namespace
}  // namespace assay::kafka
