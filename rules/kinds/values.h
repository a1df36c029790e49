// type, enum, const: what the value is. Constants are compared exactly: 1 equals 1.0, and a stored double
// equals the constant whose nearest double it is.
#pragma once

#include <algorithm>

#include "record/number.h"
#include "rules/checks.h"

namespace assay::rules::kinds {

// REQUIRES: the kind is among those of the types; what is left is whether a number is a whole one.
inline bool type_holds(std::uint8_t types, const Value& value) {
  if (!value.numeric() || (types & kTypeNumber) != 0) return true;
  return is_integral(value);
}

inline bool among(const ScalarSet& set, const Subject& subject) {
  const Value& value = *subject.value;
  if (value.kind == Kind::string) return std::binary_search(set.texts.begin(), set.texts.end(), subject.text);
  if (value.kind == Kind::boolean) return value.boolean ? set.has_true : set.has_false;
  if (!value.numeric()) return false;
  if (value.kind == Kind::integer) {
    return std::binary_search(set.integers.begin(), set.integers.end(), value.integer);
  }
  return std::any_of(set.all.begin(), set.all.end(), [&](const Scalar& scalar) {
    return scalar.kind == Kind::number && compare(value, *scalar.number) == 0;
  });
}

// Fills the sets beside `all`. Call once, when `all` stays where it is.
void index(ScalarSet& set);

// The place of a constant that equals an earlier one, as JSON values.
std::optional<std::size_t> repeated(const ScalarSet& set);

// The constant as a value that checks can look at. Views `scalar`.
Value value_of(const Scalar& scalar);

}  // namespace assay::rules::kinds
