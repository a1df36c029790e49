#include "registry/schema/json_schema/types_of.h"

namespace assay::schema::json {
namespace {

// References to references beyond this are taken to allow everything.
constexpr int kDepthMax = 64;

// Branches are chosen by token, and 1 and 1.5 begin alike.
TypeMask with_all_numbers(TypeMask types) {
  return static_cast<TypeMask>((types & kNumber) != 0 ? types | kNumber : types);
}

}  // namespace

bool asserts_nothing_itself(const Node& node) {
  const bool scalars = node.minimum || node.maximum || node.exclusive_minimum || node.exclusive_maximum ||
                       node.multiple_of || node.min_length || node.max_length || node.pattern ||
                       node.format || !node.unsupported_format.empty() || node.constant != nullptr ||
                       node.enumeration != nullptr;
  const bool arrays = !node.prefix_items.empty() || node.items != kNoNode || node.contains != kNoNode ||
                      node.min_items || node.max_items || node.unique_items;
  const bool objects = !node.properties.empty() || !node.pattern_properties.empty() ||
                       node.additional != kNoNode || node.property_names != kNoNode ||
                       !node.required.empty() || !node.dependent_required.empty() ||
                       !node.dependent_schemas.empty() || node.min_properties || node.max_properties;
  return node.types == kAnyType && !scalars && !arrays && !objects;
}

NodeId TypesOf::behind_aliases(NodeId id) const {
  for (;;) {
    const Node& node = graph_.nodes[id];
    const bool alias = node.ref != kNoNode && asserts_nothing_itself(node) && node.in_place().size() == 1;
    if (!alias) return id;
    id = node.ref;
  }
}

TypeMask TypesOf::of(NodeId id) {
  return of(id, 0);
}

TypeMask TypesOf::of(NodeId id, int depth) {
  const auto known = known_.find(id);
  if (known != known_.end()) return known->second;
  if (depth > kDepthMax) return kAnyType;
  const Node& node = graph_.nodes[id];
  TypeMask types = node.types;
  const auto narrow = [&](TypeMask other) { types = static_cast<TypeMask>(types & other); };
  if (node.ref != kNoNode) narrow(of(node.ref, depth + 1));
  for (const NodeId branch : node.all_of) narrow(of(branch, depth + 1));
  for (const auto* list : {&node.any_of, &node.one_of}) {
    if (list->empty()) continue;
    TypeMask sum = 0;
    for (const NodeId branch : *list) sum = static_cast<TypeMask>(sum | of(branch, depth + 1));
    narrow(sum);
  }
  known_.emplace(id, types);
  return types;
}

bool TypesOf::is_dispatch(NodeId id) {
  const Node& node = graph_.nodes[id];
  const auto& branches = node.one_of.empty() ? node.any_of : node.one_of;
  if (branches.empty() || !asserts_nothing_itself(node) || node.in_place().size() != branches.size())
    return false;
  TypeMask taken = 0;
  for (const NodeId branch : branches) {
    const TypeMask types = with_all_numbers(of(branch));
    if ((types & taken) != 0) return false;
    taken = static_cast<TypeMask>(taken | types);
  }
  return true;
}

}  // namespace assay::schema::json
