#include "registry/api/registry_api.h"

#include <algorithm>

#include "registry/api/call.h"

namespace assay::registry {
namespace {

using api::Call;
using api::Json;

constexpr std::string_view kTypes[] = {"application/vnd.schemaregistry.v1+json",
                                       "application/vnd.schemaregistry+json", "application/json"};

io::HttpResponse list_contexts(const Call& call) {
  if (!call.is("GET")) return api::no_such_method();
  const auto versions = call.registry.store().versions_below(":.");
  if (!versions) return api::broken(versions.error());
  std::vector<std::string> contexts{"."};
  for (const StoredVersion& version : *versions) {
    std::string context = api::split_subject(version.subject).first;
    if (!context.empty()) contexts.push_back(std::move(context));
  }
  std::sort(contexts.begin(), contexts.end());
  contexts.erase(std::unique(contexts.begin(), contexts.end()), contexts.end());
  return api::answer(Json(contexts));
}

// Who this is: clients log it, and some ask before anything else.
io::HttpResponse handle_metadata(const Call& call) {
  if (call.path.size() != 3 || call.path[1] != "metadata") return api::no_such_path();
  if (!call.is("GET")) return api::no_such_method();
  if (call.path[2] == "id") {
    const Json clusters = {{"kafka-cluster", "assay"}, {"schema-registry-cluster", "assay"}};
    return api::answer({{"scope", {{"path", Json::array()}, {"clusters", clusters}}}, {"id", ""}});
  }
  if (call.path[2] == "version") return api::answer({{"version", "assay"}, {"commitId", ""}});
  return call.path[2] == "deployment" ? api::answer({{"attributes", Json::array()}}) : api::no_such_path();
}

// Inlined references, tags taken out, and the like: said to be missing, not left undone.
bool wants_other_format(const io::HttpRequest& request) {
  for (const char* name : {"format", "referenceFormat"}) {
    const std::string* value = request.parameter(name);
    if (value != nullptr && !value->empty() && *value != "default") return true;
  }
  return false;
}

io::HttpResponse route(const Call& call) {
  if (call.path.empty()) {
    return call.is("GET") || call.is("POST") ? api::answer(Json::object()) : api::no_such_method();
  }
  const std::string& room = call.path[0];
  if (wants_other_format(call.request)) {
    return api::problem(api::kNotImplemented, "Other formats of a schema are not available in this registry");
  }
  if (room == "subjects") return api::handle_subjects(call);
  if (room == "schemas") return api::handle_schemas(call);
  if (room == "config") return api::handle_config(call);
  if (room == "mode") return api::handle_mode(call);
  if (room == "compatibility") return api::handle_compatibility(call);
  if (room == "contexts" && call.path.size() == 1) return list_contexts(call);
  return room == "v1" ? handle_metadata(call) : api::no_such_path();
}

// The first of ours that the client takes.
std::string_view chosen_type(std::string_view accept) {
  for (const std::string_view type : kTypes) {
    if (accept.find(type) != accept.npos) return type;
  }
  return kTypes[0];
}

}  // namespace

io::HttpResponse RegistryApi::handle(const io::HttpRequest& request) const {
  if (!request.target_problem.empty()) return api::problem(api::kBadRequest, request.target_problem);
  Call call{registry_, request, request.segments, {}};
  if (call.path.size() >= 2 && call.path[0] == "contexts") {
    const std::string& name = call.path[1];
    call.context = name == "." || name.empty() ? "" : name[0] == '.' ? name : "." + name;
    call.path.erase(call.path.begin(), call.path.begin() + 2);
  }
  io::HttpResponse response = route(call);
  response.content_type = chosen_type(request.headers.get("accept"));
  return response;
}

io::HttpResponse RegistryApi::refuse(int status, std::string_view why) {
  return api::problem(status, why);
}

}  // namespace assay::registry
