#include "proxy/session/close_reason.h"

namespace assay::proxy {

std::string_view to_string(CloseReason reason) {
  switch (reason) {
    case CloseReason::none:
      return "none";
    case CloseReason::tls:
      return "tls";
    case CloseReason::http:
      return "http";
    case CloseReason::not_kafka:
      return "not_kafka";
    case CloseReason::frame_too_large:
      return "frame_too_large";
    case CloseReason::unauthenticated_frame:
      return "unauthenticated_frame";
    case CloseReason::unauthenticated_produce:
      return "unauthenticated_produce";
    case CloseReason::sasl_handshake_v0:
      return "sasl_handshake_v0";
    case CloseReason::unsupported_version:
      return "unsupported_version";
    case CloseReason::undecodable_request:
      return "undecodable_request";
    case CloseReason::refused_acks0:
      return "refused_acks0";
    case CloseReason::unexpected_response:
      return "unexpected_response";
    case CloseReason::undecodable_response:
      return "undecodable_response";
  }
  return "unknown";
}

}  // namespace assay::proxy
