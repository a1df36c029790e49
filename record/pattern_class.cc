#include "record/pattern_class.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay {
namespace {

constexpr char32_t kLast = 0x10FFFF;

// Unicode's general categories by their long names (UAX 44), for those that RE2 knows by the short one.
constexpr std::array<std::pair<std::string_view, std::string_view>, 37> kCategories = {{
    {"Letter", "L"},
    {"Uppercase_Letter", "Lu"},
    {"Lowercase_Letter", "Ll"},
    {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Combining_Mark", "M"},
    {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"},
    {"Open_Punctuation", "Ps"},
    {"Close_Punctuation", "Pe"},
    {"Initial_Punctuation", "Pi"},
    {"Final_Punctuation", "Pf"},
    {"Other_Punctuation", "Po"},
    {"Symbol", "S"},
    {"Math_Symbol", "Sm"},
    {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"},
    {"Other_Symbol", "So"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"},
    {"Control", "Cc"},
    {"Format", "Cf"},
    {"Private_Use", "Co"},
}};
constexpr std::array<std::string_view, 32> kShort = {
    "L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N",  "Nd", "Nl", "No", "P",  "Pc",
    "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z",  "Zs", "Zl", "Zp", "Cc"};

std::string category(std::string_view name) {
  for (const auto& [long_name, short_name] : kCategories) {
    if (name == long_name) name = short_name;
  }
  if (std::find(kShort.begin(), kShort.end(), name) != kShort.end() || name == "Cf" || name == "Co") {
    return std::string(name);
  }
  return {};
}

}  // namespace

void CharClass::add_all_but(const CharClass& other) {
  auto sorted = other.ranges_;
  std::sort(sorted.begin(), sorted.end());
  char32_t next = 0;
  for (const auto& [first, last] : sorted) {
    if (first > next) add(next, first - 1);
    next = std::max<char32_t>(next, last + 1);
  }
  if (next <= kLast) add(next, kLast);
}

Result<void> CharClass::add_property(std::string_view name, bool negated) {
  const std::size_t equals = name.find('=');
  const std::string_view kind = equals == std::string_view::npos ? "" : name.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? name : name.substr(equals + 1);
  std::string known;
  if (kind.empty() && (value == "Any" || value == "ASCII")) {
    CharClass ascii;
    ascii.add(0, value == "Any" ? kLast : 0x7F);
    if (negated) {
      add_all_but(ascii);
    } else {
      add(0, value == "Any" ? kLast : 0x7F);
    }
    return {};
  }
  if (kind.empty() || kind == "gc" || kind == "General_Category") known = category(value);
  if (kind == "sc" || kind == "Script") known = value;
  if (known.empty()) {
    return Error(ErrorCode::unsupported, fmt::format("the Unicode property {} is not supported", name));
  }
  properties_ += fmt::format("\\{}{{{}}}", negated ? 'P' : 'p', known);
  return {};
}

std::string CharClass::re2() const {
  if (ranges_.empty() && properties_.empty()) return negated_ ? "(?s:.)" : "[^\\x{0}-\\x{10ffff}]";
  std::string out = negated_ ? "[^" : "[";
  for (const auto& [first, last] : ranges_) {
    out += first == last ? fmt::format("\\x{{{:x}}}", static_cast<std::uint32_t>(first))
                         : fmt::format("\\x{{{:x}}}-\\x{{{:x}}}", static_cast<std::uint32_t>(first),
                                       static_cast<std::uint32_t>(last));
  }
  return out + properties_ + "]";
}

std::optional<CharSet> CharClass::ascii() const {
  if (!properties_.empty()) return std::nullopt;
  CharClass beyond;  // what of it stands beyond ASCII
  CharSet set;
  for (const auto& [first, last] : ranges_) {
    for (char32_t c = first; c <= std::min<char32_t>(last, 0x7F); ++c)
      set.add_ascii(static_cast<unsigned char>(c));
    if (last > 0x7F) beyond.add(std::max<char32_t>(first, 0x80), last);
  }
  CharClass missing;
  beyond.add(0, 0x7F);
  missing.add_all_but(beyond);
  if (missing.ranges_.empty()) {
    set.beyond_ascii = true;
  } else if (beyond.ranges_.size() > 1) {
    return std::nullopt;
  }
  if (negated_) {
    set.bits[0] = ~set.bits[0];
    set.bits[1] = ~set.bits[1];
    set.beyond_ascii = !set.beyond_ascii;
  }
  return set;
}

CharClass CharClass::digit() {
  CharClass out;
  out.add('0', '9');
  return out;
}

CharClass CharClass::word() {
  CharClass out = digit();
  out.add('A', 'Z');
  out.add('a', 'z');
  out.add('_', '_');
  return out;
}

CharClass CharClass::space() {
  CharClass out;
  out.add('\t', '\r');
  for (const char32_t c : {U' ', U'\u00a0', U'\u1680', U'\u202f', U'\u205f', U'\u3000', U'\ufeff'})
    out.add(c, c);
  out.add(0x2000, 0x200a);
  out.add(0x2028, 0x2029);
  return out;
}

CharClass CharClass::dot() {
  CharClass out;
  for (const char32_t c : {U'\n', U'\r'}) out.add(c, c);
  out.add(0x2028, 0x2029);
  out.negate();
  return out;
}

}  // namespace assay
