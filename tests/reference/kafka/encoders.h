// Messages written the plain way, from scratch and whole: what the scatter/gather and the streaming of kafka/
// must equal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "kafka/messages/header.h"
#include "kafka/wire/reader.h"

namespace assay::kafka::reference {

struct Partition {
  std::int32_t index = 0;
  std::optional<Buffer> records;
  UnknownTags tags;
};

struct Topic {
  std::string name;
  Uuid id{};
  std::vector<Partition> partitions;
  UnknownTags tags;
};

struct ProduceRequest {
  std::int32_t correlation_id = 0;
  std::optional<std::string> client_id;
  std::optional<std::string> transactional_id;
  std::int16_t acks = -1;
  std::int32_t timeout_ms = 0;
  std::vector<Topic> topics;
  UnknownTags tags;
};

// Without the length field. Tags are left out where the version has none.
Buffer encode(const ProduceRequest& request, std::int16_t version);

// Fetch v16 to v18: the topics' partitions with their records, an aborted transaction for every odd partition
// index, and the endpoints. Without the length field.
struct FetchResponse {
  std::vector<Topic> topics;
  std::vector<NodeEndpoint> endpoints;
  UnknownTags tags;
};
Buffer encode(const FetchResponse& response);

// What `encode` wrote, read whole; fails (nothing) on anything else.
std::optional<FetchResponse> decode_fetch_response(Bytes frame);

}  // namespace assay::kafka::reference
