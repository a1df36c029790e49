// Whether bytes, or the symbols of base64, are spread as evenly as ciphertext is. Each test compares a count
// with what uniform bytes give, and says no only far out in the tail: together they refuse about one true
// ciphertext in a thousand.
#pragma once

#include <string_view>

#include "base/bytes.h"

namespace assay::rules::kinds {

// Nothing about the bytes looks chosen: no text (UTF-8, or one byte or two per letter), no packed digits, no
// repeated blocks, no sequences, no numbers side by side. REQUIRES: at least kEvenBytesMin bytes.
bool spread_evenly(Bytes bytes);
inline constexpr std::size_t kEvenBytesMin = 16;

// The same for text that could be base64: no words, no single case, no sequence of letters. Padding is left
// out.
bool symbols_spread_evenly(std::string_view base64);

// Begins as compressed data, an image, an archive, a key or a container begins: those are even without being
// encrypted.
bool known_container(Bytes bytes);

// UTF-8 text, or nearly nothing but printable ASCII.
bool looks_like_text(Bytes bytes);

}  // namespace assay::rules::kinds
