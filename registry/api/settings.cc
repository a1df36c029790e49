// /config[/{s}], /mode[/{s}], /compatibility/subjects/{s}/versions[/{v}]
//
// Compatibility is not checked, so NONE is the only level, and asking for another one is refused: a registry
// that took BACKWARD and let everything in would be worse than none.
#include <fmt/format.h>

#include <algorithm>

#include "registry/api/call.h"

namespace assay::registry::api {
namespace {

constexpr std::string_view kLevels[] = {
    "NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"};

std::string scope_of(const Call& call) {
  return call.path.size() == 2 ? call.subject(1) : std::string{};
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// Something that would change what the registry does.
bool asks(const Json& value) {
  return !value.is_null() && value != false && !value.empty();
}

HttpResponse check_config(const Json& body, std::string& level) {
  for (const auto& [name, value] : body.items()) {
    if (name == "compatibility" || name == "compatibilityLevel" || !asks(value)) continue;
    return problem(kNotPermitted, fmt::format("\"{}\" is not available in this registry", name));
  }
  const auto found = body.find(body.contains("compatibility") ? "compatibility" : "compatibilityLevel");
  level = found != body.end() && found->is_string() ? upper(found->get<std::string>()) : "";
  if (std::find(std::begin(kLevels), std::end(kLevels), level) == std::end(kLevels)) {
    return problem(kInvalidLevel,
                   "Invalid compatibility level. Valid values are none, backward, forward, full, "
                   "backward_transitive, forward_transitive, and full_transitive");
  }
  if (level != "NONE") {
    return problem(
        kInvalidLevel,
        fmt::format("Compatibility level {} is not available: this registry does not check compatibility "
                    "yet, so it only takes NONE",
                    level));
  }
  return answer(Json::object());
}

HttpResponse put_config(const Call& call) {
  std::string why, level;
  const auto body = parse_body(call.request.body, why);
  if (!body) return problem(kBadRequest, why);
  if (HttpResponse checked = check_config(*body, level); checked.status != 200) return checked;
  const auto done = call.registry.store().set(scope_of(call), "config", level);
  return done ? answer({{"compatibility", level}}) : broken(done.error());
}

HttpResponse put_mode(const Call& call) {
  std::string why;
  const auto body = parse_body(call.request.body, why);
  if (!body) return problem(kBadRequest, why);
  const auto found = body->find("mode");
  const auto mode = found != body->end() && found->is_string() ? parse_mode(upper(found->get<std::string>()))
                                                               : std::optional<Mode>{};
  if (!mode) return problem(kInvalidMode, "Invalid mode. Valid values are READWRITE, READONLY, IMPORT");
  const std::string scope = scope_of(call);
  if (*mode == Mode::import && !call.flag("force")) {
    const auto versions =
        scope.empty() ? call.registry.store().versions_below("") : call.registry.store().versions_of(scope);
    if (!versions) return broken(versions.error());
    if (std::any_of(versions->begin(), versions->end(), [](const auto& v) { return !v.deleted; })) {
      return problem(kNotPermitted,
                     "Cannot import since found existing subjects; force=true does it nevertheless");
    }
  }
  const auto done = call.registry.store().set(scope, "mode", to_string(*mode));
  return done ? answer({{"mode", std::string(to_string(*mode))}}) : broken(done.error());
}

struct Setting {
  const char* kind;        // in the store
  const char* member;      // in answers
  const char* by_default;  // of the whole registry
  int not_configured;
  const char* what;
};
constexpr Setting kConfig{"config", "compatibilityLevel", "NONE", kSubjectLevelNotConfigured,
                          "subject-level compatibility"};
constexpr Setting kMode{"mode", "mode", "READWRITE", kSubjectModeNotConfigured, "subject-level mode"};

HttpResponse read(const Call& call, const Setting& setting, bool remove) {
  const std::string scope = scope_of(call);
  auto value = call.registry.store().setting(scope, setting.kind);
  if (!value) return broken(value.error());
  if (!*value && !scope.empty()) {
    if (remove || !call.flag("defaultToGlobal")) {
      return problem(setting.not_configured,
                     fmt::format("Subject '{}' does not have {} configured", scope, setting.what));
    }
    value = call.registry.store().setting("", setting.kind);
    if (!value) return broken(value.error());
  }
  if (remove) {
    const auto done = call.registry.store().set(scope, setting.kind, std::nullopt);
    if (!done) return broken(done.error());
  }
  return answer({{setting.member, value->value_or(setting.by_default)}});
}

HttpResponse handle_setting(const Call& call, const Setting& setting, HttpResponse (*put)(const Call&)) {
  if (call.path.size() > 2) return no_such_path();
  if (call.path.size() == 2) {
    if (const std::string why = subject_problem(call.subject(1)); !why.empty())
      return problem(kInvalidSubject, why);
  }
  if (call.is("GET")) return read(call, setting, false);
  if (call.is("PUT")) return put(call);
  return call.is("DELETE") ? read(call, setting, true) : no_such_method();
}

}  // namespace

HttpResponse handle_config(const Call& call) {
  return handle_setting(call, kConfig, put_config);
}

HttpResponse handle_mode(const Call& call) {
  return handle_setting(call, kMode, put_mode);
}

// Under NONE, every schema that is one is compatible.
HttpResponse handle_compatibility(const Call& call) {
  if (call.path.size() < 4 || call.path.size() > 5 || call.path[1] != "subjects" ||
      call.path[3] != "versions") {
    return no_such_path();
  }
  if (!call.is("POST")) return no_such_method();
  const bool named = call.path.size() == 5;
  const auto version = named ? parse_version(call.path[4]) : std::optional<std::int32_t>(0);
  if (!version) return bad_version(call.path[4]);
  if (*version > 0) {
    const auto found = call.registry.version(call.subject(2), *version, false);
    if (!found) return refused(found.error());
  }
  auto asked = parse_schema_request(call);
  if (!asked) return asked.error();
  const auto checked = call.registry.check(std::move(asked->content));
  if (!checked) return refused(checked.error());
  Json body = {{"is_compatible", true}};
  if (call.flag("verbose")) body["messages"] = Json::array();
  return answer(body);
}

}  // namespace assay::registry::api
