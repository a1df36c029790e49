// ApiVersions (KIP-35, KIP-511): what a client calls itself, and which versions it may use through the proxy.
// Requests v0 to v5, responses v0 to v5 (Apache Kafka's ApiVersionsRequest.json, ApiVersionsResponse.json,
// KIP-1242).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "kafka/messages/header.h"

namespace assay::kafka {

inline constexpr std::int16_t kApiVersionsVersionMax = 5;
inline constexpr std::int16_t kErrorUnsupportedVersion = 35;

struct ApiVersionsRequest {
  RequestHeader header;
  std::string_view client_software_name;     // v3+; views the frame
  std::string_view client_software_version;  // v3+
};

// `unsupported` above kApiVersionsVersionMax: answer it with `unsupported_api_versions`. Behind the two
// names, v5 carries what is the broker's business alone, and is not looked at.
Result<ApiVersionsRequest> decode_api_versions_request(Bytes frame);

struct ApiRange {
  std::int16_t api_key = 0;
  std::int16_t version_min = 0;
  std::int16_t version_max = 0;
  bool operator==(const ApiRange&) const = default;
};

struct ApiVersionsResponse {
  std::int32_t correlation_id = 0;
  std::int16_t error_code = 0;
  std::vector<ApiRange> apis;
  std::int32_t throttle_time_ms = 0;  // v1+
  UnknownTags tags;                   // v3+: features and all, as they came

  const ApiRange* find(ApiKey key) const;
};

// `frame` without its length field; the header is v0 in every version. With error 35 the body is not read:
// `apis` is empty (brokers answer in v0 format then, and some mocks malformed); such an answer is passed on
// as it came, or asked for again.
Result<ApiVersionsResponse> decode_api_versions_response(Bytes frame, std::int16_t version);
// Appends the frame with its length field.
void encode(const ApiVersionsResponse& response, std::int16_t version, Buffer& out);

// Narrows to what the proxy can handle: the maximum of every api that it decodes, and no api above its table
// (one day those may name brokers). Minimums stay as the broker sent them (librdkafka before 2.11.1 takes
// Produce's 0 for "compression works"), but for ShareFetch and ShareAcknowledge, whose v0 was never released.
// An api that would have no version left is dropped.
void clamp(ApiVersionsResponse& response);

// Whether what clamp() leaves contains this version, as far as the proxy has a say: the answers to others
// might name brokers. A client that asks for one anyway was not offered it.
bool passes_unread(std::int16_t api_key, std::int16_t version);

// Produce v7 and v8 are the same request; only the answer differs, by `record_errors` and `error_message`
// (KIP-467). A broker that ends at v7 is offered as v8, so that its clients are told what was wrong with a
// record. True: so it was done, and their v8 must go upstream as v7.
inline constexpr std::int16_t kProduceVersionWithoutRecordErrors = 7;
inline constexpr std::int16_t kProduceVersionWithRecordErrors = 8;
bool offer_record_errors(ApiVersionsResponse& response);

// The answer to a request version that the proxy does not know: error 35 and the range of ApiVersions; encode
// it as v0.
ApiVersionsResponse unsupported_api_versions(std::int32_t correlation_id);

}  // namespace assay::kafka
