#include "judge/masking.h"

#include <algorithm>
#include <optional>

namespace assay::judge {
namespace {

// As many as policies look through for tags.
constexpr std::size_t kPathsMax = 10'000;

// Where the quote that opens at `begin` ends; npos when it does not.
std::size_t quote_end(std::string_view text, std::size_t begin) {
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at;
    }
  }
  return std::string_view::npos;
}

// `[2]` or `["odd name"]` from `at` on, which moves behind it.
std::optional<Step> bracketed(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  const bool quoted = text.substr(at + 1, 1) == "\"";
  const std::size_t inside = quoted ? quote_end(text, at + 1) : at + 1;
  const std::size_t end = inside == std::string_view::npos ? inside : text.find(']', inside);
  if (end == std::string_view::npos || (quoted && end != inside + 1)) return std::nullopt;
  at = end + 1;
  if (!quoted) return Step{true, {}};
  const auto path = parse_path(text.substr(begin, at - begin));
  return path ? std::optional(path->steps.front()) : std::nullopt;
}

// `lines[2].card` as steps, indexes read as [*]. No rule path: names that look like a part's prefix are just
// names. What cannot be read is as good as the whole body.
std::vector<Step> steps_of(std::string_view text) {
  std::vector<Step> steps;
  if (text == "$") return steps;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '[') {
      auto step = bracketed(text, at);
      if (!step) return {};
      steps.push_back(std::move(*step));
      continue;
    }
    if (!steps.empty() && text[at++] != '.') return {};
    const std::size_t end = std::min(text.find_first_of(".[]\"", at), text.size());
    if (end == at || (end < text.size() && text[end] != '.' && text[end] != '[')) return {};
    steps.push_back({false, std::string(text.substr(at, end - at))});
    at = end;
  }
  return steps;
}

// A named member may be what [*] stands for in the other path (map values).
bool may_meet(const Step& a, const Step& b) {
  return a.each || b.each || a.name == b.name;
}

}  // namespace

void Masking::add_tagged_schema(Part part, const SchemaFacts& facts) {
  std::vector<PathRead> listed;
  for (const std::string& text : facts.paths(kPathsMax)) {
    auto path = parse_path(text);
    if (path) listed.push_back({std::move(*path), true, 0});
  }
  tagged_.push_back({part, &facts, PathTrie(listed)});
}

bool Masking::concerns(Part part) const {
  return std::any_of(secrets_.begin(), secrets_.end(),
                     [&](const Path& secret) { return secret.part == part; });
}

bool Masking::covers(Part part, std::string_view concrete_path) const {
  if (!concerns(part)) return false;
  if (part == Part::header) {
    return std::any_of(secrets_.begin(), secrets_.end(), [&](const Path& secret) {
      return secret.part == part && secret.steps.front().name == concrete_path;
    });
  }
  const Path path{part, steps_of(concrete_path)};
  const auto meets = [&](const Path& secret) {
    if (secret.part != part) return false;
    const std::size_t common = std::min(secret.steps.size(), path.steps.size());
    return std::equal(path.steps.begin(), path.steps.begin() + static_cast<std::ptrdiff_t>(common),
                      secret.steps.begin(), may_meet);
  };
  return std::any_of(secrets_.begin(), secrets_.end(), meets) ||
         std::any_of(tagged_.begin(), tagged_.end(), [&](const TaggedSchema& schema) {
           return schema.part == part && beyond_listed(schema, path, 0, PathTrie::kRoot);
         });
}

// Whether the path leads to where the listing of the schema's places stopped. A name that the schema does not
// have, beside others that it has, is no such place.
bool Masking::beyond_listed(const TaggedSchema& schema, const Path& path, std::size_t at, TrieNodeId node) {
  const PathTrie::Node& here = schema.listed.node(node);
  const bool stopped = here.fields.empty() && here.each == kNoTrieNode;
  if (at == path.steps.size()) {
    return stopped && schema.facts->type_at(path).kinds.meets({Kind::array, Kind::object});
  }
  if (stopped) return true;
  const Step& step = path.steps[at];
  const TrieNodeId field = step.each ? kNoTrieNode : here.field(step.name);
  return (field != kNoTrieNode && beyond_listed(schema, path, at + 1, field)) ||
         (here.each != kNoTrieNode && beyond_listed(schema, path, at + 1, here.each));
}

void Masking::mask(Violation& violation) {
  violation.masked = true;
  violation.fragment.clear();
  violation.reason = "breaks " + violation.kind + " (value masked)";
}

}  // namespace assay::judge
