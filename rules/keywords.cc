#include "rules/keywords.h"

#include <limits>

namespace assay::rules {
namespace {

constexpr std::uint64_t kAnyLength = std::numeric_limits<std::uint64_t>::max();

constexpr Keyword kKeywords[] = {
    {Op::required, "required", Operand::flag},
    {Op::type, "type", Operand::types},
    {Op::minimum, "minimum", Operand::number},
    {Op::maximum, "maximum", Operand::number},
    {Op::exclusive_minimum, "exclusiveMinimum", Operand::number},
    {Op::exclusive_maximum, "exclusiveMaximum", Operand::number},
    {Op::multiple_of, "multipleOf", Operand::positive},
    {Op::min_length, "minLength", Operand::count},
    {Op::max_length, "maxLength", Operand::count},
    {Op::pattern, "pattern", Operand::pattern},
    {Op::format, "format", Operand::format},
    {Op::contains, "contains", Operand::text},
    {Op::starts_with, "startsWith", Operand::text},
    {Op::ends_with, "endsWith", Operand::text},
    {Op::enumeration, "enum", Operand::scalars},
    {Op::constant, "const", Operand::scalar},
    {Op::min_items, "minItems", Operand::count},
    {Op::max_items, "maxItems", Operand::count},
    {Op::unique_items, "uniqueItems", Operand::boolean},
    {Op::encrypted, "encrypted", Operand::flag},
    {Op::negation, "not", Operand::nested},
};

constexpr TypeName kTypeNames[] = {
    {"string", kTypeString, kTextKinds},
    {"number", kTypeNumber, kNumericKinds},
    {"integer", kTypeInteger, kNumericKinds},
    {"boolean", kTypeBoolean, {Kind::boolean}},
    {"array", kTypeArray, kListKinds},
    {"object", kTypeObject, {Kind::object}},
    {"null", kTypeNull, {}},
    {"bytes", kTypeBytes, {Kind::bytes}},
};

constexpr RuleFormat kFormats[] = {
    {TextFormat::email, 3, kAnyLength, "an email address"},
    {TextFormat::uuid, 36, 36, "a UUID"},
    {TextFormat::ipv4, 7, 15, "an IPv4 address"},
    {TextFormat::ipv6, 2, 45, "an IPv6 address"},
    {TextFormat::uri, 2, kAnyLength, "a URI"},
    {TextFormat::hostname, 1, 254, "a host name"},
    {TextFormat::date, 10, 10, "a date (YYYY-MM-DD)"},
    {TextFormat::time, 9, kAnyLength, "a time of day with its offset (hh:mm:ssZ)"},
    {TextFormat::date_time, 20, kAnyLength, "a date and time with its offset (YYYY-MM-DDThh:mm:ssZ)"},
    {TextFormat::duration, 3, kAnyLength, "a duration (P1DT2H)"},
};

KindSet kinds_of_format(TextFormat format) {
  KindSet kinds = kTextKinds;
  if (format == TextFormat::uuid || format == TextFormat::duration) kinds.add(Kind::bytes);
  if (format == TextFormat::date || format == TextFormat::time || format == TextFormat::date_time) {
    kinds.add(Kind::integer);
  }
  return kinds;
}

KindSet kinds_of_scalars(const ScalarSet& scalars) {
  KindSet kinds;
  for (const Scalar& scalar : scalars.all) {
    if (scalar.kind == Kind::number) kinds.add(kNumericKinds);
    if (scalar.kind == Kind::string || scalar.kind == Kind::boolean) kinds.add(scalar.kind);
  }
  return kinds;
}

KindSet kinds_of_types(std::uint8_t types) {
  KindSet kinds;
  for (const TypeName& type : kTypeNames) {
    if ((types & type.bit) != 0) kinds.add(type.kinds);
  }
  return kinds;
}

}  // namespace

std::span<const Keyword> keywords() {
  return kKeywords;
}
std::span<const TypeName> type_names() {
  return kTypeNames;
}
std::span<const RuleFormat> rule_formats() {
  return kFormats;
}

const Keyword* keyword_named(std::string_view name) {
  for (const Keyword& keyword : kKeywords) {
    if (keyword.name == name) return &keyword;
  }
  return nullptr;
}

std::string_view name_of(Op op) {
  for (const Keyword& keyword : kKeywords) {
    if (keyword.op == op) return keyword.name;
  }
  return "unknown";
}

const RuleFormat& rule_format(TextFormat format) {
  for (const RuleFormat& known : kFormats) {
    if (known.format == format) return known;
  }
  return kFormats[0];
}

KindSet common(KindSet a, KindSet b) {
  KindSet both;
  for (int kind = 0; kind <= static_cast<int>(Kind::object); ++kind) {
    if (a.has(static_cast<Kind>(kind)) && b.has(static_cast<Kind>(kind))) both.add(static_cast<Kind>(kind));
  }
  return both;
}

KindSet kinds_for(const Check& check) {
  switch (check.op) {
    case Op::required:
    case Op::negation:
      return KindSet::any();
    case Op::type:
      return kinds_of_types(check.types);
    case Op::minimum:
    case Op::maximum:
    case Op::exclusive_minimum:
    case Op::exclusive_maximum:
    case Op::multiple_of:
      return kNumericKinds;
    case Op::min_length:
    case Op::max_length:
    case Op::pattern:
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with:
      return kTextKinds;
    case Op::format:
      return kinds_of_format(check.format);
    case Op::enumeration:
    case Op::constant:
      return kinds_of_scalars(*check.scalars);
    case Op::min_items:
    case Op::max_items:
    case Op::unique_items:
      return kListKinds;
    case Op::encrypted:
      return {Kind::string, Kind::bytes, Kind::object};
  }
  return KindSet::any();
}

}  // namespace assay::rules
