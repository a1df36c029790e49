// Request header v1 and v2, response header v0 and v1 (Apache Kafka's RequestHeader.json,
// ResponseHeader.json):
//
//   request   i16 api_key | i16 api_version | i32 correlation_id | NULLABLE_STRING client_id (i16 in v2 too)
//   | [v2: TAGS] response  i32 correlation_id | [v1: TAGS]
#include "kafka/messages/header.h"

#include <algorithm>

#include "kafka/wire/reader.h"

namespace assay::kafka {
namespace {

constexpr std::int8_t kNever = 127;

// The first flexible version of every api (`flexibleVersions` of Apache Kafka 3.9 to 4.4).
constexpr std::int8_t kFirstFlexible[] = {
    9, 12, 6, 9, 4, 2, 6, 3,      8, 6,  // 0 Produce .. 9 OffsetFetch
    3, 6,  4, 4, 4, 5, 3, kNever, 3, 5,  // 10 FindCoordinator .. 19 CreateTopics
    4, 2,  2, 4, 3, 3, 3, 1,      3, 2,  // 20 DeleteTopics .. 29 DescribeAcls
    2, 2,  4, 2, 2, 2, 2, 2,      2, 2,  // 30 CreateAcls .. 39 RenewDelegationToken
    2, 2,  2, 2, 1, 0, 0, kNever, 1, 1,  // 40 ExpireDelegationToken .. 49 AlterClientQuotas
    0, 0,  0, 1, 1, 0, 0, 0,      0, 0,  // 50 DescribeUserScramCredentials .. 59 FetchSnapshot
    0, 0,  0, 0, 0, 0, 0, 0,      0, 0,  // 60 DescribeCluster .. 69 ConsumerGroupDescribe
    0, 0,  0, 0, 0, 0, 0, 0,      0, 0,  // 70 ControllerRegistration .. 79 ShareAcknowledge
    0, 0,  0, 0, 0, 0, 0, 0,      0, 0,  // 80 AddRaftVoter .. 89 StreamsGroupDescribe
    0, 0,  0, 0, 0,                      // 90 DescribeShareGroupOffsets .. 94 UnregisterController
};
static_assert(std::size(kFirstFlexible) == kApiKeyMax + 1);

bool is_known(std::int16_t api_key) {
  return api_key >= 0 && api_key <= kApiKeyMax;
}

// Api keys are handed out one by one; 1,000 is decades away, and "not Kafka" is a better guess.
constexpr std::int16_t kApiKeyPlausibleMax = 1000;

}  // namespace

bool is_flexible(std::int16_t api_key, std::int16_t api_version) {
  return is_known(api_key) && api_version >= kFirstFlexible[api_key];
}

bool flexible_response_header(std::int16_t api_key, std::int16_t api_version) {
  return api_key != static_cast<std::int16_t>(ApiKey::api_versions) && is_flexible(api_key, api_version);
}

Result<RequestHeader> decode_request_header(Bytes frame) {
  Reader in(frame);
  RequestHeader header;
  header.api_key = in.i16();
  header.api_version = in.i16();
  if (in.ok() && (header.api_key < 0 || header.api_key > kApiKeyPlausibleMax || header.api_version < 0)) {
    in.fail(ErrorCode::invalid, "not a Kafka request");
  }
  header.correlation_id = in.i32();
  header.client_id = in.nullable_string();
  in.set_flexible(is_flexible(header.api_key, header.api_version));
  in.skip_tags();
  if (!in.ok()) return in.error("request header");
  header.bytes = in.position();
  return header;
}

std::string_view foreign_protocol(Bytes first_bytes) {
  // RFC 8446 5.1: a handshake record (22) of legacy version 3.x. As a Kafka frame it would be one of 352 MB.
  if (first_bytes.size() >= 3 && first_bytes[0] == 22 && first_bytes[1] == 3 && first_bytes[2] <= 4)
    return "TLS";
  constexpr std::string_view kMethods[] = {"GET ", "HEAD", "POST", "PUT ", "DELE",
                                           "CONN", "OPTI", "TRAC", "PATC", "PRI "};
  const std::string_view start = as_text(first_bytes).substr(0, 4);
  if (std::find(std::begin(kMethods), std::end(kMethods), start) != std::end(kMethods)) return "HTTP";
  return {};
}

}  // namespace assay::kafka
