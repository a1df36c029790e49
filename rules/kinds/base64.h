// Base64 (RFC 4648 §4 and §5) as ciphertext is written in it: one alphabet, canonical, padded or not.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace assay::rules::kinds {

// Decodes into `out`, which keeps its capacity; `out` is cut to what was decoded. False for anything that an
// encoder would not have written: both alphabets mixed, wrong padding, bits left over, other characters. Line
// breaks are passed over (PEM, MIME) with `lines`.
bool decode_base64(std::string_view text, Buffer& out, bool lines = false);

// The same for the URL alphabet without padding only, as JWE has it. Empty text decodes to nothing.
bool decode_base64url(std::string_view text, Buffer& out);

}  // namespace assay::rules::kinds
