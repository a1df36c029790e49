// One value read from a record where it stands: a view plus exact numbers. What a slot holds and a check
// looks at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace assay {

enum class Kind : std::uint8_t {
  absent,  // the field is not there (or the union took another branch)
  null,
  boolean,  // `boolean`
  integer,  // `integer`: every signed 64-bit number, whatever the format calls it
  natural,  // `natural`: an unsigned 64-bit number above INT64_MAX
  real,     // `real`: a double as the format stores it, or a float (`single`); `raw` empty
  number,   // a JSON number that is no 64-bit integer: `raw` is its text, `real` its nearest double
  decimal,  // Avro decimal: `raw` is two's complement, big-endian; `scale` digits behind the point
  string,   // `raw`: UTF-8; with `escaped`, the inside of a JSON string that still holds escapes
  bytes,    // `raw`
  array,    // `count` items; `raw` spans the encoded whole where the format can tell (JSON can)
  object,   // a record, map, message or JSON object: `count` members; `raw` as above
};

std::string_view to_string(Kind kind);

// What the schema says that the number or text means. Checks use it for `format` and for readable reasons.
enum class Logical : std::uint8_t {
  none,
  decimal,
  uuid,
  date,
  time_ms,
  time_us,
  timestamp_ms,
  timestamp_us,
  timestamp_ns,
  duration,
  enumeration,
};

struct Value {
  Kind kind = Kind::absent;
  bool escaped = false;
  bool single = false;
  Logical logical = Logical::none;
  std::uint8_t scale = 0;
  std::uint32_t count = 0;
  union {
    std::int64_t integer = 0;
    std::uint64_t natural;
    double real;
    bool boolean;
  };
  Bytes raw;

  bool present() const { return kind != Kind::absent && kind != Kind::null; }
  bool numeric() const { return kind >= Kind::integer && kind <= Kind::decimal; }
};

// The text of a string value. JSON escapes are undone into `scratch` (which the result may then view).
// REQUIRES: kind is string; escapes were found well-formed by the walker.
std::string_view text_of(const Value& value, std::string& scratch);

// For messages: at most `bytes_max` of the value, strings quoted, bytes as hex, cut with "...".
std::string describe(const Value& value, std::size_t bytes_max);

}  // namespace assay
