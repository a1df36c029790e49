#include "rejects/cursor.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <charconv>

namespace assay::rejects {

std::string cursor_text(std::uint64_t row_number) {
  std::string text = fmt::format("r{:016x}", row_number);
  return text += fmt::format("{:04x}", XXH3_64bits(text.data(), text.size()) & 0xffffU);
}

Result<std::uint64_t> parse_cursor(std::string_view text) {
  std::uint64_t value = 0;
  if (text.size() == 21) std::from_chars(text.data() + 1, text.data() + 17, value, 16);
  // Rows are numbered below 2^63; comparing texts also refuses what from_chars would overlook.
  if (text.size() != 21 || value >> 63 != 0 || cursor_text(value) != text) {
    return Error(ErrorCode::invalid, fmt::format("\"{}\" is no cursor of this store", text.substr(0, 40)));
  }
  return value;
}

}  // namespace assay::rejects
