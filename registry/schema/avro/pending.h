// Node ids that stand for names not resolved yet: beyond every index of a node.
#pragma once

#include <cstddef>

#include "registry/schema/avro/model.h"

namespace assay::schema::avro {

inline constexpr NodeId kPendingBit = 0x80000000U;

inline NodeId pending_id(std::size_t index) {
  return kPendingBit | static_cast<NodeId>(index);
}
inline bool is_pending(NodeId id) {
  return (id & kPendingBit) != 0;
}
inline std::size_t pending_index(NodeId id) {
  return id & ~kPendingBit;
}

}  // namespace assay::schema::avro
