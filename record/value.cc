#include "record/value.h"

#include <fmt/format.h>

#include "record/number.h"

namespace assay {
namespace {

unsigned hex4(std::string_view text, std::size_t at) {
  unsigned value = 0;
  for (std::size_t i = at; i < at + 4 && i < text.size(); ++i) {
    const char c = text[i];
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    value = value << 4 | static_cast<unsigned>(digit & 15);
  }
  return value;
}

void append_utf8(std::string& out, unsigned code) {
  const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | code >> 6);
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | code >> 12);
    put(0x80U | (code >> 6 & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | code >> 18);
    put(0x80U | (code >> 12 & 0x3FU));
    put(0x80U | (code >> 6 & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

// Appends what the escape at text[at] (behind its backslash) stands for; returns the offset behind it.
std::size_t append_escape(std::string& out, std::string_view text, std::size_t at) {
  switch (text[at]) {
    case 'b':
      out += '\b';
      return at + 1;
    case 'f':
      out += '\f';
      return at + 1;
    case 'n':
      out += '\n';
      return at + 1;
    case 'r':
      out += '\r';
      return at + 1;
    case 't':
      out += '\t';
      return at + 1;
    case 'u':
      break;
    default:
      out += text[at];
      return at + 1;
  }
  unsigned code = hex4(text, at + 1);
  at += 5;
  if (code >= 0xD800 && code < 0xDC00 && at + 6 <= text.size()) {  // a surrogate pair: \uD83D\uDE00
    code = 0x10000U + ((code - 0xD800U) << 10) + (hex4(text, at + 2) - 0xDC00U);
    at += 6;
  }
  append_utf8(out, code);
  return at;
}

std::string cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::absent:
      return "absent";
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "a boolean";
    case Kind::integer:
    case Kind::natural:
      return "an integer";
    case Kind::real:
    case Kind::number:
    case Kind::decimal:
      return "a number";
    case Kind::string:
      return "a string";
    case Kind::bytes:
      return "bytes";
    case Kind::array:
      return "an array";
    case Kind::object:
      return "an object";
  }
  return "unknown";
}

std::string_view text_of(const Value& value, std::string& scratch) {
  const std::string_view raw = as_text(value.raw);
  if (!value.escaped) return raw;
  scratch.clear();
  for (std::size_t at = 0; at < raw.size();) {
    if (raw[at] == '\\' && at + 1 < raw.size()) {
      at = append_escape(scratch, raw, at + 1);
    } else {
      scratch += raw[at++];
    }
  }
  return scratch;
}

std::string describe(const Value& value, std::size_t bytes_max) {
  switch (value.kind) {
    case Kind::absent:
      return "absent";
    case Kind::null:
      return "null";
    case Kind::boolean:
      return value.boolean ? "true" : "false";
    case Kind::integer:
    case Kind::natural:
    case Kind::real:
    case Kind::number:
    case Kind::decimal:
      return cut(number_text(value), bytes_max);
    case Kind::string: {
      std::string scratch;
      return '"' + cut(text_of(value, scratch), bytes_max) + '"';
    }
    case Kind::bytes: {
      const std::size_t shown = value.raw.size() < bytes_max / 2 ? value.raw.size() : bytes_max / 2;
      std::string hex = "0x";
      for (std::size_t i = 0; i < shown; ++i) fmt::format_to(std::back_inserter(hex), "{:02x}", value.raw[i]);
      return shown < value.raw.size() ? hex + "..." : hex;
    }
    case Kind::array:
      return fmt::format("an array of {}", value.count);
    case Kind::object:
      return fmt::format("an object of {}", value.count);
  }
  return {};
}

}  // namespace assay
