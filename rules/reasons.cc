#include "rules/reasons.h"

#include <fmt/format.h>

#include "rules/keywords.h"
#include "rules/kinds/encrypted.h"
#include "rules/kinds/texts.h"

namespace assay::rules {
namespace {

constexpr std::size_t kConstantsShown = 10;
constexpr std::size_t kConstantBytesMax = 60;

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string quoted(std::string_view text) {
  Value value;
  value.kind = Kind::string;
  value.raw = as_bytes(text);
  return describe(value, kConstantBytesMax);
}

std::string constant_text(const Scalar& scalar) {
  switch (scalar.kind) {
    case Kind::boolean:
      return scalar.boolean ? "true" : "false";
    case Kind::string:
      return quoted(scalar.text);
    case Kind::number:
      return scalar.text;
    default:
      return "null";
  }
}

std::string constants_text(const ScalarSet& set) {
  std::string text;
  for (std::size_t i = 0; i < set.all.size() && i < kConstantsShown; ++i) {
    text += (i == 0 ? "" : ", ") + constant_text(set.all[i]);
  }
  if (set.all.size() > kConstantsShown) text += fmt::format(" or {} more", set.all.size() - kConstantsShown);
  return text;
}

std::string types_text(std::uint8_t types) {
  std::string text;
  for (const TypeName& type : type_names()) {
    if ((types & type.bit) == 0) continue;
    const bool vowel = type.bit == kTypeInteger || type.bit == kTypeArray || type.bit == kTypeObject;
    const bool bare = type.bit == kTypeNull || type.bit == kTypeBytes;
    text += fmt::format("{}{}{}", text.empty() ? "" : " or ", bare ? "" : vowel ? "an " : "a ", type.name);
  }
  return text;
}

std::string demand_all(const std::vector<Check>& checks) {
  std::string text;
  for (const Check& check : checks) text += (text.empty() ? "" : " and ") + demand(check);
  return text;
}

// What the value has to be before the keyword can hold: "a number".
std::string_view implied_type(const Check& check) {
  switch (check.op) {
    case Op::minimum:
    case Op::maximum:
    case Op::exclusive_minimum:
    case Op::exclusive_maximum:
    case Op::multiple_of:
      return "a number";
    case Op::min_items:
    case Op::max_items:
    case Op::unique_items:
      return "an array";
    case Op::min_length:
    case Op::max_length:
    case Op::pattern:
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with:
      return "a string";
    default:
      return {};
  }
}

// "is \"-5\"": strings show their quotes, so that a text of digits is not taken for a number.
std::string found(const Check& check, const Subject& subject, std::size_t bytes_max) {
  const Value& value = *subject.value;
  const bool fits = check.accepts.has(value.kind);
  if (fits && (check.op == Op::min_length || check.op == Op::max_length)) {
    return "has " + plural(kinds::code_points(subject.text), "character");
  }
  if (fits && (check.op == Op::min_items || check.op == Op::max_items))
    return "has " + plural(value.count, "item");
  if (fits && check.op == Op::unique_items) return "has equal items";
  if (check.op == Op::encrypted) return "is not encrypted";
  return "is " + describe(value, bytes_max);
}

}  // namespace

std::string demand(const Check& check) {
  switch (check.op) {
    case Op::required:
      return "be there";
    case Op::type:
      return "be " + types_text(check.types);
    case Op::minimum:
      return "be at least " + check.number->text();
    case Op::maximum:
      return "be at most " + check.number->text();
    case Op::exclusive_minimum:
      return "be greater than " + check.number->text();
    case Op::exclusive_maximum:
      return "be less than " + check.number->text();
    case Op::multiple_of:
      return "be a multiple of " + check.number->text();
    case Op::min_length:
      return "have at least " + plural(check.count, "character");
    case Op::max_length:
      return "have at most " + plural(check.count, "character");
    case Op::pattern:
      return "match the pattern " + check.pattern->text();
    case Op::format:
      return fmt::format("be {}", rule_format(check.format).phrase);
    case Op::contains:
      return "contain " + quoted(check.text);
    case Op::starts_with:
      return "start with " + quoted(check.text);
    case Op::ends_with:
      return "end with " + quoted(check.text);
    case Op::enumeration:
      return "be one of " + constants_text(*check.scalars);
    case Op::constant:
      return "be " + constants_text(*check.scalars);
    case Op::min_items:
      return "have at least " + plural(check.count, "item");
    case Op::max_items:
      return "have at most " + plural(check.count, "item");
    case Op::unique_items:
      return "have no equal items";
    case Op::encrypted:
      return "be encrypted";
    case Op::negation:
      return "not " + demand_all(check.nested);
  }
  return {};
}

std::string reason(const Check& check, const Subject& subject, bool masked, std::size_t fragment_bytes_max) {
  std::string wanted = "must " + demand(check);
  const std::string_view type = implied_type(check);
  if (!type.empty() && !check.accepts.has(subject.value->kind)) wanted = fmt::format("must be {}", type);
  if (check.op == Op::encrypted) return "is not encrypted, must be encrypted (value not shown)";
  if (masked) return wanted + " (value not shown)";
  return found(check, subject, fragment_bytes_max) + ", " + wanted;
}

std::string reason_missing(const Value& value) {
  return value.kind == Kind::null ? "is null, but required" : "is missing, but required";
}

}  // namespace assay::rules
