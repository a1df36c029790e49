#include "rules/contradictions.h"

#include <fmt/format.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <limits>

#include "rules/keywords.h"
#include "rules/kinds/texts.h"
#include "rules/kinds/values.h"

namespace assay::rules {
namespace {

using boost::multiprecision::cpp_int;

// The shortest ciphertext there is: nonce and tag of AES-GCM around nothing, in base64 without padding.
constexpr std::uint64_t kEncryptedLengthMin = 38;
// Bounds of more digits than this are not searched for whole numbers between them.
constexpr std::size_t kDigitsSearched = 100;

class Finder {
 public:
  Finder(const std::vector<Check>& list, bool header) : list_(list), header_(header) {}

  std::vector<Contradiction> find() {
    kinds();
    lengths();
    items();
    number_range();
    multiples();
    encrypted();
    constants();
    return std::move(found_);
  }

 private:
  const Check* get(Op op) const {
    for (const Check& check : list_) {
      if (check.op == op) return &check;
    }
    return nullptr;
  }
  void add(Op at, std::string message, std::optional<std::size_t> item = {}) {
    found_.push_back({at, item, std::move(message)});
  }

  // Each keyword implies its type; all of them must leave one over.
  void kinds() {
    KindSet left = header_ ? KindSet{Kind::string, Kind::bytes} : KindSet::any();
    std::string_view before = header_ ? "a header, which is text or bytes," : "";
    for (const Check& check : list_) {
      if (check.accepts.empty()) {  // type null, const null: absent or null, nothing else
        if (list_.size() > 1) add(check.op, "only null passes this; it cannot stand beside other keywords");
        return;
      }
      const KindSet both = common(left, check.accepts);
      if (both.empty()) {
        add(check.op,
            fmt::format("{} and {} apply to different types: no value has both", before, name_of(check.op)));
        return;
      }
      if (both != left) before = name_of(check.op);
      left = both;
    }
  }

  void counts(Op low, Op high) {
    const Check* least = get(low);
    const Check* most = get(high);
    if (least != nullptr && most != nullptr && least->count > most->count) {
      add(low, fmt::format("{} {} is above {} {}: no value fits", name_of(low), least->count, name_of(high),
                           most->count));
    }
  }

  void items() { counts(Op::min_items, Op::max_items); }

  void lengths() {
    counts(Op::min_length, Op::max_length);
    const Check* most = get(Op::max_length);
    for (const Op op : {Op::contains, Op::starts_with, Op::ends_with}) {
      const Check* part = get(op);
      if (part != nullptr && most != nullptr && kinds::code_points(part->text) > most->count) {
        add(op, fmt::format("{} is longer than maxLength {} allows", name_of(op), most->count));
      }
    }
    const Check* format = get(Op::format);
    if (format == nullptr) return;
    const RuleFormat& known = rule_format(format->format);
    const Check* least = get(Op::min_length);
    if ((most != nullptr && most->count < known.length_min) ||
        (least != nullptr && least->count > known.length_max)) {
      add(most != nullptr && most->count < known.length_min ? Op::max_length : Op::min_length,
          fmt::format("no text of format {} has that length", to_string(format->format)));
    }
  }

  void number_range() {
    for (const Op low : {Op::minimum, Op::exclusive_minimum}) {
      for (const Op high : {Op::maximum, Op::exclusive_maximum}) {
        const Check* least = get(low);
        const Check* most = get(high);
        if (least == nullptr || most == nullptr) continue;
        const bool open = low == Op::exclusive_minimum || high == Op::exclusive_maximum;
        const auto order = compare(number_value(*least->number), *most->number);
        if (order > 0 || (order == 0 && open)) {
          add(low, fmt::format("{} {} and {} {}: no number is between them", name_of(low),
                               least->number->text(), name_of(high), most->number->text()));
        }
      }
    }
  }

  static Value number_value(const Number& number) {
    Value value;
    value.kind = Kind::number;
    value.raw = as_bytes(number.text());
    value.real = number.nearest_double();
    return value;
  }

  // Whether an integer, or a multiple, lies within bounds that are not contradictory themselves.
  void multiples() {
    if (!found_.empty()) return;
    const Check* multiple = get(Op::multiple_of);
    const Check* type = get(Op::type);
    const bool whole =
        type != nullptr && (type->types & kTypeInteger) != 0 && (type->types & kTypeNumber) == 0;
    if (multiple == nullptr && !whole) return;
    std::int64_t scale = 0;
    for (const Check& check : list_) {
      if (!check.number) continue;
      const auto digits = digits_behind_point(check.number->text());
      if (!digits) return;
      scale = std::max(scale, *digits);
    }
    cpp_int step = whole ? scaled("1", scale) : scaled(multiple->number->text(), scale);
    if (whole && multiple != nullptr) step = lcm(step, scaled(multiple->number->text(), scale));
    std::optional<cpp_int> low, high;
    for (const Check& check : list_) {
      if (!check.number || check.op == Op::multiple_of) continue;
      const cpp_int bound = scaled(check.number->text(), scale);
      if (check.op == Op::minimum) low = std::max(low.value_or(bound), bound);
      if (check.op == Op::exclusive_minimum) low = std::max<cpp_int>(low.value_or(bound + 1), bound + 1);
      if (check.op == Op::maximum) high = std::min(high.value_or(bound), bound);
      if (check.op == Op::exclusive_maximum) high = std::min<cpp_int>(high.value_or(bound - 1), bound - 1);
    }
    if (!low || !high) return;
    cpp_int first = *low / step * step;  // towards zero
    if (first < *low) first += step;
    if (first > *high) {
      const Op at = multiple != nullptr ? Op::multiple_of : Op::type;
      add(at, fmt::format("no {} lies between the bounds",
                          multiple != nullptr ? "multiple of " + multiple->number->text() : "integer"));
    }
  }

  // How many decimal places a number needs; nothing when it is too long to be worth it.
  static std::optional<std::int64_t> digits_behind_point(std::string_view text) {
    std::int64_t digits = 0, exponent = 0;
    if (!split(text, digits, exponent)) return std::nullopt;
    return std::max<std::int64_t>(0, digits - exponent);
  }

  // Digits behind the written point, and the written exponent.
  static bool split(std::string_view text, std::int64_t& digits, std::int64_t& exponent) {
    const auto e = std::min(text.find_first_of("eE"), text.size());
    const auto point = text.substr(0, e).find('.');
    digits = point == std::string_view::npos ? 0 : static_cast<std::int64_t>(e - point - 1);
    for (const char c : text.substr(e)) {
      if (c >= '0' && c <= '9' && exponent < 10'000) exponent = exponent * 10 + (c - '0');
    }
    const bool fits = exponent < static_cast<std::int64_t>(kDigitsSearched);
    if (text.substr(e).find('-') != std::string_view::npos) exponent = -exponent;
    return fits && text.size() <= kDigitsSearched;
  }

  // text * 10^scale. REQUIRES: scale covers its decimal places.
  static cpp_int scaled(std::string_view text, std::int64_t scale) {
    std::int64_t digits = 0, exponent = 0;
    split(text, digits, exponent);
    cpp_int number = 0;
    for (const char c : text.substr(0, std::min(text.find_first_of("eE"), text.size()))) {
      if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
    }
    for (std::int64_t shift = scale + exponent - digits; shift > 0; --shift) number *= 10;
    return text.starts_with('-') ? cpp_int(-number) : number;
  }

  void encrypted() {
    if (get(Op::encrypted) == nullptr) return;
    const Check* most = get(Op::max_length);
    if (most != nullptr && most->count < kEncryptedLengthMin) {
      add(Op::max_length, fmt::format("ciphertext has at least {} characters", kEncryptedLengthMin));
    }
    if (get(Op::format) != nullptr) add(Op::format, "an encrypted value has no format");
  }

  // Every constant must get past the other keywords.
  void constants() {
    if (!found_.empty()) return;
    for (const Op op : {Op::enumeration, Op::constant}) {
      const Check* check = get(op);
      if (check == nullptr) continue;
      for (std::size_t i = 0; i < check->scalars->all.size(); ++i) {
        const Check* breaks = broken_by(check->scalars->all[i], *check);
        if (breaks == nullptr) continue;
        const auto item = op == Op::enumeration ? std::optional(i) : std::nullopt;
        add(op, fmt::format("this value can never pass: it breaks {}", name_of(breaks->op)), item);
      }
    }
  }

  // The first other keyword that this constant breaks. An enum beside a const is allowed to hold more.
  const Check* broken_by(const Scalar& scalar, const Check& own) const {
    if (scalar.kind == Kind::null) return nullptr;
    const Value value = kinds::value_of(scalar);
    for (const Check& other : list_) {
      if (&other == &own || other.op == Op::required) continue;
      if (own.op == Op::enumeration && other.op == Op::constant) continue;
      if (!check_holds(other, value)) return &other;
    }
    return nullptr;
  }

  static bool check_holds(const Check& check, const Value& value) {
    std::vector<Instruction> code;
    append_code(check, code);
    return holds(code, subject_of(value));
  }

  const std::vector<Check>& list_;
  const bool header_;
  std::vector<Contradiction> found_;
};

}  // namespace

std::vector<Contradiction> contradictions(const std::vector<Check>& list, bool header) {
  return Finder(list, header).find();
}

}  // namespace assay::rules
