// Metadata: the response v0 to v13 as far as the proxy learns from it, and requests of the proxy's own, v1 to
// v12 (Apache Kafka's MetadataRequest.json and MetadataResponse.json; the grammar stands in metadata.cc).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "kafka/messages/addresses.h"
#include "kafka/wire/reader.h"

namespace assay::kafka {

inline constexpr std::int16_t kMetadataVersionMax = 13;
// What own requests may use: 1 knows "no topics", 12 finds topics by id.
inline constexpr std::int16_t kOwnMetadataVersionMin = 1;
inline constexpr std::int16_t kOwnMetadataVersionMax = 12;

struct MetadataTopic {
  std::int16_t error_code = 0;
  std::optional<std::string_view> name;  // nothing: asked by an id that the broker does not know (v12+)
  Uuid id{};                             // v10+, else zero
  std::uint32_t partition_count = 0;
};

// Views the frame.
struct MetadataResponse {
  std::int32_t correlation_id = 0;
  std::int16_t error_code = 0;  // v13+
  std::optional<std::string_view> cluster_id;
  std::int32_t controller_id = -1;
  std::vector<BrokerAddress> brokers;
  std::vector<MetadataTopic> topics;
};

// `frame` without its length field. `truncated`, `invalid`, `unsupported`; trailing bytes are invalid.
Result<MetadataResponse> decode_metadata_response(Bytes frame, std::int16_t version);

struct MetadataRequest {
  std::int32_t correlation_id = 0;
  std::string client_id;
  enum class Topics : std::uint8_t { none, all, named };
  Topics which = Topics::none;
  std::vector<std::string> names;  // which == named
  std::vector<Uuid> ids;           // which == named, v12 only
};

// Appends the frame with its length field; never creates topics (v4+ says so; before, a named unknown topic
// may be created). REQUIRES: version within kOwnMetadataVersionMin..Max; no ids below 12.
void encode(const MetadataRequest& request, std::int16_t version, Buffer& out);

}  // namespace assay::kafka
