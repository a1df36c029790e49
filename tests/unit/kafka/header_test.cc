#include "kafka/messages/header.h"

#include <gtest/gtest.h>

#include "tests/unit/kafka/golden.h"

namespace assay::kafka {
namespace {

TEST(RequestHeader, ReadsEveryApiAndVersionThatKafkaKnows) {
  for (const Golden& one : golden("headers", "request_header")) {
    const auto header = decode_request_header(Exact(one.bytes).bytes());
    ASSERT_TRUE(header) << name_of(one) << ": " << header.error().message();
    EXPECT_EQ(header->api_version, one.version);
    EXPECT_EQ(header->correlation_id, 7);
    EXPECT_EQ(header->bytes, one.bytes.size()) << "api " << header->api_key << ' ' << name_of(one);
    const bool flexible = one.name.find("request_header_v2") == 0;
    EXPECT_EQ(is_flexible(header->api_key, header->api_version), flexible) << "api " << header->api_key;
    const bool flexible_response = one.name.ends_with("response_header_v1");
    EXPECT_EQ(flexible_response_header(header->api_key, header->api_version), flexible_response);
    for (std::size_t size = 0; size < one.bytes.size(); ++size) {
      const auto cut = decode_request_header(Exact(Bytes(one.bytes).first(size)).bytes());
      ASSERT_FALSE(cut) << size;
      EXPECT_EQ(cut.error().code(), ErrorCode::truncated) << "more bytes could make it whole: " << size;
    }
  }
}

TEST(RequestHeader, MayHaveNoClientId) {
  const Buffer null_id = {0, 18, 0, 0, 0, 0, 0, 9, 0xff, 0xff, 1, 2};
  const auto header = decode_request_header(null_id).value();
  EXPECT_FALSE(header.client_id);
  EXPECT_EQ(header.bytes, 10U);
  const Buffer empty_id = {0, 18, 0, 0, 0, 0, 0, 9, 0, 0};
  EXPECT_EQ(decode_request_header(empty_id).value().client_id, "");
}

TEST(RequestHeader, RefusesWhatIsNotKafka) {
  for (const Buffer& bytes :
       {Buffer{0xff, 0xff, 0, 0, 0, 0, 0, 1, 0, 0}, Buffer{0, 3, 0xff, 0xff, 0, 0, 0, 1, 0, 0},
        Buffer{0, 3, 0, 1, 0, 0, 0, 1, 0x80, 0}, Buffer{'G', 'E', 'T', ' ', '/', ' ', 'H', 'T', 'T', 'P'}}) {
    const auto header = decode_request_header(bytes);
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error().code(), ErrorCode::invalid);
  }
}

TEST(RequestHeader, LeavesTheTagsOfUnknownApisAlone) {
  const Buffer unknown = {0, 95, 0, 0, 0, 0, 0, 1, 0, 0, 0x83, 0xff};
  EXPECT_EQ(decode_request_header(unknown).value().bytes, 10U);
}

TEST(ForeignProtocol, IsNamed) {
  EXPECT_EQ(foreign_protocol(Buffer{0x16, 0x03, 0x01, 0x02, 0x00}), "TLS");
  EXPECT_EQ(foreign_protocol(Buffer{0x16, 0x03, 0x03}), "TLS");
  for (const char* text :
       {"GET / HTTP/1.1", "POST /", "PUT /x", "DELETE /", "HEAD /", "OPTIONS *", "PRI * HTTP/2.0"}) {
    EXPECT_EQ(foreign_protocol(as_bytes(text)), "HTTP") << text;
  }
  EXPECT_EQ(foreign_protocol(Buffer{0, 0, 0, 42, 0, 18, 0, 4}), "");
  EXPECT_EQ(foreign_protocol(as_bytes("GE")), "");
  EXPECT_EQ(foreign_protocol({}), "");
}

}  // namespace
}  // namespace assay::kafka
