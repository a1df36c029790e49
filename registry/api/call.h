// What the handlers of the REST API share: one call, its parameters, its answers. Inside registry/api only.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/http/message.h"
#include "registry/store/registry.h"

namespace assay::registry::api {

using Json = nlohmann::ordered_json;
using io::HttpResponse;

// Confluent's numbers; the HTTP status is their first three digits.
enum Code : int {
  kBadRequest = 400,
  kNotFound = 404,
  kMethodNotAllowed = 405,
  kConflict = 409,
  kNotImplemented = 501,
  kSubjectNotFound = 40401,
  kVersionNotFound = 40402,
  kSchemaNotFound = 40403,
  kSubjectSoftDeleted = 40404,
  kSubjectNotSoftDeleted = 40405,
  kVersionSoftDeleted = 40406,
  kVersionNotSoftDeleted = 40407,
  kSubjectLevelNotConfigured = 40408,
  kSubjectModeNotConfigured = 40409,
  kInvalidSchema = 42201,
  kInvalidVersion = 42202,
  kInvalidLevel = 42203,
  kInvalidMode = 42204,
  kNotPermitted = 42205,
  kReferenceExists = 42206,
  kIdDoesNotMatch = 42207,
  kInvalidSubject = 42208,
  kSchemaTooLarge = 42209,
  kStoreError = 50001,
};

struct Call {
  Registry& registry;
  const io::HttpRequest& request;
  std::vector<std::string> path;  // behind /contexts/{context}
  std::string context;            // ".name"; empty: the default one

  bool is(std::string_view method) const { return request.method == method; }
  bool flag(std::string_view name) const;  // true only for "true"
  // The subject in the path at `at`, in the context of the path unless it names its own.
  std::string subject(std::size_t at) const;
  std::string qualified(std::string_view subject) const;
};

HttpResponse answer(const Json& body);
HttpResponse answer_text(std::string body);
HttpResponse problem(int code, std::string_view message);
HttpResponse refused(const Refused& refusal);
HttpResponse broken(const Error& error);
HttpResponse no_such_path();
HttpResponse no_such_method();

// ":.ctx:name" -> (".ctx", "name"); ("", name) for the default context.
std::pair<std::string, std::string> split_subject(std::string_view subject);
// Empty when it can be registered under, otherwise why not.
std::string subject_problem(std::string_view subject);

// A JSON object, of bounded depth.
std::optional<Json> parse_body(std::string_view body, std::string& why);

// "3" -> 3; "latest" and "-1" -> 0; nothing otherwise.
std::optional<std::int32_t> parse_version(std::string_view text);
HttpResponse bad_version(std::string_view text);

// One page of a list, by `offset` and `limit`. False: they are no numbers.
bool cut_page(const Call& call, Json& list);

// The members that describe a schema in every answer.
void put_schema(Json& out, const StoredSchema& schema);

// What a registration or a lookup asks for.
struct SchemaRequest {
  SchemaContent content;
  std::int32_t id = 0;
  std::int32_t version = 0;
};
// The response is the refusal.
boost::system::result<SchemaRequest, HttpResponse> parse_schema_request(const Call& call);

HttpResponse handle_schemas(const Call& call);        // /schemas/...
HttpResponse handle_subjects(const Call& call);       // /subjects/...
HttpResponse handle_config(const Call& call);         // /config/...
HttpResponse handle_mode(const Call& call);           // /mode/...
HttpResponse handle_compatibility(const Call& call);  // /compatibility/...

}  // namespace assay::registry::api
