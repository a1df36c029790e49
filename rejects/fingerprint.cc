#include "rejects/fingerprint.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <charconv>

#include "base/bytes.h"

namespace assay::rejects {

std::string full_path(const Violation& violation) {
  if (violation.part == Part::value) return violation.path;
  return fmt::format("{}:{}", to_string(violation.part), violation.path);
}

std::string path_shape(std::string_view full_path) {
  if (full_path.starts_with("header:")) return std::string(full_path);
  std::string shape;
  shape.reserve(full_path.size());
  bool quoted = false;
  for (std::size_t at = 0; at < full_path.size(); ++at) {
    const char c = full_path[at];
    shape += c;
    if (c == '\\' && quoted && at + 1 < full_path.size()) shape += full_path[++at];
    if (c == '"') quoted = !quoted;
    if (c != '[' || quoted) continue;
    std::size_t end = at + 1;
    while (end < full_path.size() && full_path[end] >= '0' && full_path[end] <= '9') ++end;
    if (end == at + 1 || end >= full_path.size() || full_path[end] != ']') continue;
    shape += "*]";
    at = end;
  }
  return shape;
}

const Violation* leading(const std::vector<Violation>& violations) {
  const Violation* found = nullptr;
  for (const Violation& violation : violations) {
    if (found == nullptr || violation.action > found->action) found = &violation;
  }
  return found;
}

std::uint64_t fingerprint(std::string_view topic, std::string_view rule, std::string_view shape,
                          std::string_view kind) {
  std::string text;
  for (const std::string_view part : {topic, rule, shape, kind})
    text += fmt::format("{}:{},", part.size(), part);
  return XXH3_64bits(text.data(), text.size());
}

std::string fingerprint_text(std::uint64_t fingerprint) {
  return fmt::format("{:016x}", fingerprint);
}

std::optional<std::uint64_t> parse_fingerprint(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 16 || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace assay::rejects
