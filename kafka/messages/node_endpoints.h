// NodeEndpoints, the same in every message that has them (KIP-951):
//
//   COMPACT_ARRAY{ node_id i32 | host COMPACT_STRING | port i32 | rack COMPACT_NULLABLE_STRING | TAGS }
//
// Tagged fields inside an endpoint are not kept: none is known, and the endpoint is not the broker's any
// more.
#pragma once

#include <vector>

#include "kafka/messages/header.h"
#include "kafka/wire/reader.h"
#include "kafka/wire/writer.h"

namespace assay::kafka {

inline std::vector<NodeEndpoint> read_node_endpoints(Reader& in) {
  constexpr std::size_t kEndpointBytesMin = 11;
  std::vector<NodeEndpoint> endpoints(in.array(kEndpointBytesMin));
  for (NodeEndpoint& endpoint : endpoints) {
    endpoint.node_id = in.i32();
    endpoint.host = in.string();
    endpoint.port = in.i32();
    endpoint.rack = in.nullable_string();
    in.skip_tags();
  }
  return endpoints;
}

inline void write_node_endpoints(Writer& out, const std::vector<NodeEndpoint>& endpoints) {
  out.array(endpoints.size());
  for (const NodeEndpoint& endpoint : endpoints) {
    out.i32(endpoint.node_id);
    out.string(endpoint.host);
    out.i32(endpoint.port);
    out.nullable_string(endpoint.rack);
    out.no_tags();
  }
}

}  // namespace assay::kafka
