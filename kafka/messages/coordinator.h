// The two other answers that name brokers: FindCoordinator v0 to v6 and DescribeCluster v0 to v2
// (Apache Kafka's FindCoordinatorResponse.json and DescribeClusterResponse.json; grammars in coordinator.cc).
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "kafka/messages/addresses.h"

namespace assay::kafka {

inline constexpr std::int16_t kFindCoordinatorVersionMax = 6;
inline constexpr std::int16_t kDescribeClusterVersionMax = 2;

// The coordinators named; error entries (node id -1) are not among them. `frame` without its length field.
Result<std::vector<BrokerAddress>> decode_find_coordinator_response(Bytes frame, std::int16_t version);

Result<std::vector<BrokerAddress>> decode_describe_cluster_response(Bytes frame, std::int16_t version);

}  // namespace assay::kafka
