// The faults that the first stage only names: found again byte by byte, for the message.
#include <algorithm>

#include "registry/schema/json_schema/walker.h"

namespace assay::schema::json {
namespace {

// The length of the well-formed UTF-8 sequence (Unicode table 3-7) at `at`; 0 when there is none.
std::size_t sequence_bytes(Bytes text, std::size_t at) {
  const std::uint8_t lead = text[at];
  if (lead < 0x80) return 1;
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < bytes) return 0;
  const std::uint8_t second = text[at + 1];
  const bool second_fits = (lead != 0xE0 || second >= 0xA0) && (lead != 0xED || second <= 0x9F) &&
                           (lead != 0xF0 || second >= 0x90) && (lead != 0xF4 || second <= 0x8F);
  const auto continues = [](std::uint8_t byte) { return (byte & 0xC0U) == 0x80; };
  const auto* const begin = text.data() + at;
  return second_fits && std::all_of(begin + 1, begin + bytes, continues) ? bytes : 0;
}

}  // namespace

Fault find_fault(Bytes body) {
  bool in_string = false;
  std::size_t opened = 0;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t bytes = sequence_bytes(body, at);
    if (bytes == 0) return {at, "no valid UTF-8"};
    const std::uint8_t c = body[at];
    if (c == '"') {
      in_string = !in_string;
      opened = at;
    } else if (in_string && c < 0x20) {
      return {at, "a control character in a string"};
    } else if (c == '\\' && at + 1 < body.size() && (body[at + 1] == '"' || body[at + 1] == '\\')) {
      ++at;
    }
    at += bytes;
  }
  if (in_string) return {opened, "a string that is not closed"};
  return {body.size(), "the text ends too early"};
}

}  // namespace assay::schema::json
