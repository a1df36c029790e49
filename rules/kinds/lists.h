// minItems, maxItems, uniqueItems: on arrays.
#pragma once

#include "rules/checks.h"

namespace assay::rules::kinds {

// Whether no two items are equal as JSON values (1 equals 1.0; members have no order). REQUIRES: a
// well-formed JSON array in `value.raw`, no name twice in an object. Equal items are always seen as equal;
// different ones are taken for equal with a probability below 2^-64 (a keyed 128-bit hash per item stands for
// it). An array of more than one item without its text (no JSON) is not unique: nothing vouches for it.
bool items_differ(const Value& value);

inline bool list_holds(const Check& check, const Value& value) {
  switch (check.op) {
    case Op::min_items:
      return value.count >= check.count;
    case Op::max_items:
      return value.count <= check.count;
    default:
      return items_differ(value);
  }
}

}  // namespace assay::rules::kinds
