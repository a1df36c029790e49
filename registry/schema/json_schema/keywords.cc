#include "registry/schema/json_schema/keywords.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text_position.h"

namespace assay::schema::json {
namespace {

constexpr std::array<std::pair<std::string_view, TypeMask>, 7> kTypes = {{{"null", kNull},
                                                                          {"boolean", kBoolean},
                                                                          {"number", kNumber},
                                                                          {"integer", kInteger},
                                                                          {"string", kString},
                                                                          {"array", kArray},
                                                                          {"object", kObject}}};
// Formats that the specifications name and that Assay does not check.
constexpr std::array<std::string_view, 4> kOtherFormats = {"idn-email", "idn-hostname", "iri",
                                                           "iri-reference"};

bool is_not_negative(const Number& number) {
  return number.fits_int64() && number.int64() >= 0;
}

}  // namespace

void KeywordReader::fail(ErrorCode code, std::string_view keyword, std::string_view what) {
  if (!error_)
    error_ = Error(code, fmt::format("{}/{}: {}", node_.place, pointer_token(std::string(keyword)), what));
}

Result<void> KeywordReader::read() {
  if (schema_.is(Json::Type::boolean)) {
    node_.never = !schema_.boolean;
    if (node_.never) node_.types = 0;
    return {};
  }
  read_annotations();
  read_unsupported();
  read_reference();
  if (node_.ref == kNoNode || since(Dialect::draft2019)) {
    read_type();
    read_values();
    read_numbers();
    read_strings();
    read_arrays();
    read_objects();
    read_dependencies();
    read_in_place();
  }
  if (error_) return *error_;
  return {};
}

void KeywordReader::read_unsupported() {
  // Older drafts do not know them, but whoever writes them means them.
  for (const std::string_view name :
       {"$dynamicRef", "$recursiveRef", "unevaluatedItems", "unevaluatedProperties"}) {
    if (keyword(name) != nullptr) fail(ErrorCode::unsupported, name, "this keyword is not supported");
  }
}

void KeywordReader::read_reference() {
  const Json* ref = keyword("$ref");
  if (ref == nullptr) return;
  if (!ref->is(Json::Type::string)) {
    // A property that happens to be called so is read elsewhere; here it can only be a mistake.
    return invalid("$ref", "must be a string");
  }
  auto target = follow_(ref->text);
  if (!target) {
    if (!error_) error_ = target.error();
    return;
  }
  node_.ref = *target;
}

void KeywordReader::read_annotations() {
  const Json* title = keyword("title");
  if (title != nullptr && title->is(Json::Type::string)) node_.title = title->text;
  const Json* tags = keyword("confluent:tags");
  if (tags == nullptr) return;
  for (const Json& tag : tags->items) {
    if (tag.is(Json::Type::string)) node_.tags.push_back(tag.text);
  }
  std::sort(node_.tags.begin(), node_.tags.end());
}

void KeywordReader::read_type() {
  const Json* type = keyword("type");
  if (type == nullptr) return;
  node_.types = 0;
  const auto add = [&](const Json& name) {
    const auto* const at = std::find_if(kTypes.begin(), kTypes.end(),
                                        [&](const auto& known) { return known.first == name.text; });
    if (!name.is(Json::Type::string) || at == kTypes.end())
      return invalid("type", "not a type of JSON Schema");
    node_.types = static_cast<TypeMask>(node_.types | at->second);
  };
  if (!type->is(Json::Type::array)) return add(*type);
  if (type->items.empty()) invalid("type", "an empty list");
  for (const Json& name : type->items) add(name);
}

void KeywordReader::read_values() {
  if (since(Dialect::draft6)) node_.constant = keyword("const");
  node_.enumeration = keyword("enum");
  if (node_.enumeration != nullptr && !node_.enumeration->is(Json::Type::array))
    invalid("enum", "must be an array");
}

void KeywordReader::read_number(std::string_view name, std::optional<Number>& out) {
  const Json* value = keyword(name);
  if (value == nullptr) return;
  if (!value->is(Json::Type::number)) return invalid(name, "must be a number");
  out = value->number;
}

void KeywordReader::read_numbers() {
  read_number("minimum", node_.minimum);
  read_number("maximum", node_.maximum);
  if (since(Dialect::draft6)) {
    read_number("exclusiveMinimum", node_.exclusive_minimum);
    read_number("exclusiveMaximum", node_.exclusive_maximum);
  } else {
    read_draft4_bounds();
  }
  read_number("multipleOf", node_.multiple_of);
  if (!node_.multiple_of) return;
  const std::string digits = node_.multiple_of->canonical();
  if (digits.starts_with('-') || digits.starts_with('e')) invalid("multipleOf", "must be above 0");
}

// Draft-04: `exclusiveMinimum: true` makes `minimum` itself fail.
void KeywordReader::read_draft4_bounds() {
  const auto exclude = [&](std::string_view name, std::optional<Number>& bound,
                           std::optional<Number>& exclusive) {
    const Json* value = keyword(name);
    if (value == nullptr) return;
    if (!value->is(Json::Type::boolean)) return invalid(name, "must be true or false in draft-04");
    if (value->boolean) std::swap(bound, exclusive);
  };
  exclude("exclusiveMinimum", node_.minimum, node_.exclusive_minimum);
  exclude("exclusiveMaximum", node_.maximum, node_.exclusive_maximum);
}

void KeywordReader::read_count(std::string_view name, Count& out) {
  const Json* value = keyword(name);
  if (value == nullptr) return;
  if (!value->is(Json::Type::number) || !is_not_negative(*value->number)) {
    return invalid(name, "must be a whole number, 0 or above");
  }
  out = static_cast<std::uint64_t>(value->number->int64());
}

std::optional<Pattern> KeywordReader::read_pattern(std::string_view name, const std::string& text) {
  auto pattern = Pattern::compile(text, limits_.pattern_bytes_max);
  if (pattern) return std::move(*pattern);
  fail(pattern.error().code(), name, pattern.error().message());
  return std::nullopt;
}

void KeywordReader::read_strings() {
  read_count("minLength", node_.min_length);
  read_count("maxLength", node_.max_length);
  if (const Json* pattern = keyword("pattern")) {
    if (!pattern->is(Json::Type::string)) return invalid("pattern", "must be a string");
    node_.pattern = read_pattern("pattern", pattern->text);
  }
  const Json* format = keyword("format");
  if (format == nullptr || !format->is(Json::Type::string)) return;
  node_.format = text_format_named(format->text);
  if (std::find(kOtherFormats.begin(), kOtherFormats.end(), format->text) != kOtherFormats.end()) {
    node_.unsupported_format = format->text;
  }
}

NodeId KeywordReader::schema_at(std::string_view name, const Json& value, const std::string& pointer) {
  const bool boolean = value.is(Json::Type::boolean);
  const bool allowed = since(Dialect::draft6) || name == "additionalProperties" || name == "additionalItems";
  if (!value.is(Json::Type::object) && !(boolean && allowed)) {
    invalid(name, "must be a schema");
    return kNoNode;
  }
  return subschema_(value, pointer);
}

void KeywordReader::read_schema(std::string_view name, NodeId& out) {
  if (const Json* value = keyword(name)) out = schema_at(name, *value, fmt::format("/{}", name));
}

void KeywordReader::read_schemas(std::string_view name, std::vector<NodeId>& out) {
  const Json* value = keyword(name);
  if (value == nullptr) return;
  if (!value->is(Json::Type::array) || value->items.empty())
    return invalid(name, "must be a list of schemas");
  for (std::size_t i = 0; i < value->items.size(); ++i) {
    out.push_back(schema_at(name, value->items[i], fmt::format("/{}/{}", name, i)));
  }
}

void KeywordReader::read_items() {
  const Json* items = keyword("items");
  if (since(Dialect::draft2020)) {
    const Json* prefix = keyword("prefixItems");
    if (prefix != nullptr) read_schemas("prefixItems", node_.prefix_items);
    if (items != nullptr && items->is(Json::Type::array))
      return invalid("items", "is prefixItems in draft 2020-12");
    return read_schema("items", node_.items);
  }
  if (items == nullptr || !items->is(Json::Type::array)) return read_schema("items", node_.items);
  if (!items->items.empty()) read_schemas("items", node_.prefix_items);
  read_schema("additionalItems", node_.items);
}

void KeywordReader::read_arrays() {
  read_items();
  read_count("minItems", node_.min_items);
  read_count("maxItems", node_.max_items);
  if (since(Dialect::draft6)) read_schema("contains", node_.contains);
  if (since(Dialect::draft2019)) {
    read_count("minContains", node_.min_contains);
    read_count("maxContains", node_.max_contains);
  }
  const Json* unique = keyword("uniqueItems");
  if (unique == nullptr) return;
  if (!unique->is(Json::Type::boolean)) return invalid("uniqueItems", "must be true or false");
  node_.unique_items = unique->boolean;
}

void KeywordReader::read_names(std::string_view name, const Json& value, std::vector<std::string>& out) {
  if (!value.is(Json::Type::array)) return invalid(name, "must be a list of names");
  for (const Json& item : value.items) {
    if (!item.is(Json::Type::string)) return invalid(name, "must be a list of names");
    out.push_back(item.text);
  }
}

void KeywordReader::read_objects() {
  if (const Json* properties = keyword("properties")) {
    if (!properties->is(Json::Type::object)) return invalid("properties", "must be an object");
    for (const auto& [name, schema] : properties->members) {
      node_.properties.emplace_back(name,
                                    schema_at("properties", schema, "/properties/" + pointer_token(name)));
    }
  }
  read_patterns();
  read_schema("additionalProperties", node_.additional);
  if (since(Dialect::draft6)) read_schema("propertyNames", node_.property_names);
  if (const Json* required = keyword("required")) read_names("required", *required, node_.required);
  read_count("minProperties", node_.min_properties);
  read_count("maxProperties", node_.max_properties);
}

void KeywordReader::read_patterns() {
  const Json* patterns = keyword("patternProperties");
  if (patterns == nullptr) return;
  if (!patterns->is(Json::Type::object)) return invalid("patternProperties", "must be an object");
  for (const auto& [text, schema] : patterns->members) {
    auto pattern = read_pattern("patternProperties", text);
    if (!pattern) return;
    node_.pattern_properties.emplace_back(
        std::move(*pattern),
        schema_at("patternProperties", schema, "/patternProperties/" + pointer_token(text)));
  }
}

// `dependencies` is the older spelling of the other two; people go on using it.
void KeywordReader::read_dependencies() {
  for (const std::string_view name : {"dependencies", "dependentRequired", "dependentSchemas"}) {
    const Json* value = keyword(name);
    if (value == nullptr || (name != "dependencies" && !since(Dialect::draft2019))) continue;
    if (!value->is(Json::Type::object)) return invalid(name, "must be an object");
    for (const auto& [key, wanted] : value->members) {
      if (name == "dependentRequired" || (name == "dependencies" && wanted.is(Json::Type::array))) {
        read_names(name, wanted,
                   node_.dependent_required.emplace_back(key, std::vector<std::string>()).second);
      } else {
        const NodeId schema = schema_at(name, wanted, fmt::format("/{}/{}", name, pointer_token(key)));
        node_.dependent_schemas.emplace_back(key, schema);
      }
    }
  }
}

void KeywordReader::read_in_place() {
  read_schemas("allOf", node_.all_of);
  read_schemas("anyOf", node_.any_of);
  read_schemas("oneOf", node_.one_of);
  read_schema("not", node_.negated);
  if (!since(Dialect::draft7)) return;
  read_schema("if", node_.if_);
  read_schema("then", node_.then_);
  read_schema("else", node_.else_);
}

}  // namespace assay::schema::json
