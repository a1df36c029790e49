#include "registry/remote/answers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace assay::registry {
namespace {

using nlohmann::json;

constexpr std::size_t kDepthMax = 64;
constexpr std::size_t kMessageBytesMax = 300;

Error odd(std::string_view what) {
  return Error(ErrorCode::unsupported,
               "the registry's answer is not what a schema registry says: " + std::string(what));
}

// Discards what is nested too deeply, as it would be discarded for being no JSON.
json parse(std::string_view body) {
  bool deep = false;
  json parsed = json::parse(
      body,
      [&](int depth, json::parse_event_t, json&) {
        deep = deep || depth > static_cast<int>(kDepthMax);
        return !deep;
      },
      false);
  return deep ? json(json::value_t::discarded) : parsed;
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int32_t number_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return 0;
  const auto value = found->get<std::int64_t>();
  return value > 0 && value <= INT32_MAX ? static_cast<std::int32_t>(value) : 0;
}

std::string object_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? found->dump() : std::string{};
}

Result<void> read_needs(const json& body, std::vector<SchemaReference>& needs) {
  const auto found = body.find("references");
  if (found == body.end() || found->is_null()) return {};
  if (!found->is_array()) return odd("references");
  for (const json& item : *found) {
    if (!item.is_object()) return odd("references");
    needs.push_back({text_of(item, "name"), text_of(item, "subject"), number_of(item, "version")});
    if (needs.back().subject.empty() || needs.back().version == 0) return odd("references");
  }
  return {};
}

// Also what is on disk has this form, with `texts` of references that were fetched.
Result<SchemaAnswer> read_schema(const json& body) {
  SchemaAnswer out;
  if (!body.is_object() || !body.contains("schema") || !body["schema"].is_string())
    return odd("no schema in it");
  const std::string type = text_of(body, "schemaType");
  const auto format = schema::parse_format(type.empty() ? "AVRO" : type);
  if (!format) return format.error();
  out.schema.format = *format;
  out.schema.text = body["schema"].get<std::string>();
  out.schema.id = number_of(body, "id");
  out.schema.guid = schema::Guid::parse(text_of(body, "guid"));
  out.schema.metadata_json = object_of(body, "metadata");
  out.schema.rule_set_json = object_of(body, "ruleSet");
  if (const auto read = read_needs(body, out.needs); !read) return read.error();
  return out;
}

}  // namespace

Result<SchemaAnswer> parse_schema_answer(std::string_view body) {
  return read_schema(parse(body));
}

Result<std::vector<std::string>> parse_subjects_answer(std::string_view body) {
  const json list = parse(body);
  if (!list.is_array()) return odd("no list of subjects");
  std::vector<std::string> subjects;
  for (const json& item : list) {
    std::string subject = item.is_string()   ? item.get<std::string>()
                          : item.is_object() ? text_of(item, "subject")
                                             : "";
    if (subject.empty()) return odd("no list of subjects");
    subjects.push_back(std::move(subject));
  }
  std::sort(subjects.begin(), subjects.end());
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  return subjects;
}

Result<std::vector<ContextId>> parse_ids_answer(std::string_view body) {
  const json list = parse(body);
  if (!list.is_array()) return odd("no list of ids");
  std::vector<ContextId> out;
  for (const json& item : list) {
    if (!item.is_object() || number_of(item, "id") == 0) return odd("no list of ids");
    out.push_back({text_of(item, "context"), number_of(item, "id")});
  }
  return out;
}

ErrorAnswer parse_error_answer(std::string_view body) {
  const json parsed = parse(body);
  if (!parsed.is_object()) return {};
  return {number_of(parsed, "error_code"), text_of(parsed, "message").substr(0, kMessageBytesMax)};
}

std::string write_fetched(const FetchedSchema& schema) {
  json body = {{"schema", schema.text}, {"schemaType", schema::to_string(schema.format)}, {"id", schema.id}};
  if (schema.guid) body["guid"] = schema.guid->text();
  if (!schema.metadata_json.empty()) body["metadata"] = parse(schema.metadata_json);
  if (!schema.rule_set_json.empty()) body["ruleSet"] = parse(schema.rule_set_json);
  json texts = json::array();
  for (const schema::Reference& reference : schema.references)
    texts.push_back({reference.name, reference.text});
  body["texts"] = std::move(texts);
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<FetchedSchema> read_fetched(std::string_view text) {
  const json body = parse(text);
  auto read = read_schema(body);
  if (!read) return read.error();
  const auto texts = body.find("texts");
  if (texts == body.end() || !texts->is_array()) return odd("no texts");
  for (const json& item : *texts) {
    if (!item.is_array() || item.size() != 2 || !item[0].is_string() || !item[1].is_string())
      return odd("no texts");
    read->schema.references.push_back({item[0].get<std::string>(), item[1].get<std::string>()});
  }
  return std::move(read->schema);
}

}  // namespace assay::registry
