// The keywords of `check`: their names, what they are written with, and what they apply to. The loader, the
// reasons and the published JSON Schema all go by this table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "record/formats.h"
#include "rules/checks.h"

namespace assay::rules {

// What stands behind a keyword's colon.
enum class Operand : std::uint8_t {
  flag,     // true; leaving the keyword out is the other choice
  boolean,  // true or false, as JSON Schema has it
  number,
  positive,  // a number above 0
  count,     // a whole number from 0
  text,      // a string that is not empty
  pattern,   // an ECMA-262 regular expression
  format,    // the name of a format
  types,     // a type's name, or a list of them
  scalar,    // null, true, false, a number or a string
  scalars,   // a list of them
  nested,    // another check
};

struct Keyword {
  Op op;
  std::string_view name;
  Operand operand;
};

std::span<const Keyword> keywords();
const Keyword* keyword_named(std::string_view name);
std::string_view name_of(Op op);

inline constexpr KindSet kNumericKinds{Kind::integer, Kind::natural, Kind::real, Kind::number, Kind::decimal};
inline constexpr KindSet kTextKinds{Kind::string};
inline constexpr KindSet kListKinds{Kind::array};

KindSet common(KindSet a, KindSet b);

// Which kinds can satisfy a keyword whose operand is already in place.
KindSet kinds_for(const Check& check);

struct TypeName {
  std::string_view name;
  TypeBit bit;
  KindSet kinds;
};
std::span<const TypeName> type_names();

// The formats that rules offer; what a text of each spans at least and at most, in code points.
struct RuleFormat {
  TextFormat format;
  std::uint64_t length_min;
  std::uint64_t length_max;
  std::string_view phrase;  // "an email address"
};
std::span<const RuleFormat> rule_formats();
const RuleFormat& rule_format(TextFormat format);

}  // namespace assay::rules
