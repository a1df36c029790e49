#include "rejects/row.h"

#include <fmt/format.h>

#include <array>

#include "base/base64.h"

namespace assay::rejects {
namespace {

// The value whose text this is; `what` names the kind of thing in the message.
template <class E, std::size_t N>
Result<E> parse_choice(std::string_view text, std::string_view what, const std::array<E, N>& all) {
  std::string known;
  for (const E value : all) {
    if (to_string(value) == text) return value;
    known += (known.empty() ? "" : ", ") + std::string(to_string(value));
  }
  return Error(ErrorCode::invalid, fmt::format("\"{}\" is no {}; there are {}", text, what, known));
}

}  // namespace

std::string_view to_string(RejectState state) {
  switch (state) {
    case RejectState::open:
      return "open";
    case RejectState::replayed:
      return "replayed";
    case RejectState::discarded:
      return "discarded";
  }
  return "unknown";
}

std::string_view to_string(StatsGroup group) {
  switch (group) {
    case StatsGroup::topic:
      return "topic";
    case StatsGroup::rule:
      return "rule";
    case StatsGroup::client:
      return "client";
    case StatsGroup::fingerprint:
      return "fingerprint";
  }
  return "unknown";
}

std::string_view to_string(PayloadState state) {
  switch (state) {
    case PayloadState::plain:
      return "plain";
    case PayloadState::sealed:
      return "sealed";
    case PayloadState::dropped:
      return "dropped";
  }
  return "unknown";
}

Result<RejectState> parse_state(std::string_view text) {
  return parse_choice(text, "state",
                      std::array{RejectState::open, RejectState::replayed, RejectState::discarded});
}

Result<Outcome> parse_outcome(std::string_view text) {
  return parse_choice(text, "outcome",
                      std::array{Outcome::rejected, Outcome::diverted, Outcome::marked, Outcome::mark_skipped,
                                 Outcome::observed});
}

Result<StatsGroup> parse_stats_group(std::string_view text) {
  return parse_choice(
      text, "group",
      std::array{StatsGroup::topic, StatsGroup::rule, StatsGroup::client, StatsGroup::fingerprint});
}

Result<Buffer> parse_key(std::string_view text) {
  constexpr std::string_view kPrefix = "base64:";
  if (text.starts_with(kPrefix)) {
    auto bytes = decode_base64(text.substr(kPrefix.size()), Base64::any);
    if (!bytes)
      return Error(ErrorCode::invalid, fmt::format("key \"{}\": base64 is expected behind the colon", text));
    return std::move(*bytes);
  }
  return Buffer(text.begin(), text.end());
}

}  // namespace assay::rejects
