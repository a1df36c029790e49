// librdkafka's mock cluster: a Kafka that lives in this process and in memory, for the demo and for fault
// injection in tests. It speaks Produce up to v7 and Metadata up to v2, and does not check sequences.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"

namespace assay::io {

class MockCluster {
 public:
  // Brokers 1 to n on free loopback ports. `io`: librdkafka's own words.
  static Result<std::unique_ptr<MockCluster>> start(int brokers);
  ~MockCluster();

  const std::string& bootstrap_servers() const;
  Result<> create_topic(const std::string& name, int partitions);

 private:
  struct Parts;
  explicit MockCluster(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace assay::io
