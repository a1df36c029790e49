// Base64 (RFC 4648): the standard alphabet of section 4 and the URL-safe one of section 5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace assay {

// Section 4, padded.
std::string encode_base64(Bytes bytes);

// Which texts are taken for base64.
enum class Base64 : std::uint8_t {
  standard,      // section 4, padded
  url,           // section 5, padded or not
  url_unpadded,  // section 5, never padded, as JOSE has it (RFC 7515)
  any,           // one of the two alphabets, padded or not
  any_in_lines,  // the same with line breaks anywhere, as PEM and MIME have it
};

// Decodes into `out`, which keeps its capacity; `out` is cut to what was decoded. False unless an encoder
// could have written `text`, to its last character: no mix of alphabets, padding only where it belongs, no
// stray bits behind the last byte. Empty text decodes to nothing.
bool decode_base64(std::string_view text, Buffer& out, Base64 form);
std::optional<Buffer> decode_base64(std::string_view text, Base64 form = Base64::standard);

}  // namespace assay
