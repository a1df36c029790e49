#include "judge/masking.h"

#include <algorithm>

namespace assay::judge {
namespace {

// `lines[2].card` as steps, indexes read as [*]. A path that does not parse is as good as the whole body.
std::vector<Step> steps_of(std::string_view concrete_path) {
  std::string shape;
  for (std::size_t i = 0; i < concrete_path.size(); ++i) {
    shape += concrete_path[i];
    if (concrete_path[i] != '[' || i + 1 == concrete_path.size() || concrete_path[i + 1] == '"') continue;
    shape += '*';
    while (i + 1 < concrete_path.size() && concrete_path[i + 1] != ']') ++i;
  }
  const auto path = parse_path(shape);
  return path ? path->steps : std::vector<Step>{};
}

// A named member may be what [*] stands for in the other path (map values).
bool may_meet(const Step& a, const Step& b) {
  return a.each || b.each || a.name == b.name;
}

}  // namespace

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
  const std::vector<Step> steps = steps_of(concrete_path);
  return std::any_of(secrets_.begin(), secrets_.end(), [&](const Path& secret) {
    if (secret.part != part) return false;
    const std::size_t common = std::min(secret.steps.size(), steps.size());
    return std::equal(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(common),
                      secret.steps.begin(), may_meet);
  });
}

void Masking::mask(Violation& violation) {
  violation.masked = true;
  violation.fragment.clear();
  violation.reason = "breaks " + violation.kind + " (value masked)";
}

}  // namespace assay::judge
