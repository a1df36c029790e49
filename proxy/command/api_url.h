// Where the HTTP API is, as people write it.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace assay::proxy {

// The URL, without a trailing slash, that "127.0.0.1:8080" or "https://assay.example/" means. `invalid` says
// what to write.
Result<std::string> api_url(std::string_view text);

}  // namespace assay::proxy
