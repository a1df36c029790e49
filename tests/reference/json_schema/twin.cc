#include "tests/reference/json_schema/twin.h"

#include <algorithm>
#include <regex>

namespace assay::schema::json {
namespace {

using Type = Json::Type;

bool matches(const std::string& pattern, const std::string& text) {
  return std::regex_search(text, std::regex(pattern, std::regex::ECMAScript));
}

std::size_t length(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Whether the keyword's count allows `count`.
bool at_least(const Json& schema, std::string_view keyword, std::size_t count) {
  const Json* wanted = schema.find(keyword);
  return wanted == nullptr || count >= static_cast<std::size_t>(wanted->number->int64());
}
bool at_most(const Json& schema, std::string_view keyword, std::size_t count) {
  const Json* wanted = schema.find(keyword);
  return wanted == nullptr || count <= static_cast<std::size_t>(wanted->number->int64());
}

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "integer") return value.is(Type::number) && is_whole_number(value);
  constexpr std::string_view kNames[] = {"null", "boolean", "number", "string", "array", "object"};
  return type == kNames[static_cast<std::size_t>(value.type)];
}

// Leaves of one path from a value on; `below` once some [*] was passed.
void collect(const Json* value, const Path& path, std::size_t step, bool below,
             std::vector<std::string>& out) {
  if (step == path.steps.size()) {
    if (value != nullptr) {
      out.push_back(twin_tell(*value));
    } else if (below) {
      out.push_back("absent");
    }
    return;
  }
  const Step& here = path.steps[step];
  if (!here.each)
    return collect(value == nullptr ? nullptr : value->find(here.name), path, step + 1, below, out);
  if (value == nullptr) return;
  for (const Json& item : value->items) collect(&item, path, step + 1, true, out);
  for (const auto& [name, member] : value->members) collect(&member, path, step + 1, true, out);
}

}  // namespace

Twin::Twin(std::string_view schema) : schema_(parse_document(schema, Limits{}).value()) {
  const Json* dialect = schema_.find("$schema");
  is_2020_ = dialect != nullptr && dialect->text.find("2020-12") != std::string::npos;
}

Walk Twin::judge(std::string_view body) const {
  // What nlohmann's parser lets through.
  if (body.find('\0') != std::string_view::npos || body.starts_with("\xEF\xBB\xBF")) return Walk::malformed;
  const auto json = parse_document(body, Limits{});
  if (!json)
    return json.error().message().find("twice") != std::string::npos ? Walk::violates : Walk::malformed;
  return holds(schema_, *json) ? Walk::conforms : Walk::violates;
}

std::string Twin::slot(const Json& body, const Path& path) {
  const Json* value = &body;
  for (const Step& step : path.steps) value = value == nullptr ? nullptr : value->find(step.name);
  return value == nullptr ? "absent" : twin_tell(*value);
}

std::vector<std::string> Twin::leaves(const Json& body, const Path& path) {
  std::vector<std::string> out;
  collect(&body, path, 0, false, out);
  return out;
}

const Json& Twin::target(const std::string& pointer) const {
  const Json* at = &schema_;
  for (std::size_t from = 2; from <= pointer.size() && pointer.size() > 1;) {
    const std::size_t slash = std::min(pointer.find('/', from), pointer.size());
    at = at->find(pointer.substr(from, slash - from));
    from = slash + 1;
  }
  return *at;
}

bool Twin::holds(const Json& schema, const Json& value) const {
  if (schema.is(Type::boolean)) return schema.boolean;
  if (const Json* ref = schema.find("$ref")) {
    if (!holds(target(ref->text), value)) return false;
    if (!is_2020_) return true;
  }
  return types_hold(schema, value) && numbers_hold(schema, value) && strings_hold(schema, value) &&
         arrays_hold(schema, value) && objects_hold(schema, value) && branches_hold(schema, value);
}

bool Twin::types_hold(const Json& schema, const Json& value) const {
  if (const Json* type = schema.find("type")) {
    const auto fits = [&](const Json& name) { return is_of_type(value, name.text); };
    if (type->is(Type::array) ? std::none_of(type->items.begin(), type->items.end(), fits) : !fits(*type))
      return false;
  }
  const Json* constant = schema.find("const");
  if (constant != nullptr && !equal_values(*constant, value)) return false;
  const Json* allowed = schema.find("enum");
  return allowed == nullptr || std::any_of(allowed->items.begin(), allowed->items.end(),
                                           [&](const Json& one) { return equal_values(one, value); });
}

bool Twin::numbers_hold(const Json& schema, const Json& value) const {
  if (!value.is(Type::number)) return true;
  const auto bound = [&](std::string_view keyword, auto fits) {
    const Json* limit = schema.find(keyword);
    return limit == nullptr || fits(compare_numbers(value, *limit));
  };
  const Json* divisor = schema.find("multipleOf");
  return bound("minimum", [](int order) { return order >= 0; }) &&
         bound("maximum", [](int order) { return order <= 0; }) &&
         bound("exclusiveMinimum", [](int order) { return order > 0; }) &&
         bound("exclusiveMaximum", [](int order) { return order < 0; }) &&
         (divisor == nullptr || is_multiple(value, *divisor));
}

bool Twin::strings_hold(const Json& schema, const Json& value) const {
  if (!value.is(Type::string)) return true;
  const Json* pattern = schema.find("pattern");
  return at_least(schema, "minLength", length(value.text)) &&
         at_most(schema, "maxLength", length(value.text)) &&
         (pattern == nullptr || matches(pattern->text, value.text));
}

bool Twin::arrays_hold(const Json& schema, const Json& value) const {
  if (!value.is(Type::array)) return true;
  const auto& items = value.items;
  if (!at_least(schema, "minItems", items.size()) || !at_most(schema, "maxItems", items.size())) return false;
  const Json* one_for_all = schema.find("items");
  const Json* prefix = schema.find("prefixItems");
  if (!is_2020_ && one_for_all != nullptr && one_for_all->is(Type::array)) {
    prefix = one_for_all;
    one_for_all = schema.find("additionalItems");
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Json* mine = prefix != nullptr && i < prefix->items.size() ? &prefix->items[i] : one_for_all;
    if (mine != nullptr && !holds(*mine, items[i])) return false;
  }
  if (const Json* contains = schema.find("contains")) {
    const auto count = static_cast<std::size_t>(
        std::count_if(items.begin(), items.end(), [&](const Json& item) { return holds(*contains, item); }));
    const bool counted = is_2020_ && schema.find("minContains") != nullptr;
    if (counted ? !at_least(schema, "minContains", count) : count == 0) return false;
    if (is_2020_ && !at_most(schema, "maxContains", count)) return false;
  }
  const Json* unique = schema.find("uniqueItems");
  if (unique == nullptr || !unique->boolean) return true;
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (equal_values(items[i], items[j])) return false;
    }
  }
  return true;
}

bool Twin::members_hold(const Json& schema, const Json& value) const {
  const Json* properties = schema.find("properties");
  const Json* patterns = schema.find("patternProperties");
  const Json* additional = schema.find("additionalProperties");
  const Json* names = schema.find("propertyNames");
  for (const auto& [name, member] : value.members) {
    bool named = false;
    if (const Json* mine = properties == nullptr ? nullptr : properties->find(name)) {
      named = true;
      if (!holds(*mine, member)) return false;
    }
    if (patterns != nullptr) {
      for (const auto& [pattern, mine] : patterns->members) {
        if (!matches(pattern, name)) continue;
        named = true;
        if (!holds(mine, member)) return false;
      }
    }
    if (!named && additional != nullptr && !holds(*additional, member)) return false;
    Json as_value;
    as_value.type = Type::string;
    as_value.text = name;
    if (names != nullptr && !holds(*names, as_value)) return false;
  }
  return true;
}

bool Twin::objects_hold(const Json& schema, const Json& value) const {
  if (!value.is(Type::object)) return true;
  const auto has_all = [&](const Json& names) {
    return std::all_of(names.items.begin(), names.items.end(),
                       [&](const Json& name) { return value.find(name.text) != nullptr; });
  };
  if (!at_least(schema, "minProperties", value.members.size())) return false;
  if (!at_most(schema, "maxProperties", value.members.size())) return false;
  const Json* required = schema.find("required");
  if (required != nullptr && !has_all(*required)) return false;
  for (const std::string_view keyword : {"dependencies", "dependentRequired", "dependentSchemas"}) {
    const Json* dependents = schema.find(keyword);
    if (dependents == nullptr || (keyword != "dependencies" && !is_2020_)) continue;
    for (const auto& [name, wanted] : dependents->members) {
      if (value.find(name) == nullptr) continue;
      if (wanted.is(Type::array) ? !has_all(wanted) : !holds(wanted, value)) return false;
    }
  }
  return members_hold(schema, value);
}

bool Twin::branches_hold(const Json& schema, const Json& value) const {
  const auto count = [&](std::string_view keyword) {
    const Json* list = schema.find(keyword);
    return std::count_if(list->items.begin(), list->items.end(),
                         [&](const Json& one) { return holds(one, value); });
  };
  const Json* all = schema.find("allOf");
  if (all != nullptr && count("allOf") != static_cast<std::ptrdiff_t>(all->items.size())) return false;
  if (schema.find("anyOf") != nullptr && count("anyOf") == 0) return false;
  if (schema.find("oneOf") != nullptr && count("oneOf") != 1) return false;
  const Json* negated = schema.find("not");
  if (negated != nullptr && holds(*negated, value)) return false;
  const Json* condition = schema.find("if");
  if (condition == nullptr) return true;
  const Json* taken = schema.find(holds(*condition, value) ? "then" : "else");
  return taken == nullptr || holds(*taken, value);
}

}  // namespace assay::schema::json
