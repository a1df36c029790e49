// FindCoordinatorResponse, behind its header:
//
//   v0-v3   [v1+] throttle_time_ms i32 | error_code i16 | [v1+] error_message NULLABLE_STRING |
//           node_id i32 | host STRING | port i32 | TAGS
//   v4+     throttle_time_ms i32 | coordinators ARRAY{ key STRING | node_id i32 | host STRING | port i32 |
//   error_code i16 |
//           error_message NULLABLE_STRING | TAGS } | TAGS                                         (v3+:
//           compact forms)
//
// DescribeClusterResponse, behind its header, compact in every version:
//
//   throttle_time_ms i32 | error_code i16 | error_message NULLABLE_STRING | [v1+] endpoint_type i8 |
//   cluster_id STRING | controller_id i32 | brokers ARRAY{ broker_id i32 | host STRING | port i32 | rack
//   NULLABLE_STRING | [v2+] is_fenced bool | TAGS } | cluster_authorized_operations i32 | TAGS
#include "kafka/messages/coordinator.h"

#include <fmt/format.h>

#include "kafka/wire/reader.h"

namespace assay::kafka {
namespace {

constexpr std::int16_t kFirstWithSeveral = 4;

void read_coordinator(Reader& in, std::vector<BrokerAddress>& out) {
  BrokerAddress coordinator;
  coordinator.node_id = in.i32();
  read_address(in, coordinator);
  if (coordinator.node_id >= 0) out.push_back(coordinator);
}

}  // namespace

Result<std::vector<BrokerAddress>> decode_find_coordinator_response(Bytes frame, std::int16_t version) {
  if (version < 0 || version > kFindCoordinatorVersionMax) {
    return Error(ErrorCode::unsupported,
                 fmt::format("FindCoordinator v{} is above v{}", version, kFindCoordinatorVersionMax));
  }
  std::vector<BrokerAddress> out;
  Reader in(frame, is_flexible(static_cast<std::int16_t>(ApiKey::find_coordinator), version));
  in.i32();
  in.skip_tags();
  if (version >= 1) in.i32();
  if (version < kFirstWithSeveral) {
    in.i16();
    if (version >= 1) in.nullable_string();
    read_coordinator(in, out);
  } else {
    for (std::uint32_t left = in.array(14); left > 0 && in.ok(); --left) {
      in.string();
      read_coordinator(in, out);
      in.i16();
      in.nullable_string();
      in.skip_tags();
    }
  }
  in.skip_tags();
  in.finish();
  if (!in.ok()) return in.error("FindCoordinator response");
  return out;
}

Result<std::vector<BrokerAddress>> decode_describe_cluster_response(Bytes frame, std::int16_t version) {
  if (version < 0 || version > kDescribeClusterVersionMax) {
    return Error(ErrorCode::unsupported,
                 fmt::format("DescribeCluster v{} is above v{}", version, kDescribeClusterVersionMax));
  }
  std::vector<BrokerAddress> out;
  Reader in(frame, true);
  in.i32();
  in.skip_tags();
  in.i32();
  in.i16();
  in.nullable_string();
  if (version >= 1) in.i8();
  in.string();
  in.i32();
  for (std::uint32_t left = in.array(11); left > 0 && in.ok(); --left) {
    BrokerAddress& broker = out.emplace_back();
    broker.node_id = in.i32();
    read_address(in, broker);
    broker.rack = in.nullable_string();
    if (version >= 2) in.boolean();
    in.skip_tags();
  }
  in.i32();
  in.skip_tags();
  in.finish();
  if (!in.ok()) return in.error("DescribeCluster response");
  return out;
}

}  // namespace assay::kafka
