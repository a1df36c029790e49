// Walker: what is said of a value as a whole once it has been walked: reads, enum and const, and the schemas
// that look at the same value again. Only for walker.cc.
#pragma once

#include <fmt/format.h>

#include "registry/schema/json_schema/walk_scalars.h"
#include "registry/schema/json_schema/walker.h"

namespace assay::schema::json {

// Branches within branches (of one value or of its parts) beyond this are not judged: each takes some of the
// stack.
inline constexpr std::uint32_t kNestingMax = 1000;

inline bool Walker::holds(const Check& check, Place start) {
  if (over_ || values_.spent()) return false;
  const std::uint8_t first = text_[*start];
  const bool remember = check.memo != 0 && (check.in_place != nullptr || first == '{' || first == '[');
  const auto place = static_cast<std::uint32_t>(start - first_);
  if (remember) {
    const int known = workspace_.memo.find(check.memo, place);
    if (known != 0) return known == 1;
  }
  if (!values_.step() || nesting_ >= kNestingMax) return stop();
  ++nesting_;
  const std::size_t names = workspace_.names.size();
  const std::size_t bits = workspace_.bits.size();
  const std::size_t items = workspace_.items.size();
  const bool out = value<Mode::branch>(check, start) != nullptr;
  workspace_.names.shrink_to(names);
  workspace_.bits.resize(bits);
  workspace_.items.resize(items);
  --nesting_;
  if (over_ || values_.spent()) return false;
  if (remember) workspace_.memo.add(check.memo, place, out);
  return out;
}

template <Mode M>
bool Walker::must_hold(const Check& check, Place start) {
  if (holds(check, start)) return true;
  if (over_) return false;
  if constexpr (M == Mode::branch) return false;
  ok_ = false;
  if constexpr (tells(M)) {
    if (nesting_ >= kNestingMax) return stop();
    ++nesting_;
    value<Mode::retell>(check, start);
    --nesting_;
  }
  return !over_;
}

template <Mode M>
bool Walker::alternatives(const InPlace& branches, Place start) {
  const auto count = [&](const std::vector<const Check*>& list, std::size_t enough) {
    std::size_t holding = 0;
    for (const Check* branch : list) {
      holding += holds(*branch, start) ? 1 : 0;
      if (holding == enough || over_) break;
    }
    return holding;
  };
  if (!branches.any.empty()) {
    const std::size_t holding = count(branches.any, 1);
    if (over_) return false;
    if (holding == 0 && !violates<M>("anyOf", start, [&] {
          return fmt::format("matches none of the {} schemas of anyOf", branches.any.size());
        })) {
      return false;
    }
  }
  if (branches.one.empty()) return true;
  const std::size_t holding = count(branches.one, 2);
  if (over_) return false;
  return holding == 1 || violates<M>("oneOf", start, [&] {
           return holding == 0 ? fmt::format("matches none of the {} schemas of oneOf", branches.one.size())
                               : std::string("matches more than one schema of oneOf");
         });
}

template <Mode M>
bool Walker::in_place(const InPlace& branches, Place start) {
  for (const Check* branch : branches.all) {
    if (!must_hold<M>(*branch, start)) return false;
  }
  if (!alternatives<M>(branches, start)) return false;
  if (branches.negated != nullptr) {
    const bool matches = holds(*branches.negated, start);
    if (over_) return false;
    if (matches && !violates<M>("not", start, [] { return std::string("matches the schema under not"); })) {
      return false;
    }
  }
  if (branches.if_ == nullptr) return true;
  const Check* taken = holds(*branches.if_, start) ? branches.then_ : branches.else_;
  return !over_ && (taken == nullptr || must_hold<M>(*taken, start));
}

// Called where a walk has come by a value that somebody reads.
[[gnu::always_inline]] inline void Walker::read(const Reads& reads, const Value& value, bool explain) {
  for (const SlotId slot : reads.slots) slots_[slot] = value;
  for (const LeafId leaf : reads.leaves) {
    if (explain) {
      leaves_.explain(leaf, value, path());
    } else {
      leaves_.check(leaf, value);
    }
  }
  if (!reads.below.empty() && value.kind != Kind::object) read_absent(reads.below, explain);
}

template <Mode M>
bool Walker::finish(const Check& check, Place start, const Value& value) {
  if constexpr (is_instance(M)) {
    if (check.reads != nullptr) read(*check.reads, value, M == Mode::explain);
  }
  if (check.constants != nullptr && !values_.is_among(*check.constants, start, value)) {
    const Constants& constants = *check.constants;
    const bool goes_on = violates<M>(constants.single ? "const" : "enum", start, [&] {
      const std::string allowed = describe(*constants.source, 3 * kToldBytesMax);
      return fmt::format("is {}, must be {}", describe(value, kToldBytesMax),
                         constants.single ? allowed : "one of " + allowed);
    });
    if (!goes_on) return false;
  }
  return check.in_place == nullptr || in_place<M>(*check.in_place, start);
}

}  // namespace assay::schema::json
