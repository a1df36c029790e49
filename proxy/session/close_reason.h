// Why a connection is ended by the proxy: a metric's label and a line in the log.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay::proxy {

enum class CloseReason : std::uint8_t {
  none,
  tls,                    // TLS to the plain Kafka port
  http,                   // HTTP to the Kafka port
  not_kafka,              // some other bytes
  frame_too_large,        // beyond frame_bytes_max
  unauthenticated_frame,  // beyond unauthenticated_frame_bytes_max before SASL was through
  unauthenticated_produce,
  sasl_handshake_v0,    // raw tokens without Kafka's header would follow: nothing could be read any more
  unsupported_version,  // a Produce that cannot be judged, sent against what ApiVersions said
  undecodable_request,
  refused_acks0,        // `acks0: close`
  unexpected_response,  // nobody asked, or another correlation id
  undecodable_response,
};

// "tls", "frame_too_large": as it is written in metrics.
std::string_view to_string(CloseReason reason);

}  // namespace assay::proxy
