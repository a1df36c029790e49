// What Asio reports, in Assay's words. For the rooms of io/ only.
#pragma once

#include <boost/system/error_code.hpp>
#include <string_view>

#include "base/error.h"

namespace assay::io {

// "127.0.0.1:9092: Connection refused", with the nearest ErrorCode.
Error to_error(const boost::system::error_code& code, std::string_view about);

}  // namespace assay::io
