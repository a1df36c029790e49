// The named text formats that JSON Schema's `format` and rules' `format` share.
// Sources: JSON Schema validation §7.3 (draft-07 and 2020-12), RFC 3339, RFC 3986, RFC 4122, RFC 5321, RFC
// 1123, RFC 2673, RFC 4291, RFC 6570, RFC 6901, ISO 8601 durations as in RFC 3339 appendix A, ECMA-262 for
// `regex`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay {

enum class TextFormat : std::uint8_t {
  email,
  uuid,
  ipv4,
  ipv6,
  uri,
  uri_reference,
  uri_template,
  hostname,
  date,
  time,
  date_time,
  duration,
  json_pointer,
  relative_json_pointer,
  regex,
};

// The names of JSON Schema: "date-time", "uri-reference". Nothing for those that Assay does not check.
std::optional<TextFormat> text_format_named(std::string_view name);
std::string_view to_string(TextFormat format);

// Whether `text` has that form. REQUIRES: valid UTF-8. Allocates nothing, except for `regex`.
bool holds(TextFormat format, std::string_view text);

}  // namespace assay
