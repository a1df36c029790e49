#include "registry/schema/avro/defaults.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

namespace assay::schema::avro {
namespace {

using Json = nlohmann::json;

template <class Int>
bool is_int(const Json& value) {
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<Int>::max());
  }
  return value.is_number_integer() && value.get<std::int64_t>() >= std::numeric_limits<Int>::min();
}

bool is_real(const Json& value) {
  if (!value.is_string()) return value.is_number();
  const auto& text = value.get_ref<const std::string&>();
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") return true;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return end == text.data() + text.size() &&
         (error == std::errc() || error == std::errc::result_out_of_range);
}

}  // namespace

Result<bool> DefaultChecker::fits(NodeId type, const Json& value) {
  const bool yes = matches(type, value);
  if (steps_left_ == 0)
    return Error(ErrorCode::too_large, "the schema's defaults take too many steps to check");
  return yes;
}

// Recursion follows the default's own nesting, which the parser has bounded.
bool DefaultChecker::matches(NodeId type, const Json& value) {
  if (steps_left_ == 0) return false;
  --steps_left_;
  const Node& node = model_.at(type);
  switch (node.type) {
    case Type::null:
      return value.is_null();
    case Type::boolean:
      return value.is_boolean();
    case Type::int32:
      return is_int<std::int32_t>(value);
    case Type::int64:
      return is_int<std::int64_t>(value);
    case Type::float32:
    case Type::float64:
      return is_real(value);
    case Type::bytes:
    case Type::string:
    case Type::enumeration:
    case Type::fixed:
      return value.is_string();
    case Type::array:
    case Type::map:
      return matches_parts(node, value);
    case Type::union_of:
      return std::any_of(node.parts.begin(), node.parts.end(),
                         [&](NodeId part) { return matches(part, value); });
    case Type::record:
      return matches_record(node, value);
  }
  return false;
}

bool DefaultChecker::matches_parts(const Node& node, const Json& value) {
  if (node.type == Type::array ? !value.is_array() : !value.is_object()) return false;
  return std::all_of(value.begin(), value.end(),
                     [&](const Json& item) { return matches(node.parts[0], item); });
}

bool DefaultChecker::matches_record(const Node& node, const Json& value) {
  if (!value.is_object()) return false;
  return std::all_of(node.fields.begin(), node.fields.end(), [&](const Field& field) {
    const auto member = value.find(field.name);
    // A member left out takes its field's own default, which is checked where it stands.
    return member == value.end() ? field.default_json.has_value() : matches(field.type, *member);
  });
}

}  // namespace assay::schema::avro
