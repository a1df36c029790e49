// minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf: exact, on the number as its format stores
// it.
#pragma once

#include "record/number.h"
#include "rules/checks.h"

namespace assay::rules::kinds {

// REQUIRES: value.numeric(). NaN satisfies none of them.
inline bool number_holds(Op op, const Value& value, const Number& bound) {
  if (op == Op::multiple_of) return is_multiple_of(value, bound);
  const std::partial_ordering order = value.kind == Kind::integer && bound.fits_int64()
                                          ? std::partial_ordering(value.integer <=> bound.int64())
                                          : compare(value, bound);
  switch (op) {
    case Op::minimum:
      return order >= 0;
    case Op::maximum:
      return order <= 0;
    case Op::exclusive_minimum:
      return order > 0;
    default:
      return order < 0;
  }
}

}  // namespace assay::rules::kinds
