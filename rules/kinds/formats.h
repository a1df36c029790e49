// format: on text, and on the numbers and bytes that a schema's logical type gives the same meaning.
#pragma once

#include "record/formats.h"
#include "rules/checks.h"

namespace assay::rules::kinds {

// A `date` of Avro is a number, a `uuid` may be 16 bytes: the schema vouches for their form. Numbers and
// bytes without the logical type have no format.
inline bool logical_has_format(Logical logical, TextFormat format) {
  switch (logical) {
    case Logical::uuid:
      return format == TextFormat::uuid;
    case Logical::date:
      return format == TextFormat::date;
    case Logical::time_ms:
    case Logical::time_us:
      return format == TextFormat::time;
    case Logical::timestamp_ms:
    case Logical::timestamp_us:
    case Logical::timestamp_ns:
      return format == TextFormat::date_time;
    case Logical::duration:
      return format == TextFormat::duration;
    default:
      return false;
  }
}

inline bool format_holds(TextFormat format, const Subject& subject) {
  if (subject.value->kind == Kind::string) return holds(format, subject.text);
  return logical_has_format(subject.value->logical, format);
}

}  // namespace assay::rules::kinds
