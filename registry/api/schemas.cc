// /schemas, /schemas/types, /schemas/ids/{id}[/schema|/subjects|/versions], /schemas/guids/{guid}[/ids]
#include <fmt/format.h>

#include <algorithm>

#include "registry/api/call.h"

namespace assay::registry::api {
namespace {

HttpResponse page(const Call& call, Json list) {
  if (!cut_page(call, list)) return problem(kBadRequest, "offset and limit must be integers");
  return answer(list);
}

HttpResponse list_schemas(const Call& call) {
  const std::string* given = call.request.parameter("subjectPrefix");
  const bool everywhere = given == nullptr || given->starts_with(":*:");
  const std::string prefix = everywhere ? (given != nullptr ? given->substr(3) : "") : call.qualified(*given);
  const auto versions = call.registry.store().versions_below(everywhere ? "" : prefix);
  if (!versions) return broken(versions.error());
  std::vector<StoredVersion> chosen;
  for (const StoredVersion& version : *versions) {
    if (everywhere && !split_subject(version.subject).second.starts_with(prefix)) continue;
    if (version.deleted && !call.flag("deleted")) continue;
    const bool newer = !chosen.empty() && chosen.back().subject == version.subject && call.flag("latestOnly");
    if (newer) chosen.pop_back();
    chosen.push_back(version);
  }
  Json list = Json::array();
  for (const StoredVersion& version : chosen) {
    const auto schema = call.registry.store().by_id(version.id);
    if (!schema) return broken(schema.error());
    if (!*schema) continue;
    Json item = {{"subject", version.subject}, {"version", version.version}, {"id", version.id}};
    put_schema(item, **schema);
    list.push_back(std::move(item));
  }
  return page(call, std::move(list));
}

HttpResponse list_owners(const Call& call, const StoredSchema& schema, bool with_versions) {
  const auto versions = call.registry.store().versions_with(schema.id);
  if (!versions) return broken(versions.error());
  const std::string* only = call.request.parameter("subject");
  Json list = Json::array();
  for (const StoredVersion& version : *versions) {
    if (version.deleted && !call.flag("deleted")) continue;
    if (only != nullptr && !only->empty() && version.subject != call.qualified(*only)) continue;
    if (with_versions) {
      list.push_back({{"subject", version.subject}, {"version", version.version}});
    } else if (list.empty() || list.back() != version.subject) {
      list.push_back(version.subject);
    }
  }
  return page(call, std::move(list));
}

HttpResponse describe(const StoredSchema& schema) {
  Json body = Json::object();
  put_schema(body, schema);
  return answer(body);
}

HttpResponse by_id(const Call& call) {
  const auto id = parse_version(call.path[2]);
  if (!id || *id == 0) return problem(kSchemaNotFound, "Schema not found");
  const auto schema = call.registry.store().by_id(*id);
  if (!schema) return broken(schema.error());
  if (!*schema) return problem(kSchemaNotFound, fmt::format("Schema {} not found", *id));
  if (call.path.size() == 3) return describe(**schema);
  if (call.path.size() > 4) return no_such_path();
  if (call.path[3] == "schema") return answer_text((*schema)->content.text);
  if (call.path[3] == "subjects") return list_owners(call, **schema, false);
  return call.path[3] == "versions" ? list_owners(call, **schema, true) : no_such_path();
}

HttpResponse by_guid(const Call& call) {
  const auto guid = schema::Guid::parse(call.path[2]);
  if (!guid) return problem(kSchemaNotFound, "Schema not found");
  const auto schema = call.registry.store().by_guid(*guid);
  if (!schema) return broken(schema.error());
  if (!*schema) return problem(kSchemaNotFound, fmt::format("Schema {} not found", guid->text()));
  if (call.path.size() == 3) return describe(**schema);
  if (call.path.size() > 4 || call.path[3] != "ids") return no_such_path();
  const auto versions = call.registry.store().versions_with((*schema)->id);
  if (!versions) return broken(versions.error());
  std::vector<std::string> contexts;
  for (const StoredVersion& version : *versions) {
    const std::string context = split_subject(version.subject).first;
    contexts.push_back(context.empty() ? "." : context);
  }
  std::sort(contexts.begin(), contexts.end());
  contexts.erase(std::unique(contexts.begin(), contexts.end()), contexts.end());
  Json list = Json::array();
  for (const std::string& context : contexts) list.push_back({{"context", context}, {"id", (*schema)->id}});
  return answer(list);
}

}  // namespace

HttpResponse handle_schemas(const Call& call) {
  if (!call.is("GET")) return no_such_method();
  if (call.path.size() == 1) return list_schemas(call);
  if (call.path.size() == 2 && call.path[1] == "types") return answer(Json{"JSON", "AVRO"});
  if (call.path.size() < 3) return no_such_path();
  if (call.path[1] == "ids") return by_id(call);
  return call.path[1] == "guids" ? by_guid(call) : no_such_path();
}

}  // namespace assay::registry::api
