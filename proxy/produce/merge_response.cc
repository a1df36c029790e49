#include "proxy/produce/merge_response.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace assay::proxy {
namespace {

// Where the broker's answer for a partition stands. Topics are named by name or by id: the other one is empty
// in both.
using Key = std::tuple<std::string_view, kafka::TopicId, std::int32_t>;

class BrokerAnswers {
 public:
  explicit BrokerAnswers(kafka::ProduceResponse* response) {
    if (response == nullptr) return;
    for (auto& topic : response->topics) {
      for (auto& partition : topic.partitions)
        found_.try_emplace(Key(topic.name, topic.id, partition.index), &partition);
    }
  }

  const kafka::ProducePartitionResponse* find(const RequestedTopic& topic, std::int32_t index) const {
    const auto at = found_.find(Key(topic.name, topic.id, index));
    return at == found_.end() ? nullptr : at->second;
  }

 private:
  std::map<Key, const kafka::ProducePartitionResponse*> found_;
};

}  // namespace

std::vector<RequestedTopic> requested_topics(const kafka::ProduceRequest& request) {
  std::vector<RequestedTopic> out;
  out.reserve(request.topics.size());
  for (const auto& topic : request.topics) {
    RequestedTopic& requested = out.emplace_back(RequestedTopic{std::string(topic.name), topic.id, {}});
    requested.partitions.reserve(topic.partitions.size());
    for (const auto& partition : topic.partitions) requested.partitions.push_back(partition.index);
  }
  return out;
}

kafka::ProduceResponse merge_response(std::int32_t correlation_id,
                                      const std::vector<RequestedTopic>& requested,
                                      std::vector<LocalAnswer> answers, kafka::ProduceResponse* broker) {
  const BrokerAnswers from_broker(broker);
  kafka::ProduceResponse out;
  auto answer = answers.begin();
  for (std::size_t t = 0; t < requested.size(); ++t) {
    kafka::ProduceTopicResponse topic{requested[t].name, requested[t].id, {}};
    for (std::size_t p = 0; p < requested[t].partitions.size(); ++p) {
      if (answer != answers.end() && answer->topic == t && answer->partition == p) {
        topic.partitions.push_back(std::move(answer->response));
        topic.partitions.back().index = requested[t].partitions[p];
        ++answer;
      } else if (const auto* told = from_broker.find(requested[t], requested[t].partitions[p])) {
        topic.partitions.push_back(*told);
      }
    }
    if (!topic.partitions.empty()) out.topics.push_back(std::move(topic));
  }
  if (broker != nullptr) {
    out.throttle_time_ms = broker->throttle_time_ms;
    out.node_endpoints = std::move(broker->node_endpoints);
    out.unknown_tags = std::move(broker->unknown_tags);
  }
  out.correlation_id = correlation_id;
  return out;
}

}  // namespace assay::proxy
