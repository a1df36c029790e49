// One reason why a record is wrong, as the producer, the reject store and the metrics are told it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/record_view.h"

namespace assay {

// What a rule wants done with a record that breaks it, from mild to strict: the strictest of a record's
// violations wins.
enum class Action : std::uint8_t { observe, mark, divert, reject };

std::string_view to_string(Action action);

// The rule name under which schema violations appear.
inline constexpr std::string_view kSchemaRule = "schema";

struct Violation {
  std::string rule;  // the rule's name, or "schema"
  Part part = Part::value;
  std::string path;  // concrete: `lines[2].quantity`; the whole body: `$`
  std::string
      kind;  // the check that said no, for the fingerprint: `minimum`, `schema.required`, `frame.missing`
  std::string reason;    // "is -1, must be greater than 0"; masked fields: without the value
  std::string fragment;  // the offending value, bounded; empty when masked
  Action action = Action::reject;
  bool masked = false;  // the value is a secret: never stored, logged or answered
};

// `rule age-positive: person.age is -1, must be greater than 0`, at most `bytes_max` (cut at a code point).
std::string describe(const Violation& violation, std::size_t bytes_max);

}  // namespace assay
