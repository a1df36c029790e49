// Produce, v3 to v13 (Apache Kafka's ProduceRequest.json and ProduceResponse.json). The request is a view of
// its frame: the record batches stay where they are, so that an untouched request goes upstream byte for
// byte, and a reduced one by scatter/gather.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "kafka/messages/header.h"

namespace assay::kafka {

inline constexpr std::int16_t kProduceVersionMin = 3;
inline constexpr std::int16_t kProduceVersionMax = 13;

using TopicId = std::array<std::uint8_t, 16>;

struct ProducePartition {
  std::int32_t index = 0;
  std::optional<Bytes> records;  // nothing: null on the wire
};

struct ProduceTopic {
  std::string_view name;  // v3-v12
  TopicId id{};           // v13
  std::vector<ProducePartition> partitions;
};

struct ProduceRequest {
  RequestHeader header;
  std::optional<std::string_view> transactional_id;
  std::int16_t acks = 0;
  std::int32_t timeout_ms = 0;
  std::vector<ProduceTopic> topics;
};

// `frame` is the request without its length field; the result views it. `invalid`, `truncated` (both: not
// something a broker would accept), `unsupported` (a version outside the window), `too_large`
// (partitions_per_request_max). Trailing bytes are invalid. `out` is reused: its vectors keep their capacity.
Result<> decode(Bytes frame, const Limits& limits, ProduceRequest& out);

// What to send instead of one partition's batch.
struct ProduceEdit {
  std::size_t topic = 0;          // position in the request
  std::size_t partition = 0;      // position in the topic
  std::optional<Buffer> records;  // nothing: the partition is left out (an emptied topic too)
};

// A request in pieces: spans of the original frame and of `owned`, in order, the length field included.
struct GatheredRequest {
  std::vector<Bytes> pieces;
  std::vector<Buffer> owned;
  std::size_t bytes = 0;  // of all pieces
};

// The same request with some partitions left out or replaced. Payloads are not copied (move the edits in).
// Edits ascend by (topic, partition). REQUIRES: at least one partition is left.
GatheredRequest edit_request(const ProduceRequest& request, Bytes frame, std::vector<ProduceEdit> edits);

struct RecordError {
  std::int32_t batch_index = 0;
  std::string message;  // empty: null on the wire
};

struct ProducePartitionResponse {
  std::int32_t index = 0;
  std::int16_t error_code = 0;
  std::int64_t base_offset = -1;
  std::int64_t log_append_time_ms = -1;
  std::int64_t log_start_offset = -1;
  std::vector<RecordError> record_errors;    // v8+: ascending (librdkafka reads them with one forward cursor)
  std::optional<std::string> error_message;  // v8+
  struct Leader {
    std::int32_t id = -1;
    std::int32_t epoch = -1;
  };
  std::optional<Leader> current_leader;  // v10+, tag 0
  UnknownTags unknown_tags;              // kept, in order
};

struct ProduceTopicResponse {
  std::string name;
  TopicId id{};
  std::vector<ProducePartitionResponse> partitions;
  UnknownTags unknown_tags;  // kept, in order
};

struct ProduceResponse {
  std::int32_t correlation_id = 0;
  std::vector<ProduceTopicResponse> topics;
  std::int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints;  // v10+, tag 0
  UnknownTags unknown_tags;                  // kept, in order
};

// `frame` without its length field.
Result<ProduceResponse> decode_produce_response(Bytes frame, std::int16_t version, const Limits& limits);
// Appends the frame with its length field.
void encode(const ProduceResponse& response, std::int16_t version, Buffer& out);

}  // namespace assay::kafka
