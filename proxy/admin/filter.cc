#include <fmt/format.h>

#include <charconv>

#include "proxy/admin/admin_api.h"

namespace assay::proxy {
namespace {

Error bad(std::string_view name, std::string_view why) {
  return Error(ErrorCode::invalid, fmt::format("{}: {}", name, why));
}

template <class Int>
Result<std::optional<Int>> parse_int(std::string_view name, const std::string& text) {
  Int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return bad(name, fmt::format("\"{}\" is not a whole number", text));
  }
  return std::optional<Int>(value);
}

// 2026-11-24T10:00:00Z, or a time ago: -90s, -15m, -6h, -7d.
Result<EpochMs> parse_when(std::string_view name, const std::string& text, EpochMs now_ms) {
  if (!text.starts_with('-')) {
    auto time = parse_time(text);
    if (!time) return bad(name, time.error().message() + ", or an age like -15m");
    return *time;
  }
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), count);
  const std::string_view unit(end, text.data() + text.size());
  const std::int64_t unit_ms = unit == "s"   ? 1'000
                               : unit == "m" ? 60'000
                               : unit == "h" ? 3'600'000
                               : unit == "d" ? 86'400'000
                                             : 0;
  if (error != std::errc() || unit_ms == 0 || count < 0 || count > 100'000'000) {
    return bad(name, fmt::format("\"{}\" is not an age like -90s, -15m, -6h or -7d", text));
  }
  return now_ms - count * unit_ms;
}

Result<std::vector<rejects::Outcome>> parse_outcomes(std::string_view text) {
  std::vector<rejects::Outcome> out;
  if (text == "any") return out;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    auto outcome = rejects::parse_outcome(word);
    if (!outcome) return bad("outcome", outcome.error().message() + ", or any");
    out.push_back(*outcome);
  }
  if (out.empty()) return bad("outcome", "is empty");
  return out;
}

// Copies a text parameter, if it is there.
void take_text(const io::HttpRequest& request, std::string_view name, std::optional<std::string>& out) {
  if (const std::string* text = request.parameter(name)) out = *text;
}

template <class T, class Parse>
Result<> take(const io::HttpRequest& request, std::string_view name, std::optional<T>& out, Parse parse) {
  const std::string* text = request.parameter(name);
  if (text == nullptr) return {};
  auto value = parse(*text);
  if (!value) return value.error();
  out = std::move(*value);
  return {};
}

}  // namespace

Result<rejects::RejectFilter> parse_reject_filter(const io::HttpRequest& request, EpochMs now_ms) {
  rejects::RejectFilter filter;
  take_text(request, "topic", filter.topic);
  take_text(request, "rule", filter.rule);
  take_text(request, "path", filter.path);
  take_text(request, "clientId", filter.client_id);
  take_text(request, "principal", filter.principal);
  take_text(request, "subject", filter.subject);
  take_text(request, "fingerprint", filter.fingerprint);
  const Result<> steps[] = {
      take(request, "partition", filter.partition,
           [](const std::string& t) { return parse_int<std::int32_t>("partition", t); }),
      take(request, "schemaId", filter.schema_id,
           [](const std::string& t) { return parse_int<std::int32_t>("schemaId", t); }),
      take(request, "key", filter.key, [](const std::string& t) { return rejects::parse_key(t); }),
      take(request, "state", filter.state, [](const std::string& t) { return rejects::parse_state(t); }),
      take(request, "since", filter.since_ms,
           [&](const std::string& t) { return parse_when("since", t, now_ms); }),
      take(request, "until", filter.until_ms,
           [&](const std::string& t) { return parse_when("until", t, now_ms); }),
      take(request, "batch", filter.batch,
           [](const std::string& t) -> Result<Ulid> {
             const auto id = Ulid::parse(t);
             if (!id)
               return bad("batch", fmt::format("\"{}\" is not an id like 01ARZ3NDEKTSV4RRFFQ69G5FAV", t));
             return *id;
           }),
  };
  for (const Result<>& step : steps) {
    if (!step) return step.error();
  }
  if (const std::string* text = request.parameter("outcome")) {
    auto outcomes = parse_outcomes(*text);
    if (!outcomes) return outcomes.error();
    filter.outcomes = std::move(*outcomes);
  }
  return filter;
}

}  // namespace assay::proxy
