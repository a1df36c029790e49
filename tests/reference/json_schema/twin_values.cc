#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>

#include "tests/reference/json_schema/twin.h"

namespace assay::schema::json {
namespace {

using boost::multiprecision::cpp_int;

// mantissa * 10^exponent
struct Decimal {
  cpp_int mantissa;
  int exponent = 0;
};

Decimal decimal(const Json& value) {
  std::string text = value.number->text();
  Decimal out;
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string::npos) {
    out.exponent = std::stoi(text.substr(e + 1));
    text.resize(e);
  }
  const std::size_t point = text.find('.');
  if (point != std::string::npos) {
    out.exponent -= static_cast<int>(text.size() - point - 1);
    text.erase(point, 1);
  }
  // A leading zero would mean octal.
  out.mantissa = cpp_int(text.substr(std::min(text.find_first_not_of('0'), text.size() - 1)));
  if (negative) out.mantissa = -out.mantissa;
  return out;
}

// Both as multiples of the same power of ten.
std::pair<cpp_int, cpp_int> aligned(const Json& a, const Json& b) {
  Decimal x = decimal(a);
  Decimal y = decimal(b);
  const int exponent = std::min(x.exponent, y.exponent);
  x.mantissa *= boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(x.exponent - exponent));
  y.mantissa *= boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(y.exponent - exponent));
  return {x.mantissa, y.mantissa};
}

std::string tell_number(const std::string& text) {
  if (text.find_first_of(".eE") == std::string::npos) {
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, integer).ec == std::errc())
      return "integer " + std::to_string(integer);
    if (text[0] != '-' && std::from_chars(text.data(), end, natural).ec == std::errc()) {
      return "natural " + std::to_string(natural);
    }
  }
  return "number " + text;
}

}  // namespace

int compare_numbers(const Json& a, const Json& b) {
  const auto [x, y] = aligned(a, b);
  return x.compare(y);
}

bool is_multiple(const Json& value, const Json& divisor) {
  const auto [x, y] = aligned(value, divisor);
  return x % y == 0;
}

bool is_whole_number(const Json& value) {
  Json one;
  one.type = Json::Type::number;
  one.number = Number(1);
  return is_multiple(value, one);
}

bool equal_values(const Json& a, const Json& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case Json::Type::null:
      return true;
    case Json::Type::boolean:
      return a.boolean == b.boolean;
    case Json::Type::number:
      return compare_numbers(a, b) == 0;
    case Json::Type::string:
      return a.text == b.text;
    case Json::Type::array:
      return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), equal_values);
    case Json::Type::object:
      break;
  }
  if (a.members.size() != b.members.size()) return false;
  for (const auto& [name, value] : a.members) {
    const Json* other = b.find(name);
    if (other == nullptr || !equal_values(value, *other)) return false;
  }
  return true;
}

std::string twin_tell(const Json& value) {
  switch (value.type) {
    case Json::Type::null:
      return "null";
    case Json::Type::boolean:
      return value.boolean ? "true" : "false";
    case Json::Type::number:
      return tell_number(value.number->text());
    case Json::Type::string:
      return "string " + value.text;
    case Json::Type::array:
      return "array " + std::to_string(value.items.size());
    case Json::Type::object:
      return "object " + std::to_string(value.members.size());
  }
  return "";
}

std::string twin_tell(const Value& value) {
  std::string scratch;
  switch (value.kind) {
    case Kind::absent:
      return "absent";
    case Kind::null:
      return "null";
    case Kind::boolean:
      return value.boolean ? "true" : "false";
    case Kind::integer:
      return "integer " + std::to_string(value.integer);
    case Kind::natural:
      return "natural " + std::to_string(value.natural);
    case Kind::number:
      return "number " + std::string(as_text(value.raw));
    case Kind::string:
      return "string " + std::string(text_of(value, scratch));
    case Kind::array:
      return "array " + std::to_string(value.count);
    case Kind::object:
      return "object " + std::to_string(value.count);
    default:
      return "not of JSON";
  }
}

}  // namespace assay::schema::json
