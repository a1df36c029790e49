#include "base/error.h"

namespace assay {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return "invalid";
    case ErrorCode::truncated:
      return "truncated";
    case ErrorCode::too_large:
      return "too large";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::not_found:
      return "not found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::denied:
      return "denied";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::io:
      return "io";
    case ErrorCode::internal:
      return "internal";
  }
  return "unknown";
}

Error Error::within(std::string_view context) const {
  return Error(code_, std::string(context) + ": " + message_);
}

}  // namespace assay
