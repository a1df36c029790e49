#include "rules/kinds/values.h"

#include <unordered_set>

namespace assay::rules::kinds {

void index(ScalarSet& set) {
  for (const Scalar& scalar : set.all) {
    if (scalar.kind == Kind::string) set.texts.push_back(scalar.text);
    if (scalar.kind == Kind::boolean) (scalar.boolean ? set.has_true : set.has_false) = true;
    if (scalar.kind == Kind::number && scalar.number->fits_int64())
      set.integers.push_back(scalar.number->int64());
  }
  std::sort(set.texts.begin(), set.texts.end());
  std::sort(set.integers.begin(), set.integers.end());
}

std::optional<std::size_t> repeated(const ScalarSet& set) {
  std::unordered_set<std::string> seen;  // numbers by what they are: 1, 1.0 and 1e0 are one
  for (std::size_t i = 0; i < set.all.size(); ++i) {
    const Scalar& scalar = set.all[i];
    std::string key = std::to_string(static_cast<int>(scalar.kind));
    if (scalar.kind == Kind::boolean) key += scalar.boolean ? "true" : "false";
    if (scalar.kind == Kind::string) key += scalar.text;
    if (scalar.kind == Kind::number) key += scalar.number->canonical();
    if (!seen.insert(std::move(key)).second) return i;
  }
  return std::nullopt;
}

Value value_of(const Scalar& scalar) {
  Value value;
  value.kind = scalar.kind;
  if (scalar.kind == Kind::boolean) {
    value.boolean = scalar.boolean;
  } else if (scalar.kind == Kind::string) {
    value.raw = as_bytes(scalar.text);
  } else if (scalar.kind == Kind::number && scalar.number->fits_int64()) {
    value.kind = Kind::integer;
    value.integer = scalar.number->int64();
  } else if (scalar.kind == Kind::number) {
    value.real = scalar.number->nearest_double();
    value.raw = as_bytes(scalar.text);
  }
  return value;
}

}  // namespace assay::rules::kinds
