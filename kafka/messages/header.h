// Request and response headers, and the pieces that several messages share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace assay::kafka {

// Those that the proxy has business with (Apache Kafka, ApiKeys).
enum class ApiKey : std::int16_t {
  produce = 0,
  fetch = 1,
  metadata = 3,
  find_coordinator = 10,
  sasl_handshake = 17,
  api_versions = 18,
  sasl_authenticate = 36,
  describe_quorum = 55,
  describe_cluster = 60,
  share_fetch = 78,
  share_acknowledge = 79,
};

// The highest api key of the compiled table (Apache Kafka 4.4).
inline constexpr std::int16_t kApiKeyMax = 94;
// The newest versions whose addresses endpoint_patcher.h replaces.
inline constexpr std::int16_t kFetchVersionMax = 18;
inline constexpr std::int16_t kShareFetchVersionMax = 2;
inline constexpr std::int16_t kShareAcknowledgeVersionMax = 2;
// From v2 on it lists the controllers' addresses, which no client can reach through the proxy.
inline constexpr std::int16_t kDescribeQuorumVersionMax = 1;

struct RequestHeader {
  std::int16_t api_key = 0;
  std::int16_t api_version = 0;
  std::int32_t correlation_id = 0;
  std::optional<std::string_view> client_id;  // views the frame
  std::size_t bytes = 0;                      // where the body begins in the frame
};

// Whether request and response of this version carry tagged fields (header v2 / v1). ApiVersions' response
// header is v0 in every version (KIP-511); `flexible_response_header` knows.
bool is_flexible(std::int16_t api_key, std::int16_t api_version);
bool flexible_response_header(std::int16_t api_key, std::int16_t api_version);

// The first bytes of a request, without its length field. `truncated`: more bytes are needed (for the
// streaming session), `invalid`: not a Kafka request. For an api key beyond the compiled table the tags are
// not read (they are opaque anyway).
Result<RequestHeader> decode_request_header(Bytes frame);

// What the first bytes of a connection look like when they are not Kafka: "TLS", "HTTP", or nothing.
std::string_view foreign_protocol(Bytes first_bytes);

struct NodeEndpoint {
  std::int32_t node_id = 0;
  std::string host;
  std::int32_t port = 0;
  std::optional<std::string> rack;
};

// Tagged fields that Assay does not know: passed on as they came.
using UnknownTags = std::vector<std::pair<std::uint32_t, Buffer>>;

}  // namespace assay::kafka
