// What is checked when every name is known: unresolved names, second definitions, unions, defaults.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "base/text_position.h"
#include "registry/schema/avro/defaults.h"
#include "registry/schema/avro/definitions.h"
#include "registry/schema/avro/pending.h"

namespace assay::schema::avro {
namespace {

// What Value::scale holds.
constexpr std::uint32_t kScaleMax = 255;

}  // namespace

Result<Model> Definitions::finish(NodeId root) {
  model_.root = root;
  if (const auto done = resolve(); !done) return done.error();
  if (const auto done = compare_redefinitions(); !done) return done.error();
  if (const auto done = check_unions(); !done) return done.error();
  if (const auto done = check_defaults(); !done) return done.error();
  for (const Node& node : model_.nodes) {
    if (node.scale > kScaleMax) {
      return Error(ErrorCode::unsupported,
                   fmt::format("a decimal has scale {}, more than {}", node.scale, kScaleMax));
    }
  }
  measure(model_);
  return std::move(model_);
}

Result<void> Definitions::resolve() {
  std::vector<NodeId> resolved;
  for (const Pending& pending : pending_) {
    auto at = names_.find(pending.name.text());
    // An unqualified name that its own namespace does not define may be one of the null namespace.
    if (at == names_.end()) at = names_.find(pending.name.name);
    if (at == names_.end()) {
      std::vector<std::string> known;
      known.reserve(names_.size());
      for (const auto& [name, id] : names_) known.push_back(name);
      std::sort(known.begin(), known.end());
      const auto meant = nearest(pending.name.text(), known);
      return fail(pending.place, fmt::format("the type \"{}\" is not defined{}", pending.name.text(),
                                             meant ? "; did you mean \"" + *meant + "\"?" : ""));
    }
    resolved.push_back(at->second);
  }
  const auto replace = [&](NodeId& id) {
    if (is_pending(id)) id = resolved[pending_index(id)];
  };
  replace(model_.root);
  for (Node& node : model_.nodes) {
    for (NodeId& part : node.parts) replace(part);
    for (Field& field : node.fields) replace(field.type);
  }
  for (Default& value : defaults_) replace(value.type);
  return {};
}

Result<void> Definitions::compare_redefinitions() const {
  for (const Redefinition& again : redefinitions_) {
    const Node& first = model_.at(again.first);
    const Node& second = model_.at(again.second);
    const bool equal = first.type == second.type && first.size == second.size &&
                       first.meaning == second.meaning && first.precision == second.precision &&
                       first.scale == second.scale && first.symbols == second.symbols &&
                       first.default_symbol == second.default_symbol && same_fields(first, second);
    if (!equal) return fail(again.place, fmt::format("\"{}\" is defined again, and differently", first.name));
  }
  return {};
}

// Named types are the same when their names are: each further definition is compared on its own.
bool Definitions::same(NodeId a, NodeId b) const {
  const Node& left = model_.at(a);
  const Node& right = model_.at(b);
  if (left.type != right.type || left.meaning != right.meaning || left.precision != right.precision ||
      left.scale != right.scale || left.name != right.name || left.parts.size() != right.parts.size()) {
    return false;
  }
  return std::equal(left.parts.begin(), left.parts.end(), right.parts.begin(),
                    [&](NodeId x, NodeId y) { return same(x, y); });
}

bool Definitions::same_fields(const Node& a, const Node& b) const {
  return std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
                    [&](const Field& x, const Field& y) {
                      return x.name == y.name && x.default_json == y.default_json && x.order == y.order &&
                             same(x.type, y.type);
                    });
}

Result<void> Definitions::check_unions() const {
  for (const auto& [id, place] : unions_) {
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = 0; i < model_.at(id).parts.size(); ++i) {
      const Node& part = model_.at(model_.at(id).parts[i]);
      const std::string_view name = part.named() ? std::string_view(part.name) : type_name(part.type);
      if (!seen.insert(name).second) {
        return fail({place.label, fmt::format("{}/{}", place.pointer, i)},
                    fmt::format("the union has two branches of type {}", name));
      }
    }
  }
  return {};
}

Result<void> Definitions::check_defaults() const {
  DefaultChecker checker(model_, limits_.steps_per_record_max);
  for (const Default& value : defaults_) {
    const auto fits = checker.fits(value.type, *value.value);
    if (!fits) return fits.error();
    if (*fits) continue;
    std::string text = value.value->dump();
    if (text.size() > limits_.fragment_bytes_max) text = text.substr(0, limits_.fragment_bytes_max) + "...";
    return fail(value.place, fmt::format("the default of \"{}\", {}, is no {}", value.field, text,
                                         describe(model_, value.type)));
  }
  return {};
}

}  // namespace assay::schema::avro
