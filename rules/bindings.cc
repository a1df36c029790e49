#include "rules/bindings.h"

#include <fmt/format.h>

#include "rules/checks.h"
#include "rules/keywords.h"
#include "rules/kinds/formats.h"

namespace assay::rules {
namespace {

constexpr std::size_t kPathsSearched = 1000;

std::string kinds_text(KindSet kinds) {
  std::string text;
  for (int kind = static_cast<int>(Kind::boolean); kind <= static_cast<int>(Kind::object); ++kind) {
    const auto name = to_string(static_cast<Kind>(kind));
    if (kinds.has(static_cast<Kind>(kind)) && text.find(name) == std::string::npos) {
      text += fmt::format("{}{}", text.empty() ? "" : " or ", name);
    }
  }
  return text;
}

// The first keyword that no value of this type can satisfy, or nothing.
const Check* impossible_check(const Checks& checks, const Type& type, bool json_spans) {
  for (const Check& check : checks.list()) {
    if (check.op == Op::required || check.op == Op::negation) continue;
    if (!check.accepts.meets(type.kinds)) return &check;
    // An envelope as an object is one of JSON.
    const bool readable = json_spans || type.kinds.meets({Kind::string, Kind::bytes});
    if (check.op == Op::encrypted && !readable) return &check;
    const bool text = type.kinds.has(Kind::string);
    if (check.op == Op::format && !text && type.logical != Logical::none &&
        !kinds::logical_has_format(type.logical, check.format)) {
      return &check;
    }
  }
  return nullptr;
}

bool asks_for_spans(const std::vector<Check>& list) {
  for (const Check& check : list) {
    if (check.op == Op::unique_items || asks_for_spans(check.nested)) return true;
  }
  return false;
}

}  // namespace

Binding bind(const Rule& rule, const SchemaFacts* facts) {
  Binding binding{&rule, Binding::State::bound, {}};
  if (facts == nullptr || rule.field.part == Part::header) return binding;
  const Type type = facts->type_at(rule.field);
  const std::string field = to_string(rule.field);
  if (type.presence == Presence::impossible) {
    binding.state = Binding::State::unbound;
    Path bare = rule.field;
    bare.part = Part::value;
    binding.why = fmt::format("the schema has no field {}", field);
    const auto near = nearest(to_string(bare), facts->paths(kPathsSearched));
    if (near) binding.why += fmt::format("; did you mean {}?", *near);
    return binding;
  }
  if (asks_for_spans(rule.checks->list()) && !facts->json_spans()) {
    binding.state = Binding::State::impossible_type;
    binding.why =
        fmt::format("uniqueItems compares items as JSON; the schema of {} is of another format", field);
    return binding;
  }
  const Check* impossible =
      type.kinds.empty() ? nullptr : impossible_check(*rule.checks, type, facts->json_spans());
  if (impossible != nullptr) {
    binding.state = Binding::State::impossible_type;
    binding.why = fmt::format("{} is {} in the schema; {} can never hold for that", field,
                              kinds_text(type.kinds), name_of(impossible->op));
  }
  return binding;
}

}  // namespace assay::rules
