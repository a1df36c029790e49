// minLength, maxLength (code points), contains, startsWith, endsWith, pattern: on the text of a string.
#pragma once

#include <cstdint>
#include <string_view>

#include "rules/checks.h"

namespace assay::rules::kinds {

// Code points of valid UTF-8.
inline std::uint64_t code_points(std::string_view text) {
  std::uint64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
  return count;
}

// Counts only when the number of bytes does not decide: a code point takes one to four.
inline bool at_least_long(std::string_view text, std::uint64_t length) {
  if (text.size() < length) return false;
  return text.size() / 4 >= length || code_points(text) >= length;
}

inline bool at_most_long(std::string_view text, std::uint64_t length) {
  return text.size() <= length || (text.size() / 4 <= length && code_points(text) <= length);
}

inline bool text_holds(const Check& check, std::string_view text) {
  switch (check.op) {
    case Op::min_length:
      return at_least_long(text, check.count);
    case Op::max_length:
      return at_most_long(text, check.count);
    case Op::contains:
      return text.find(check.text) != std::string_view::npos;
    case Op::starts_with:
      return text.starts_with(check.text);
    case Op::ends_with:
      return text.ends_with(check.text);
    default:
      return check.pattern->search(text);
  }
}

}  // namespace assay::rules::kinds
