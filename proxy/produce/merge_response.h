// One answer out of two: what the broker said about the partitions that were forwarded, and what Assay says
// about the others. Clients need exactly the partitions that they asked for: librdkafka counts them, Java
// waits for missing ones.
#pragma once

#include <string>
#include <vector>

#include "kafka/messages/produce.h"
#include "proxy/produce/inspect.h"

namespace assay::proxy {

// What is left of a request while its answer is awaited.
struct RequestedTopic {
  std::string name;     // v3-v12
  kafka::TopicId id{};  // v13
  std::vector<std::int32_t> partitions;
};

std::vector<RequestedTopic> requested_topics(const kafka::ProduceRequest& request);

// In request order. `broker` is nothing when no partition was forwarded; its throttle time, endpoints and
// unknown tags are kept. `answers` ascend; where one stands, it goes before the broker's. A partition that
// nobody answered is left out, as the broker did.
kafka::ProduceResponse merge_response(std::int32_t correlation_id,
                                      const std::vector<RequestedTopic>& requested,
                                      std::vector<LocalAnswer> answers, kafka::ProduceResponse* broker);

}  // namespace assay::proxy
