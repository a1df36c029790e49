#include "proxy/admin/raw_json.h"

#include <simdjson.h>

#include <nlohmann/json.hpp>

namespace assay::proxy {
namespace {

namespace ondemand = simdjson::ondemand;

// The text of a value, without the white space around it.
std::optional<std::string> text_of(ondemand::value value) {
  std::string_view text;
  if (simdjson::to_json_string(value).get(text) != simdjson::SUCCESS) return std::nullopt;
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  return std::string(text);
}

}  // namespace

// simdjson skips what is nested without looking at it, so nlohmann_json looks first; neither builds a tree.
std::optional<RawMembers> raw_members(std::string_view json) {
  if (!nlohmann::json::accept(json)) return std::nullopt;
  const simdjson::padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object object;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  RawMembers members;
  for (auto result : object) {
    ondemand::field field;
    std::string_view name;
    if (std::move(result).get(field) != simdjson::SUCCESS ||
        field.unescaped_key().get(name) != simdjson::SUCCESS) {
      return std::nullopt;
    }
    std::string copy(name);
    auto text = text_of(field.value());
    if (!text) return std::nullopt;
    members.emplace_back(std::move(copy), std::move(*text));
  }
  return members;
}

std::optional<std::vector<std::string>> raw_items(std::string_view json) {
  if (!nlohmann::json::accept(json)) return std::nullopt;
  const simdjson::padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::array array;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document.get_array().get(array) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  std::vector<std::string> items;
  for (auto result : array) {
    ondemand::value value;
    if (result.get(value) != simdjson::SUCCESS) return std::nullopt;
    auto text = text_of(value);
    if (!text) return std::nullopt;
    items.push_back(std::move(*text));
  }
  return items;
}

}  // namespace assay::proxy
