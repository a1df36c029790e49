// Messages as clients and brokers send them, built plainly for tests. All with their length field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "kafka/messages/header.h"
#include "kafka/messages/produce.h"

namespace assay::kit {

struct Broker {
  std::int32_t node_id = 0;
  std::string host;
  std::int32_t port = 0;
};

struct Part {
  std::int32_t index = 0;
  std::string records;  // opaque to sessions
};

struct Topic {
  std::string name;
  kafka::TopicId id{};
  std::vector<Part> parts;
};

// Any request: header, then `body` as it is. The header's tags are empty where the version has them.
Buffer request(std::int16_t api_key, std::int16_t version, std::int32_t correlation_id,
               std::string_view body = {}, std::string_view client_id = "tester");
// Any response, its header's tags empty where the version has them.
Buffer response(std::int16_t api_key, std::int16_t version, std::int32_t correlation_id,
                std::string_view body = {});

Buffer produce_request(std::int16_t version, std::int32_t correlation_id, std::int16_t acks,
                       const std::vector<Topic>& topics);
// Success for every partition, base offset = 100 * index.
kafka::ProduceResponse produce_answer(std::int32_t correlation_id, const std::vector<Topic>& topics);
Buffer encoded(const kafka::ProduceResponse& answer, std::int16_t version);

Buffer api_versions_request(std::int16_t version, std::int32_t correlation_id,
                            std::string_view software = "librdkafka",
                            std::string_view software_version = "2.0.2");
// Produce 0..20, Fetch 0..20, Metadata 0..20, 18, and a key from the future.
Buffer api_versions_answer(std::int16_t version, std::int32_t correlation_id);

// v1 or v12.
Buffer metadata_answer(std::int16_t version, std::int32_t correlation_id, const std::vector<Broker>& brokers,
                       const std::vector<Topic>& topics = {});
// v1.
Buffer find_coordinator_answer(std::int32_t correlation_id, const Broker& coordinator);
// v16, one topic with one partition that holds `records`.
Buffer fetch_answer(std::int32_t correlation_id, const std::string& records,
                    const std::vector<Broker>& endpoints);

Buffer sasl_handshake_request(std::int16_t version, std::int32_t correlation_id, std::string_view mechanism);
Buffer sasl_handshake_answer(std::int32_t correlation_id);
// v1, PLAIN.
Buffer sasl_authenticate_request(std::int32_t correlation_id, std::string_view user);
Buffer sasl_authenticate_answer(std::int32_t correlation_id, std::int16_t error);

Buffer joined(const std::vector<Buffer>& buffers);

}  // namespace assay::kit
