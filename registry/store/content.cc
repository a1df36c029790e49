// MD5 over, in this order and without separators (Confluent's registry, client `utils/` of version 8):
//   text · { name · subject · int32 BE version } of each reference
//   · [ 01 · tags · properties · sensitive ]          when there is metadata, all sorted
//   · [ 01 · migrationRules · domainRules · encodingRules · enableAt ]   when there are rules
#include <algorithm>
#include <nlohmann/json.hpp>

#include "io/crypto/md5.h"
#include "registry/store/registry.h"

namespace assay::registry {
namespace {

using nlohmann::json;

void put_text(std::string& out, const json& object, const char* name) {
  const auto found = object.find(name);
  if (found != object.end() && found->is_string()) out += found->get_ref<const std::string&>();
}

std::vector<std::string> sorted_texts(const json& list) {
  std::vector<std::string> out;
  for (const json& item : list) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  std::sort(out.begin(), out.end());
  return out;
}

void put_sorted(std::string& out, const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return;
  for (const std::string& text : sorted_texts(*found)) out += text;
}

// nlohmann keeps the members of an object sorted by name.
void put_members(std::string& out, const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_object()) return;
  for (const auto& [key, value] : found->items()) {
    out += key;
    if (value.is_string()) out += value.get_ref<const std::string&>();
    if (value.is_array()) {
      for (const std::string& text : sorted_texts(value)) out += text;
    }
  }
}

void put_rules(std::string& out, const json& rule_set, const char* name) {
  const auto found = rule_set.find(name);
  if (found == rule_set.end() || !found->is_array()) return;
  for (const json& rule : *found) {
    if (!rule.is_object()) continue;
    for (const char* field : {"name", "doc", "kind", "mode", "type"}) put_text(out, rule, field);
    put_sorted(out, rule, "tags");
    put_members(out, rule, "params");
    for (const char* field : {"expr", "onSuccess", "onFailure"}) put_text(out, rule, field);
    const auto disabled = rule.find("disabled");
    if (disabled != rule.end() && *disabled == true) out += '\x01';
  }
}

// Only what JSON calls white space, and only outside of strings.
std::string compact(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) out += text[++i];
      if (c == '"') in_string = false;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      out += c;
      in_string = c == '"';
    }
  }
  return out;
}

}  // namespace

void normalise(SchemaContent& content) {
  if (content.format == schema::Format::protobuf) return;
  // White space that separates two tokens that are no punctuation is an error of the text: it must stay one.
  std::string compacted = compact(content.text);
  if (json::accept(content.text)) content.text = std::move(compacted);
}

schema::Guid guid_of(const SchemaContent& content) {
  std::string hashed = content.text;
  for (const SchemaReference& reference : content.references) {
    hashed += reference.name + reference.subject;
    const auto version = static_cast<std::uint32_t>(reference.version);
    for (const unsigned shift : {24U, 16U, 8U, 0U}) hashed += static_cast<char>(version >> shift);
  }
  const json metadata = json::parse(content.metadata_json, nullptr, false);
  if (metadata.is_object()) {
    hashed += '\x01';
    put_members(hashed, metadata, "tags");
    put_members(hashed, metadata, "properties");
    put_sorted(hashed, metadata, "sensitive");
  }
  const json rules = json::parse(content.rule_set_json, nullptr, false);
  if (rules.is_object()) {
    hashed += '\x01';
    for (const char* kind : {"migrationRules", "domainRules", "encodingRules"})
      put_rules(hashed, rules, kind);
    put_text(hashed, rules, "enableAt");
  }
  return schema::Guid{io::md5(as_bytes(hashed))};
}

}  // namespace assay::registry
