#include "io/net/asio_error.h"

#include <boost/asio/error.hpp>
#include <string>

namespace assay::io {
namespace {

ErrorCode code_of(const boost::system::error_code& code) {
  namespace e = boost::asio::error;
  if (code == e::address_in_use) return ErrorCode::conflict;
  if (code == e::access_denied || code == e::no_permission) return ErrorCode::denied;
  if (code == boost::system::errc::address_not_available) return ErrorCode::invalid;
  if (code == e::connection_refused || code == e::timed_out || code == e::host_unreachable ||
      code == e::network_unreachable || code == e::host_not_found || code == e::host_not_found_try_again ||
      code == e::operation_aborted || code == e::would_block || code == e::try_again) {
    return ErrorCode::unavailable;
  }
  return ErrorCode::io;
}

}  // namespace

Error to_error(const boost::system::error_code& code, std::string_view about) {
  return Error(code_of(code), code.message()).within(about);
}

}  // namespace assay::io
