// Errors of the HTTP API: problem documents (RFC 9457).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "io/http/message.h"

namespace assay::proxy {

// `detail` is for the person who asked: what was wrong and what would be right.
io::HttpResponse problem(int status, std::string_view detail);
// The status that fits the code: invalid 400, denied 403, not_found 404, conflict 409, too_large 413,
// unavailable 503.
io::HttpResponse problem(const Error& error);

}  // namespace assay::proxy
