// /subjects, /subjects/{s}, /subjects/{s}/versions, /subjects/{s}/versions/{v}[/schema|/referencedby]
#include <algorithm>

#include "registry/api/call.h"

namespace assay::registry::api {
namespace {

// A prefix names one context (":.ctx:a"), all of them (":*:a"), or the one of the path ("a").
struct Prefix {
  bool everywhere = false;
  std::string text;

  Prefix(const Call& call) {
    const std::string* given = call.request.parameter("subjectPrefix");
    const std::string_view asked = given != nullptr ? std::string_view(*given) : ":*:";
    everywhere = asked.starts_with(":*:") && call.context.empty();
    text = asked.starts_with(":*:") ? std::string(asked.substr(3)) : std::string(asked);
    if (!everywhere) text = call.qualified(text);
  }
  bool matches(const std::string& subject) const {
    if (everywhere) return split_subject(subject).second.starts_with(text);
    return subject.starts_with(text) &&
           (!split_subject(text).first.empty() || split_subject(subject).first.empty());
  }
};

bool shown(const Call& call, const StoredVersion& version) {
  if (call.flag("deletedOnly")) return version.deleted;
  return !version.deleted || call.flag("deleted");
}

HttpResponse page(const Call& call, Json list) {
  if (!cut_page(call, list)) return problem(kBadRequest, "offset and limit must be integers");
  return answer(list);
}

HttpResponse list_subjects(const Call& call) {
  const Prefix prefix(call);
  const auto versions = call.registry.store().versions_below(prefix.everywhere ? "" : prefix.text);
  if (!versions) return broken(versions.error());
  Json list = Json::array();
  // `deletedOnly`: subjects of which nothing is left.
  for (auto first = versions->begin(); first != versions->end();) {
    const auto last =
        std::find_if(first, versions->end(), [&](const auto& v) { return v.subject != first->subject; });
    const bool alive = std::any_of(first, last, [](const StoredVersion& v) { return !v.deleted; });
    const bool wanted = call.flag("deletedOnly") ? !alive : alive || call.flag("deleted");
    if (wanted && prefix.matches(first->subject)) list.push_back(first->subject);
    first = last;
  }
  return page(call, std::move(list));
}

Json described(const Registered& registered) {
  Json body = {{"subject", registered.version.subject},
               {"version", registered.version.version},
               {"id", registered.schema.id}};
  put_schema(body, registered.schema);
  return body;
}

HttpResponse register_schema(const Call& call) {
  const std::string subject = call.subject(1);
  if (const std::string why = subject_problem(subject); !why.empty()) return problem(kInvalidSubject, why);
  auto asked = parse_schema_request(call);
  if (!asked) return asked.error();
  const auto added = call.registry.add(subject, std::move(asked->content), asked->id, asked->version);
  if (!added) return refused(added.error());
  Json body = {{"id", added->schema.id}, {"version", added->version.version}};
  put_schema(body, added->schema);
  return answer(body);
}

HttpResponse look_up(const Call& call) {
  auto asked = parse_schema_request(call);
  if (!asked) return asked.error();
  const auto found = call.registry.find(call.subject(1), std::move(asked->content), call.flag("deleted"));
  return found ? answer(described(*found)) : refused(found.error());
}

HttpResponse list_versions(const Call& call) {
  const auto versions = call.registry.store().versions_of(call.subject(1));
  if (!versions) return broken(versions.error());
  Json list = Json::array();
  for (const StoredVersion& version : *versions) {
    if (shown(call, version)) list.push_back(version.version);
  }
  if (list.empty()) return problem(kSubjectNotFound, "Subject '" + call.subject(1) + "' not found.");
  return page(call, std::move(list));
}

HttpResponse remove(const Call& call, std::int32_t version) {
  const Deletion deletion = call.flag("permanent") ? Deletion::permanent : Deletion::soft;
  const auto removed = call.registry.remove(call.subject(1), version, deletion);
  if (!removed) return refused(removed.error());
  return version == 0 ? answer(Json(*removed)) : answer(Json(version));
}

HttpResponse handle_version(const Call& call) {
  auto version = parse_version(call.path[3]);
  if (!version) return bad_version(call.path[3]);
  const auto found = call.registry.version(call.subject(1), *version,
                                           call.flag("deleted") || (call.is("DELETE") && *version != 0));
  if (!found) return refused(found.error());
  if (call.path.size() == 4) {
    if (call.is("GET")) return answer(described(*found));
    return call.is("DELETE") ? remove(call, found->version.version) : no_such_method();
  }
  if (call.path.size() > 5) return no_such_path();
  if (!call.is("GET")) return no_such_method();
  if (call.path[4] == "schema") return answer_text(found->schema.content.text);
  if (call.path[4] != "referencedby") return no_such_path();
  const auto ids = call.registry.store().referring_to(found->version.subject, found->version.version);
  return ids ? answer(Json(*ids)) : broken(ids.error());
}

}  // namespace

HttpResponse handle_subjects(const Call& call) {
  const std::size_t depth = call.path.size();
  if (depth == 1) return call.is("GET") ? list_subjects(call) : no_such_method();
  if (depth == 2) {
    if (call.is("POST")) return look_up(call);
    return call.is("DELETE") ? remove(call, 0) : no_such_method();
  }
  if (call.path[2] != "versions") return no_such_path();
  if (depth == 3) {
    if (call.is("GET")) return list_versions(call);
    return call.is("POST") ? register_schema(call) : no_such_method();
  }
  return handle_version(call);
}

}  // namespace assay::registry::api
