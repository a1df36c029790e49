// Base64 (RFC 4648): the standard alphabet of section 4 and the URL-safe one of section 5.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace assay {

// Section 4, padded.
std::string encode_base64(Bytes bytes);

enum class Base64 { standard, url };

// Nothing unless `text` is base64 to its last character: full groups, padding only where it belongs (it may
// be left out for Base64::url), and no stray bits behind the last byte.
std::optional<Buffer> decode_base64(std::string_view text, Base64 alphabet = Base64::standard);

}  // namespace assay
