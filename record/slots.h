// Where a walk leaves what rules read: a flat array, reused from record to record, sized by the plan, never
// by the data.
#pragma once

#include <span>
#include <string_view>

#include "record/path_trie.h"
#include "record/value.h"

namespace assay {

// The caller resets it (all absent) before each record. A slot is written at most once per record, except
// where the format says that the last one wins (Protobuf).
using Slots = std::span<Value>;

inline void reset(Slots slots) {
  for (Value& slot : slots) slot = Value{};
}

// Takes the values of paths with [*] while the walk passes them. Contract for walkers:
//  - every place that the path matches is offered exactly once, in the order of the bytes;
//  - a member that the trie wants below a [*], and that an object there does not have, is offered as `absent`
//  when the
//    object ends: so `required` works for `lines[*].quantity`. A null is offered as null;
//  - branches of `oneOf`, `anyOf`, `if` and `not` do not offer anything; the walk of the instance does, once.
class LeafSink {
 public:
  virtual ~LeafSink() = default;
  // The yes/no pass. The sink remembers what failed; the walker goes on.
  virtual void check(LeafId leaf, const Value& value) = 0;
  // The explaining pass: the same, with the concrete path, e.g. `lines[2].quantity`.
  virtual void explain(LeafId leaf, const Value& value, std::string_view path) = 0;
};

}  // namespace assay
