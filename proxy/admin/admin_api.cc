#include "proxy/admin/admin_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <future>

#include "base/text_position.h"
#include "proxy/admin/problem.h"
#include "proxy/admin/raw_json.h"
#include "proxy/admin/samples.h"
#include "proxy/admin/views.h"

namespace assay::proxy {
namespace {

constexpr std::string_view kListParameters =
    "topic partition rule path outcome clientId principal subject schemaId key batch fingerprint state since "
    "until limit cursor "
    "tail";
constexpr std::string_view kStatsParameters =
    "topic partition rule path outcome clientId principal subject schemaId key batch fingerprint state since "
    "until by limit";
constexpr std::size_t kSamplesMax = 1'000;

io::HttpResponse json_response(const Json& body, int status = 200) {
  io::HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = to_text(body) + "\n";
  return response;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    words.push_back(word);
  }
  return words;
}

// "/v1/rejects/{id}" against decoded segments.
bool matches(std::string_view path, const std::vector<std::string>& segments) {
  std::size_t at = 0;
  while (path.size() > 1) {
    path.remove_prefix(1);
    const auto part = path.substr(0, path.find('/'));
    if (at == segments.size() || (!part.starts_with('{') && part != segments[at])) return false;
    path.remove_prefix(part.size());
    ++at;
  }
  return at == segments.size();
}

Result<std::size_t> parse_limit(const io::HttpRequest& request, std::size_t standard, std::size_t max) {
  const std::string* text = request.parameter("limit");
  if (text == nullptr) return standard;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc() || end != text->data() + text->size() || limit == 0 || limit > max) {
    return Error(ErrorCode::invalid,
                 fmt::format("limit: \"{}\" is not a whole number from 1 to {}", *text, max));
  }
  return limit;
}

struct Validation {
  std::optional<std::string> topic;
  std::optional<std::vector<std::string>> samples;  // JSON, as written
  std::optional<std::int32_t> schema_id;
};

// {"topic", "samples", "schemaId"}, each once, and nothing else: a misspelt member would be passed over.
std::optional<Validation> parse_validation(std::string_view body) {
  const auto members = raw_members(body);
  if (!members) return std::nullopt;
  Validation out;
  for (const auto& [name, text] : *members) {
    if (name == "topic" && !out.topic && text.starts_with('"')) {
      out.topic = Json::parse(text, nullptr, false).get<std::string>();
    } else if (name == "samples" && !out.samples) {
      out.samples = raw_items(text);
    } else if (name == "schemaId" && !out.schema_id) {
      std::int32_t id = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
      if (error != std::errc() || end != text.data() + text.size() || id < 0) return std::nullopt;
      out.schema_id = id;
    } else {
      return std::nullopt;
    }
  }
  if (!out.topic || !out.samples || out.samples->size() > kSamplesMax) return std::nullopt;
  return out;
}

Result<Ulid> parse_id(const io::HttpRequest& request) {
  const auto id = Ulid::parse(request.segments[2]);
  if (!id)
    return Error(ErrorCode::not_found, fmt::format("\"{}\" is not a reject's id", request.segments[2]));
  return *id;
}

// A misspelt parameter must not widen a query in silence, nor one that stands twice narrow it.
std::optional<io::HttpResponse> unknown_parameter(const io::HttpRequest& request, std::string_view known) {
  const auto words = words_of(known);
  for (const auto& [name, value] : request.query) {
    const auto same = [&name = name](const auto& other) { return other.first == name; };
    if (std::count_if(request.query.begin(), request.query.end(), same) > 1)
      return problem(400, fmt::format("parameter \"{}\" stands more than once; give it once", name));
    if (std::find(words.begin(), words.end(), name) != words.end()) continue;
    const auto near = nearest(name, words);
    return problem(400, fmt::format("unknown parameter \"{}\"{}; known here: {}", name,
                                    near ? fmt::format(", did you mean \"{}\"?", *near) : "",
                                    known.empty() ? "none" : known));
  }
  return std::nullopt;
}

}  // namespace

void RulesStatus::loaded(EpochMs at_ms) {
  const std::lock_guard lock(mutex_);
  view_ = View{at_ms, 0, {}};
}

void RulesStatus::refused(EpochMs at_ms, std::vector<rules::Problem> problems) {
  const std::lock_guard lock(mutex_);
  view_.refused_ms = at_ms;
  view_.problems = std::move(problems);
}

RulesStatus::View RulesStatus::view() const {
  const std::lock_guard lock(mutex_);
  return view_;
}

std::span<const AdminApi::Route> AdminApi::routes() {
  static constexpr Route kRoutes[] = {
      {"GET", "/v1/rejects", false, &AdminApi::list_rejects, kListParameters},
      {"GET", "/v1/rejects/{id}", false, &AdminApi::show_reject, ""},
      {"PATCH", "/v1/rejects/{id}", false, &AdminApi::change_reject, ""},
      {"GET", "/v1/rejects/{id}/value", false, &AdminApi::reject_value, ""},
      {"GET", "/v1/stats", false, &AdminApi::stats, kStatsParameters},
      {"GET", "/v1/rules", false, &AdminApi::list_rules, ""},
      {"GET", "/v1/topics", false, &AdminApi::list_topics, ""},
      {"POST", "/v1/validations", false, &AdminApi::validate, ""},
      {"GET", "/metrics", false, &AdminApi::metrics, ""},
      {"GET", "/healthz", true, &AdminApi::health, ""},
      {"GET", "/readyz", true, &AdminApi::readiness, ""},
      {"GET", "/openapi.json", true, &AdminApi::openapi, ""},
  };
  return kRoutes;
}

bool AdminApi::authorized(const io::HttpRequest& request) const {
  if (parts_.token.empty()) return true;
  std::string_view given = request.headers.get("Authorization");
  constexpr std::string_view kScheme = "bearer ";  // without case: RFC 9110 §11.1
  const bool bearer =
      given.size() >= kScheme.size() && std::equal(kScheme.begin(), kScheme.end(), given.begin(),
                                                   [](char a, char b) { return a == (b | 0x20); });
  if (!bearer) return false;
  given.remove_prefix(kScheme.size());
  const std::string_view wanted = parts_.token;
  // As long for a wrong first letter as for a wrong last one.
  unsigned difference = given.size() == wanted.size() ? 0 : 1;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    difference |= static_cast<unsigned>(wanted[i] ^ (i < given.size() ? given[i] : '\0'));
  }
  return difference == 0;
}

io::HttpResponse AdminApi::handle(const io::HttpRequest& request) {
  if (!request.target_problem.empty()) return problem(400, request.target_problem);
  std::string allowed;
  for (const Route& route : routes()) {
    if (!matches(route.path, request.segments)) continue;
    if (route.method != request.method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    if (!route.open && !authorized(request)) {
      auto response = problem(401, "a bearer token is needed: Authorization: Bearer …");
      response.headers.add("WWW-Authenticate", "Bearer");
      return response;
    }
    if (auto refusal = unknown_parameter(request, route.parameters)) return std::move(*refusal);
    return (this->*route.handler)(request);
  }
  if (allowed.empty())
    return problem(404, fmt::format("nothing is served at {}; see /openapi.json", request.path));
  auto response = problem(405, fmt::format("{} is not offered here, but {}", request.method, allowed));
  response.headers.add("Allow", allowed);
  return response;
}

io::HttpResponse AdminApi::list_rejects(const io::HttpRequest& request) {
  auto filter = parse_reject_filter(request, parts_.clock.now_ms());
  if (!filter) return problem(filter.error());
  auto limit = parse_limit(request, 50, 1'000);
  if (!limit) return problem(limit.error());
  const std::string* cursor = request.parameter("cursor");
  const std::string* tail = request.parameter("tail");
  if (tail != nullptr && *tail != "true" && *tail != "false")
    return problem(400, "tail: must be true or false");
  const bool forward = tail != nullptr && *tail == "true";
  auto page = forward ? parts_.rejects.tail(*filter, *limit, cursor ? *cursor : "")
                      : parts_.rejects.list(*filter, *limit, cursor ? *cursor : "");
  if (!page) return problem(page.error());
  Json items = Json::array();
  for (const auto& row : page->rows) items.push_back(row_view(row));
  return json_response({{"items", std::move(items)},
                        {"nextCursor", page->next_cursor ? Json(*page->next_cursor) : Json(nullptr)},
                        {"notIndexed", page->not_indexed}});
}

io::HttpResponse AdminApi::show_reject(const io::HttpRequest& request) {
  const auto id = parse_id(request);
  if (!id) return problem(id.error());
  const auto row = parts_.rejects.find(*id);
  if (!row) return problem(row.error());
  Json body = row_view(*row);
  std::string decoded = "null";
  if (const auto payload = parts_.rejects.payload(*id, false)) {
    Json headers = Json::array();
    for (const auto& [name, value] : payload->headers)
      headers.push_back({{"name", name}, {"value", bytes_view(value)}});
    body["headers"] = std::move(headers);
    body["value"] = bytes_view(payload->value);
    auto text = decode(*row, *payload);
    if (text) {
      decoded = std::move(*text);
    } else {
      body["decodeProblem"] = text.error().message();
    }
  } else {
    body["payloadProblem"] = payload.error().message();
  }
  // The decoded text goes in as it is: a detour through nlohmann_json would cost its numbers their digits.
  io::HttpResponse response = json_response(body);
  response.body.resize(response.body.size() - 2);  // "}\n"
  response.body += ",\"decoded\":" + decoded + "}\n";
  return response;
}

Result<std::string> AdminApi::decode(const rejects::RejectRow& row, const rejects::RejectPayload& payload) {
  if (!payload.value) return std::string("null");
  std::vector<HeaderView> headers;
  headers.reserve(payload.headers.size());
  for (const auto& [name, value] : payload.headers)
    headers.push_back({name, value ? std::optional<Bytes>(*value) : std::nullopt});
  const schema::Frame frame = schema::parse_frame(Part::value, *payload.value, headers);
  if (row.value_schema_id < 0 || frame.state != schema::Frame::State::framed) {
    auto anything = schema::parse_schema(schema::Format::json, "true", {}, parts_.limits);
    return anything ? (*anything)->to_json(*payload.value) : anything.error();
  }
  const SchemaName name{frame.ref, {}, 0};
  Wanted wanted;
  wanted.schemas.push_back(name);
  auto known = std::make_shared<std::promise<void>>();
  auto future = known->get_future();
  parts_.catalog.resolve(std::move(wanted), [known] { known->set_value(); });
  future.wait_for(parts_.schema_wait);
  const auto snapshot = parts_.catalog.current();
  const auto at = snapshot->schemas->find(name);
  if (at == snapshot->schemas->end() || !at->second.schema) {
    return Error(ErrorCode::unavailable, to_string(frame.ref) + " is not at hand to decode it");
  }
  return at->second.schema->to_json(frame.body);
}

io::HttpResponse AdminApi::change_reject(const io::HttpRequest& request) {
  const auto id = parse_id(request);
  if (!id) return problem(id.error());
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object() || body.size() != 1 || !body.contains("state") || !body["state"].is_string()) {
    return problem(400, "the body must be {\"state\": \"open\" | \"replayed\" | \"discarded\"}");
  }
  const auto state = rejects::parse_state(body["state"].get<std::string>());
  if (!state) return problem(state.error());
  const auto changed = parts_.rejects.set_state({&*id, 1}, *state);
  if (!changed) return problem(changed.error());
  if (*changed == 0) return problem(404, "no reject has that id");
  const auto row = parts_.rejects.find(*id);
  return row ? json_response(row_view(*row)) : problem(row.error());
}

io::HttpResponse AdminApi::reject_value(const io::HttpRequest& request) {
  const auto id = parse_id(request);
  if (!id) return problem(id.error());
  const auto payload = parts_.rejects.payload(*id, false);
  if (!payload) return problem(payload.error());
  if (!payload->value) return problem(404, "the record's value is null (a tombstone)");
  io::HttpResponse response;
  response.content_type = "application/octet-stream";
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.body = as_text(*payload->value);
  return response;
}

io::HttpResponse AdminApi::stats(const io::HttpRequest& request) {
  auto filter = parse_reject_filter(request, parts_.clock.now_ms());
  if (!filter) return problem(filter.error());
  auto limit = parse_limit(request, 100, 10'000);
  if (!limit) return problem(limit.error());
  const std::string* by = request.parameter("by");
  const auto group = rejects::parse_stats_group(by ? *by : "topic");
  if (!group) return problem(group.error());
  const auto rows = parts_.rejects.stats(*filter, *group, *limit);
  if (!rows) return problem(rows.error());
  Json items = Json::array();
  for (const auto& row : *rows) items.push_back(stats_view(row));
  return json_response({{"by", to_string(*group)}, {"items", std::move(items)}});
}

io::HttpResponse AdminApi::list_rules(const io::HttpRequest&) {
  const auto snapshot = parts_.catalog.current();
  const auto status = parts_.rules_status.view();
  Json items = Json::array(), problems = Json::array();
  if (snapshot->rules) {
    const auto unbound = unbound_views(*snapshot);
    for (const rules::Rule& rule : snapshot->rules->rules()) {
      const auto at = unbound.find(&rule);
      items.push_back(rule_view(rule, at == unbound.end() ? Json::array() : at->second));
    }
  }
  for (const auto& one : status.problems) problems.push_back(problem_view(one));
  return json_response(
      {{"version", snapshot->rules ? snapshot->rules->version() : ""},
       {"loaded", format_time(status.loaded_ms)},
       {"refused", status.refused_ms == 0 ? Json(nullptr) : Json(format_time(status.refused_ms))},
       {"problems", std::move(problems)},
       {"items", std::move(items)}});
}

io::HttpResponse AdminApi::list_topics(const io::HttpRequest&) {
  const auto snapshot = parts_.catalog.current();
  Json items = Json::array();
  for (const auto& [name, topic] : *snapshot->topics) items.push_back(topic_view(*topic));
  return json_response({{"items", std::move(items)}});
}

io::HttpResponse AdminApi::validate(const io::HttpRequest& request) {
  const auto asked = parse_validation(request.body);
  if (!asked) {
    return problem(400,
                   "the body must be {\"topic\": \"…\", \"samples\": […], \"schemaId\": 7 (optional)} with "
                   "at most 1,000 samples");
  }
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < asked->samples->size(); ++i) {
    auto sample = parse_sample((*asked->samples)[i]);
    if (!sample) return problem(sample.error().within(fmt::format("/samples/{}", i)));
    if (asked->schema_id) frame_value(*sample, *asked->schema_id);
    samples.push_back(std::move(*sample));
  }
  const auto verdicts =
      judge_samples(*asked->topic, samples, parts_.catalog, parts_.schema_wait, parts_.limits, parts_.clock);
  Json items = Json::array();
  for (const SampleVerdict& verdict : verdicts) {
    using State = SampleVerdict::State;
    Json violations = Json::array();
    for (const Violation& violation : verdict.violations) violations.push_back(violation_view(violation));
    Json item{{"verdict", verdict.state == State::conforms   ? "conforms"
                          : verdict.state == State::violates ? "violates"
                                                             : "undecided"},
              {"violations", std::move(violations)}};
    if (verdict.state == State::undecided) item["undecided"] = verdict.undecided_why;
    items.push_back(std::move(item));
  }
  return json_response({{"topic", *asked->topic}, {"items", std::move(items)}});
}

io::HttpResponse AdminApi::metrics(const io::HttpRequest&) {
  io::HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = parts_.metrics.expose();
  return response;
}

io::HttpResponse AdminApi::health(const io::HttpRequest&) {
  return json_response({{"status", "ok"}});
}

io::HttpResponse AdminApi::readiness(const io::HttpRequest&) {
  const std::string why = parts_.not_ready();
  return why.empty() ? json_response({{"status", "ready"}}) : problem(503, why);
}

io::HttpResponse AdminApi::openapi(const io::HttpRequest&) {
  io::HttpResponse response;
  response.content_type = "application/json";
  response.body = openapi_document();
  return response;
}

}  // namespace assay::proxy
