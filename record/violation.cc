#include "record/violation.h"

namespace assay {

std::string_view to_string(Action action) {
  switch (action) {
    case Action::observe:
      return "observe";
    case Action::mark:
      return "mark";
    case Action::divert:
      return "divert";
    case Action::reject:
      return "reject";
  }
  return "unknown";
}

std::string describe(const Violation& violation, std::size_t bytes_max) {
  std::string text = violation.rule == kSchemaRule ? "schema: " : "rule " + violation.rule + ": ";
  if (violation.part != Part::value) {
    text += to_string(violation.part);
    text += ':';
  }
  text += violation.path;
  text += ' ';
  text += violation.reason;
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max < 3 ? 0 : bytes_max - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // not inside a code point
  text.resize(end);
  return text += "...";
}

}  // namespace assay
