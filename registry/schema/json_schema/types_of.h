// Which types of values a node can take at all, and which node stands behind one that only refers.
#pragma once

#include <unordered_map>

#include "registry/schema/json_schema/graph.h"

namespace assay::schema::json {

class TypesOf {
 public:
  explicit TypesOf(const Graph& graph) : graph_(graph) {}

  // Never fewer types than the node takes. `boolean` schemas: all or none.
  TypeMask of(NodeId id);
  // Follows nodes that are nothing but a `$ref`.
  NodeId behind_aliases(NodeId id) const;
  // Whether the node is one `anyOf` or `oneOf`, whose branches take types that differ.
  bool is_dispatch(NodeId id);

 private:
  TypeMask of(NodeId id, int depth);
  std::unordered_map<NodeId, TypeMask> known_;
  const Graph& graph_;
};

// Whether nothing but its in-place schemas says what the node takes (annotations aside).
bool asserts_nothing_itself(const Node& node);

}  // namespace assay::schema::json
