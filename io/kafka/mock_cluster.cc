#include "io/kafka/mock_cluster.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>

namespace assay::io {

struct MockCluster::Parts {
  rd_kafka_t* client = nullptr;  // the cluster's threads hang on it
  rd_kafka_mock_cluster_t* cluster = nullptr;
  std::string bootstrap_servers;

  ~Parts() {
    if (cluster != nullptr) rd_kafka_mock_cluster_destroy(cluster);
    if (client != nullptr) rd_kafka_destroy(client);
  }
};

MockCluster::MockCluster(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
MockCluster::~MockCluster() = default;

Result<std::unique_ptr<MockCluster>> MockCluster::start(int brokers) {
  auto parts = std::make_unique<Parts>();
  std::array<char, 512> why{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set_log_cb(conf, nullptr);
  parts->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size());
  if (parts->client == nullptr) {
    rd_kafka_conf_destroy(conf);
    return Error(ErrorCode::io, why.data());
  }
  parts->cluster = rd_kafka_mock_cluster_new(parts->client, brokers);
  if (parts->cluster == nullptr) return Error(ErrorCode::io, "the mock cluster does not start");
  parts->bootstrap_servers = rd_kafka_mock_cluster_bootstraps(parts->cluster);
  return std::unique_ptr<MockCluster>(new MockCluster(std::move(parts)));
}

const std::string& MockCluster::bootstrap_servers() const {
  return parts_->bootstrap_servers;
}

Result<> MockCluster::create_topic(const std::string& name, int partitions) {
  const auto error = rd_kafka_mock_topic_create(parts_->cluster, name.c_str(), partitions, 1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Error(ErrorCode::io, rd_kafka_err2str(error));
  return {};
}

}  // namespace assay::io
