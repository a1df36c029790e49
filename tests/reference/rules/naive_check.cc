#include "tests/reference/rules/naive_check.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <regex>

#include "record/formats.h"
#include "rules/kinds/encrypted.h"

namespace assay::rules::reference {
namespace {

using boost::multiprecision::cpp_rational;

// Decimal text to an exact fraction.
cpp_rational exact(const Json& number) {
  std::string text = number.dump();
  cpp_rational scale = 1;
  if (const auto e = text.find_first_of("eE"); e != std::string::npos) {
    const int exponent = std::stoi(text.substr(e + 1));
    for (int i = 0; i < std::abs(exponent); ++i) scale *= 10;
    if (exponent < 0) scale = 1 / scale;
    text.resize(e);
  }
  if (const auto point = text.find('.'); point != std::string::npos) {
    for (std::size_t i = point + 1; i < text.size(); ++i) scale /= 10;
    text.erase(point, 1);
  }
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  boost::multiprecision::cpp_int digits = 0;
  for (const char c : text) digits = digits * 10 + (c - '0');
  return (negative ? -1 : 1) * cpp_rational(digits) * scale;
}

bool whole(const cpp_rational& number) {
  return denominator(number) == 1;
}

bool equal(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return exact(a) == exact(b);
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_array()) return std::equal(a.begin(), a.end(), b.begin(), equal);
  if (a.is_object()) {
    return std::all_of(a.items().begin(), a.items().end(), [&](const auto& member) {
      return b.contains(member.key()) && equal(member.value(), b.at(member.key()));
    });
  }
  return a == b;
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool has_type(const std::string& name, const Json& value) {
  if (name == "string") return value.is_string();
  if (name == "number") return value.is_number();
  if (name == "integer") return value.is_number() && whole(exact(value));
  if (name == "boolean") return value.is_boolean();
  if (name == "array") return value.is_array();
  return name == "object" && value.is_object();
}

bool type_holds(const Json& types, const Json& value) {
  if (types.is_string()) return has_type(types.get<std::string>(), value);
  return std::any_of(types.begin(), types.end(),
                     [&](const Json& type) { return has_type(type.get<std::string>(), value); });
}

bool unique(const Json& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (equal(items[i], items[j])) return false;
    }
  }
  return true;
}

bool encrypted(const Json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  return kinds::envelope_of_text(text) != kinds::Envelope::none;
}

bool number_keyword(const std::string& keyword, const cpp_rational& value, const cpp_rational& bound) {
  if (keyword == "minimum") return value >= bound;
  if (keyword == "maximum") return value <= bound;
  if (keyword == "exclusiveMinimum") return value > bound;
  if (keyword == "exclusiveMaximum") return value < bound;
  return whole(value / bound);
}

bool text_keyword(const std::string& keyword, const std::string& value, const Json& operand) {
  if (keyword == "minLength") return cpp_rational(code_points(value)) >= exact(operand);
  if (keyword == "maxLength") return cpp_rational(code_points(value)) <= exact(operand);
  const std::string part = operand.get<std::string>();
  if (keyword == "pattern") return std::regex_search(value, std::regex(part, std::regex::ECMAScript));
  if (keyword == "contains") return value.find(part) != std::string::npos;
  if (keyword == "startsWith") return value.substr(0, part.size()) == part;
  if (keyword == "endsWith")
    return value.size() >= part.size() && value.substr(value.size() - part.size()) == part;
  return holds(*text_format_named(part), value);
}

bool all_hold(const Json& check, const Json& value);

// REQUIRES: the value is neither absent nor null.
bool ask(const std::string& keyword, const Json& operand, const Json& value) {
  static const std::vector<std::string> numbers{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
                                                "multipleOf"};
  static const std::vector<std::string> texts{"minLength",  "maxLength", "pattern", "contains",
                                              "startsWith", "endsWith",  "format"};
  if (keyword == "required") return true;
  if (keyword == "not") return !all_hold(operand, value);
  if (keyword == "encrypted") {
    return (value.is_string() || value.is_object()) && encrypted(value);
  }
  if (std::count(numbers.begin(), numbers.end(), keyword) != 0) {
    return value.is_number() && number_keyword(keyword, exact(value), exact(operand));
  }
  if (std::count(texts.begin(), texts.end(), keyword) != 0) {
    return value.is_string() && text_keyword(keyword, value.get<std::string>(), operand);
  }
  if (keyword == "type") return type_holds(operand, value);
  if (keyword == "const") return equal(operand, value);
  if (keyword == "enum") {
    return std::any_of(operand.begin(), operand.end(), [&](const Json& one) { return equal(one, value); });
  }
  if (!value.is_array()) return false;
  if (keyword == "minItems") return cpp_rational(value.size()) >= exact(operand);
  if (keyword == "maxItems") return cpp_rational(value.size()) <= exact(operand);
  return !operand.get<bool>() || unique(value);
}

bool all_hold(const Json& check, const Json& value) {
  return std::all_of(check.items().begin(), check.items().end(),
                     [&](const auto& keyword) { return ask(keyword.key(), keyword.value(), value); });
}

}  // namespace

std::vector<std::string> broken_keywords(const Json& check, const Json* value) {
  std::vector<std::string> broken;
  if (value == nullptr || value->is_null()) {
    if (check.contains("required")) broken.push_back("required");
    return broken;
  }
  for (const auto& keyword : check.items()) {
    if (!ask(keyword.key(), keyword.value(), *value)) broken.push_back(keyword.key());
  }
  return broken;
}

}  // namespace assay::rules::reference
