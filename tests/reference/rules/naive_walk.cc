#include "tests/reference/rules/naive_walk.h"

namespace assay::rules::reference {
namespace {

void walk(const Path& path, std::size_t step, const Json* at, bool below_each, const std::string& concrete,
          const Offer& offer) {
  if (step == path.steps.size()) {
    offer(at, concrete.empty() ? "$" : concrete);
    return;
  }
  const Step& wanted = path.steps[step];
  if (wanted.each) {
    if (at == nullptr || !at->is_structured()) return;
    std::size_t index = 0;
    for (const auto& item : at->items()) {
      std::string here = concrete;
      if (at->is_array()) {
        append_index(here, index++);
      } else {
        append_step(here, item.key());
      }
      walk(path, step + 1, &item.value(), true, here, offer);
    }
    return;
  }
  std::string here = concrete;
  append_step(here, wanted.name);
  const bool found = at != nullptr && at->is_object() && at->contains(wanted.name);
  // Below [*], only an object can lack a member.
  if (!found && below_each && at != nullptr && !at->is_object()) return;
  walk(path, step + 1, found ? &at->at(wanted.name) : nullptr, below_each, here, offer);
}

// The inside of a JSON string, when its text needs escapes.
bool needs_escapes(const std::string& dumped) {
  return dumped.find('\\') != std::string::npos;
}

}  // namespace

void places_of(const Path& path, const Json& body, const Offer& offer) {
  walk(path, 0, &body, false, "", offer);
}

Value NaiveValues::make(const Json* json) {
  Value value;
  if (json == nullptr) return value;
  const std::string& text = texts_.emplace_back(json->dump());
  switch (json->type()) {
    case Json::value_t::null:
      value.kind = Kind::null;
      break;
    case Json::value_t::boolean:
      value.kind = Kind::boolean;
      value.boolean = json->get<bool>();
      break;
    case Json::value_t::number_integer:
      value.kind = Kind::integer;
      value.integer = json->get<std::int64_t>();
      break;
    case Json::value_t::number_unsigned: {
      const auto natural = json->get<std::uint64_t>();
      const bool fits = natural <= static_cast<std::uint64_t>(INT64_MAX);
      value.kind = fits ? Kind::integer : Kind::natural;
      value.natural = natural;
      if (fits) value.integer = static_cast<std::int64_t>(natural);
      break;
    }
    case Json::value_t::number_float:
      value.kind = Kind::number;
      value.real = json->get<double>();
      value.raw = as_bytes(text);
      break;
    case Json::value_t::string:
      value.kind = Kind::string;
      value.escaped = needs_escapes(text);
      value.raw = as_bytes(std::string_view(text).substr(1, text.size() - 2));
      break;
    default:
      value.kind = json->is_array() ? Kind::array : Kind::object;
      value.count = static_cast<std::uint32_t>(json->size());
      value.raw = as_bytes(text);
  }
  return value;
}

}  // namespace assay::rules::reference
