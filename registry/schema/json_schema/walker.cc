#include "registry/schema/json_schema/walker.h"

#include <fmt/format.h>

#include <algorithm>

#include "registry/schema/json_schema/walk_scalars.h"

// In this order: each uses what stands before it.
#include "registry/schema/json_schema/walk_branches.h"
#include "registry/schema/json_schema/walk_containers.h"
#include "registry/schema/json_schema/walk_names.h"

namespace assay::schema::json {

Walker::Walker(const Limits& limits, std::uint64_t steps_max, Workspace& workspace, const IndexedText& body,
               Slots slots, LeafSink& leaves, std::vector<Violation>* violations)
    : limits_(limits),
      workspace_(workspace),
      text_(body.text),
      first_(body.at),
      begin_(body.begin),
      end_(body.end),
      escapes_(body.escapes),
      plain_string_(body.escapes ? TypeMask{0} : kString),
      slots_(slots),
      leaves_(leaves),
      violations_(violations),
      values_(body.text, body.escapes, workspace, steps_max) {
  workspace.names.shrink_to(0);
  workspace.bits.clear();
  workspace.items.clear();
  workspace.trail.shrink_to(0);
  workspace.memo.start_record();
}

template <Mode M>
Walk Walker::run(const Check& root) {
  Place next = value<M>(root, first_);
  if (next != nullptr && *next != end_) next = malformed(*next, "something follows the value");
  if (over_ || values_.spent()) return Walk::over_budget;
  if (next == nullptr) return Walk::malformed;
  last_ = next;
  return ok_ ? Walk::conforms : Walk::violates;
}

template Walk Walker::run<Mode::judge>(const Check& root);
template Walk Walker::run<Mode::explain>(const Check& root);

Place Walker::malformed(std::uint32_t offset, std::string_view what) {
  if (violations_ != nullptr) {
    Violation violation;
    violation.rule = kSchemaRule;
    violation.path = "$";
    violation.kind = "schema.malformed";
    violation.reason = fmt::format("is not JSON at byte {}: {}", std::min(offset, end_ - 1) - begin_, what);
    violations_->push_back(std::move(violation));
  }
  return nullptr;
}

std::string_view Walker::path() {
  std::string& out = workspace_.path;
  out.clear();
  for (const Trail::Step& step : workspace_.trail.steps()) {
    if (step.name == nullptr) {
      append_index(out, step.index);
      continue;
    }
    const std::string_view name(step.name, step.size);
    if (step.written && name.find('\\') != std::string_view::npos) {
      const auto* const begin = reinterpret_cast<const std::uint8_t*>(name.data());
      append_step(out, assay::text_of(string_value({begin, begin + name.size()}, true), workspace_.step));
    } else {
      append_step(out, name);
    }
  }
  return out.empty() ? "$" : std::string_view(out);
}

void Walker::tell(std::string_view keyword, Place start, std::string reason) {
  if (violations_->size() >= limits_.violations_per_record_max) return;
  Violation violation;
  violation.rule = kSchemaRule;
  violation.path = path();
  violation.kind = fmt::format("schema.{}", keyword);
  violation.reason = std::move(reason);
  if (start != nullptr) {
    std::string_view text = as_text(values_.span(start, end_));
    std::size_t size = std::min(text.size(), limits_.fragment_bytes_max);
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
      --size;
    violation.fragment = text.substr(0, size);
  }
  violations_->push_back(std::move(violation));
}

void Walker::read_absent(const std::vector<AbsentLeaf>& leaves, bool explain) {
  const Value absent{};
  for (const AbsentLeaf& leaf : leaves) {
    if (!explain) {
      leaves_.check(leaf.leaf, absent);
      continue;
    }
    Trail& trail = workspace_.trail;
    const std::size_t size = trail.size();
    for (const std::string& step : leaf.steps) trail.named(step);
    leaves_.explain(leaf.leaf, absent, path());
    trail.shrink_to(size);
  }
}

void Walker::read_missing(const ObjectChecks& checks, const Seen& seen, bool explain) {
  for (const std::uint32_t index : checks.reporting) {
    if (!has(seen, index)) read_absent(checks.properties[index].absent, explain);
  }
}

}  // namespace assay::schema::json
