#include "registry/schema/json_schema/lower_scalars.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "registry/schema/json_schema/names.h"

namespace assay::schema::json {
namespace {

// False when no integer is within.
bool fill_bounds(NumberChecks& out) {
  out.low.value = std::numeric_limits<std::int64_t>::min();
  out.high.value = std::numeric_limits<std::int64_t>::max();
  if (out.minimum != nullptr) out.low.value = out.minimum->int64();
  if (out.maximum != nullptr) out.high.value = out.maximum->int64();
  if (out.exclusive_minimum != nullptr &&
      (out.minimum == nullptr || out.exclusive_minimum->int64() >= out.low.value)) {
    out.low = {out.exclusive_minimum->int64(), true};
  }
  if (out.exclusive_maximum != nullptr &&
      (out.maximum == nullptr || out.exclusive_maximum->int64() <= out.high.value)) {
    out.high = {out.exclusive_maximum->int64(), true};
  }
  if (out.low.exclusive && out.low.value == std::numeric_limits<std::int64_t>::max()) return false;
  if (out.high.exclusive && out.high.value == std::numeric_limits<std::int64_t>::min()) return false;
  out.lowest = out.low.value + (out.low.exclusive ? 1 : 0);
  out.highest = out.high.value - (out.high.exclusive ? 1 : 0);
  constexpr std::int64_t kFar = 1'000'000'000;
  out.low_near = {std::clamp(out.low.value, -kFar, kFar), out.low.exclusive};
  out.high_near = {std::clamp(out.high.value, -kFar, kFar), out.high.exclusive};
  return true;
}

void split_divisor(NumberChecks& out) {
  const std::string text = out.multiple_of->canonical();  // digits "e" exponent
  const std::size_t e = text.find('e');
  const char* const end = text.data() + text.size();
  std::int32_t exponent = 0;
  std::uint64_t mantissa = 0;
  const bool fits = e <= 18 && std::from_chars(text.data() + e + 1, end, exponent).ec == std::errc() &&
                    std::from_chars(text.data(), text.data() + e, mantissa).ec == std::errc();
  if (!fits) return;
  out.divisor_mantissa = mantissa;
  out.divisor_exponent = exponent;
}

}  // namespace

std::optional<StringChecks> string_checks_of(const Node& node, bool assert_formats) {
  StringChecks out;
  out.min = node.min_length.value_or(0);
  out.max = node.max_length.value_or(out.max);
  constexpr std::uint64_t kMany = std::numeric_limits<std::uint32_t>::max();
  out.enough = 4 * std::min(out.min, kMany);
  if (node.pattern) out.pattern = &*node.pattern;
  if (assert_formats) out.format = node.format;
  const bool any = node.min_length || node.max_length || out.pattern != nullptr || out.format;
  return any ? std::optional(out) : std::nullopt;
}

std::optional<NumberChecks> number_checks_of(const Node& node) {
  const auto pointer = [](const std::optional<Number>& number) { return number ? &*number : nullptr; };
  NumberChecks out;
  out.minimum = pointer(node.minimum);
  out.maximum = pointer(node.maximum);
  out.exclusive_minimum = pointer(node.exclusive_minimum);
  out.exclusive_maximum = pointer(node.exclusive_maximum);
  out.multiple_of = pointer(node.multiple_of);
  const std::array<const Number*, 4> bounds = {out.minimum, out.maximum, out.exclusive_minimum,
                                               out.exclusive_maximum};
  const bool any =
      std::any_of(bounds.begin(), bounds.end(), [](const Number* bound) { return bound != nullptr; });
  if (!any && out.multiple_of == nullptr) return std::nullopt;
  out.all_small = std::all_of(bounds.begin(), bounds.end(),
                              [](const Number* bound) { return bound == nullptr || bound->fits_int64(); });
  out.all_small = out.all_small && fill_bounds(out);
  out.only_small = out.all_small && out.multiple_of == nullptr;
  if (out.multiple_of != nullptr) split_divisor(out);
  return out;
}

Constants constants_of(const Json& source, bool single) {
  Constants out;
  out.source = &source;
  out.single = single;
  const auto add = [&](const Json& json) {
    switch (json.type) {
      case Json::Type::null:
        out.null = true;
        break;
      case Json::Type::boolean:
        (json.boolean ? out.yes : out.no) = true;
        break;
      case Json::Type::string:
        out.strings.push_back(json.text);
        break;
      case Json::Type::number:
        out.numbers.push_back(&*json.number);
        if (json.number->fits_int64()) out.integers.push_back(json.number->int64());
        break;
      default:
        out.containers.push_back(&json);
    }
  };
  if (single) {
    add(source);
  } else {
    for (const Json& json : source.items) add(json);
  }
  std::sort(out.integers.begin(), out.integers.end());
  constexpr std::size_t kFew = 8;
  if (out.strings.size() > kFew) {
    out.many_strings.insert(out.strings.begin(), out.strings.end());
    return out;
  }
  for (const std::string& text : out.strings) {
    const std::size_t size = std::min<std::size_t>(text.size(), 8);
    Constants::Start start{0, first_bytes(size)};
    std::memcpy(&start.head, text.data(), size);
    out.starts.push_back(start);
  }
  return out;
}

TypeMask plain_types_of(const Check& check) {
  TypeMask out = check.extra ? TypeMask{0} : check.types;
  if (check.strings != nullptr) out = static_cast<TypeMask>(out & ~kString);
  return out;
}

std::uint8_t number_needs_of(const Check& check) {
  if (check.numbers == nullptr) return 0;
  const NumberChecks& checks = *check.numbers;
  if (checks.maximum != nullptr || checks.exclusive_maximum != nullptr || checks.multiple_of != nullptr)
    return 3;
  Value value;
  value.kind = Kind::integer;
  for (value.integer = 0; value.integer < 2; ++value.integer) {
    const bool fits = (checks.minimum == nullptr || compare(value, *checks.minimum) >= 0) &&
                      (checks.exclusive_minimum == nullptr || compare(value, *checks.exclusive_minimum) > 0);
    if (fits) return static_cast<std::uint8_t>(value.integer + 1);
  }
  return 3;
}

}  // namespace assay::schema::json
