#include "registry/api/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace assay::registry::api {
namespace {

constexpr std::string_view kContentType = "application/vnd.schemaregistry.v1+json";
constexpr std::size_t kBodyDepthMax = 64;

std::string written(const Json& body) {
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Before it is parsed: what is nested deeper than anything meant here could exhaust a stack later.
bool too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if ((c == '{' || c == '[') && ++depth > kBodyDepthMax) return true;
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  return false;
}

int code_of(Refusal reason) {
  switch (reason) {
    case Refusal::schema_invalid:
    case Refusal::reference_missing:
      return kInvalidSchema;
    case Refusal::schema_too_large:
      return kSchemaTooLarge;
    case Refusal::read_only:
    case Refusal::id_not_asked:
    case Refusal::id_missing:
      return kNotPermitted;
    case Refusal::id_taken:
      return kIdDoesNotMatch;
    case Refusal::subject_unknown:
      return kSubjectNotFound;
    case Refusal::subject_deleted:
      return kSubjectSoftDeleted;
    case Refusal::subject_not_deleted:
      return kSubjectNotSoftDeleted;
    case Refusal::version_unknown:
      return kVersionNotFound;
    case Refusal::version_deleted:
      return kVersionSoftDeleted;
    case Refusal::version_not_deleted:
      return kVersionNotSoftDeleted;
    case Refusal::referenced:
      return kReferenceExists;
    case Refusal::schema_unknown:
      return kSchemaNotFound;
    case Refusal::store:
      return kStoreError;
  }
  return kStoreError;
}

bool integer_parameter(const Call& call, std::string_view name, std::int64_t& value) {
  const std::string* text = call.request.parameter(name);
  if (text == nullptr || text->empty()) return true;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), value);
  return problem == std::errc{} && end == text->data() + text->size();
}

}  // namespace

bool Call::flag(std::string_view name) const {
  const std::string* value = request.parameter(name);
  return value != nullptr && *value == "true";
}

std::string Call::subject(std::size_t at) const {
  return qualified(path[at]);
}

std::string Call::qualified(std::string_view subject) const {
  const auto [own, name] = split_subject(subject);
  const bool names_one = subject.starts_with(":.") && subject.find(':', 2) != subject.npos;
  const std::string& chosen = names_one ? own : context;
  return chosen.empty() ? name : fmt::format(":{}:{}", chosen, name);
}

HttpResponse answer(const Json& body) {
  return {200, std::string(kContentType), {}, written(body)};
}

HttpResponse answer_text(std::string body) {
  return {200, std::string(kContentType), {}, std::move(body)};
}

HttpResponse problem(int code, std::string_view message) {
  const Json body = {{"error_code", code}, {"message", std::string(message)}};
  return {code > 999 ? code / 100 : code, std::string(kContentType), {}, written(body)};
}

HttpResponse refused(const Refused& refusal) {
  return problem(code_of(refusal.reason), refusal.why);
}

HttpResponse broken(const Error& error) {
  if (error.code() == ErrorCode::conflict) return problem(kConflict, error.message());
  return problem(kStoreError, "Error in the schema store: " + error.message());
}

HttpResponse no_such_path() {
  return problem(kNotFound, "HTTP 404 Not Found");
}

HttpResponse no_such_method() {
  return problem(kMethodNotAllowed, "HTTP 405 Method Not Allowed");
}

std::pair<std::string, std::string> split_subject(std::string_view subject) {
  const std::size_t end = subject.starts_with(":.") ? subject.find(':', 2) : subject.npos;
  if (end == subject.npos) return {{}, std::string(subject)};
  const std::string_view context = subject.substr(1, end - 1);
  return {context == "." ? std::string{} : std::string(context), std::string(subject.substr(end + 1))};
}

std::string subject_problem(std::string_view subject) {
  const std::string name = split_subject(subject).second;
  const bool control = std::any_of(subject.begin(), subject.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (!name.empty() && !control && name != "__GLOBAL" && name != "__EMPTY") return {};
  return fmt::format("The specified subject '{}' is not a valid subject.", control ? "" : subject);
}

std::optional<Json> parse_body(std::string_view body, std::string& why) {
  why = "The request body is not a JSON object";
  if (too_deep(body)) {
    why = "The request body is nested too deeply";
    return std::nullopt;
  }
  Json parsed = Json::parse(body, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

std::optional<std::int32_t> parse_version(std::string_view text) {
  if (text == "latest" || text == "-1") return 0;
  std::int32_t version = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (problem != std::errc{} || end != text.data() + text.size() || version < 1) return std::nullopt;
  return version;
}

HttpResponse bad_version(std::string_view text) {
  return problem(
      kInvalidVersion,
      fmt::format("The specified version '{}' is not a valid version id. Allowed values are between "
                  "[1, 2^31-1] and the string \"latest\"",
                  text));
}

bool cut_page(const Call& call, Json& list) {
  std::int64_t offset = 0, limit = -1;
  if (!integer_parameter(call, "offset", offset) || !integer_parameter(call, "limit", limit)) return false;
  const auto size = static_cast<std::int64_t>(list.size());
  const std::int64_t first = std::clamp<std::int64_t>(offset, 0, size);
  const std::int64_t last = limit < 0 ? size : first + std::min(limit, size - first);
  Json page = Json::array();
  for (std::int64_t i = first; i < last; ++i) page.push_back(std::move(list[static_cast<std::size_t>(i)]));
  list = std::move(page);
  return true;
}

void put_schema(Json& out, const StoredSchema& schema) {
  out["guid"] = schema.guid.text();
  out["schemaType"] = std::string(schema::to_string(schema.content.format));
  out["schema"] = schema.content.text;
  if (!schema.content.references.empty()) {
    Json& list = out["references"] = Json::array();
    for (const SchemaReference& reference : schema.content.references) {
      list.push_back(
          {{"name", reference.name}, {"subject", reference.subject}, {"version", reference.version}});
    }
  }
  if (!schema.content.metadata_json.empty())
    out["metadata"] = Json::parse(schema.content.metadata_json, nullptr, false);
  if (!schema.content.rule_set_json.empty())
    out["ruleSet"] = Json::parse(schema.content.rule_set_json, nullptr, false);
}

}  // namespace assay::registry::api
