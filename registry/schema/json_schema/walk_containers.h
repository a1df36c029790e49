// Walker: arrays and objects. Only for walker.cc.
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "registry/schema/json_schema/walk_names.h"
#include "registry/schema/json_schema/walker.h"

namespace assay::schema::json {

template <Mode M>
Place Walker::value(const Check& check, Place at) {
  const Token token = kTokens[text_[*at]];
  const Check* chosen = &check;
  while (chosen->by_type != nullptr) chosen = chosen->by_type->of[static_cast<std::size_t>(token)];
  return by_token<M>(*chosen, at);
}

template <Mode M>
[[gnu::always_inline]] inline Place Walker::next_value(const Check& check, Place at) {
  if (M == Mode::judge && check.by_type == nullptr) return by_token<M>(check, at);
  return value<M>(check, at);
}

// REQUIRES: no by_type. Comparisons, not a jump table: what comes next is mostly what came next in the last
// record.
template <Mode M>
[[gnu::always_inline]] inline Place Walker::by_token(const Check& check, Place at) {
  const std::uint8_t first = text_[*at];
  if (first == '"') {
    if constexpr (M != Mode::judge) return string<M>(check, at);
    return (check.plain & plain_string_) != 0 ? at + 1 : short_string(check, at);
  }
  const Token token = kTokens[first];
  if (token == Token::number) {
    if constexpr (M != Mode::judge) return number<M>(check, at);
    return short_number(check, at);
  }
  if (first == '{') return object<M>(check, at);
  if (first == '[') return array<M>(check, at);
  if (token != Token::bad) return literal<M>(check, at, token);
  return malformed(*at, *at >= end_ ? "the text ends too early" : "a value should begin here");
}

inline constexpr Check kAnything{};

template <Mode M>
[[gnu::always_inline]] inline Place Walker::any_value(Place at) {
  if constexpr (is_instance(M)) return next_value<M>(kAnything, at);
  return values_.behind(at);
}

// --- arrays

template <Mode M>
[[gnu::always_inline]] inline Place Walker::same_items(const Check& check, Place at, std::uint32_t& count) {
  const std::uint8_t* const text = text_;
  std::uint32_t items = 0;
  if (text[*at] == ']') return at + 1;
  for (;;) {
    at = next_value<M>(check, at);
    if (at == nullptr) return nullptr;
    ++items;
    const std::uint8_t c = text[*at++];
    if (c == ',') continue;
    if (c != ']') return malformed(*(at - 1), "a comma or ] should stand here");
    count = items;
    return values_.take(items) ? at : over_budget();
  }
}

template <Mode M>
Place Walker::any_items(Place at, std::uint32_t& count) {
  return same_items<M>(kAnything, at, count);
}

template <Mode M>
Place Walker::items(const ArrayChecks& checks, Place start, std::uint32_t& count) {
  Place at = start + 1;
  if (!tells(M) && checks.only_rest) {
    const Place end = same_items<M>(*checks.rest, at, count);
    if (end == nullptr || (count >= checks.min && count <= checks.max)) return end;
    return array_checks<M>(checks, start, count, 0) ? end : nullptr;
  }
  const std::size_t first = workspace_.items.size();
  const std::size_t trail = workspace_.trail.size();
  std::uint64_t contained = 0;
  if (text_[*at] == ']') {
    ++at;
  } else {
    for (;;) {
      const Check& check = count < checks.prefix.size() ? *checks.prefix[count] : *checks.rest;
      if constexpr (tells(M)) {
        workspace_.trail.item(count);
        if (check.never) never_ = "items";
      }
      const Place next = next_value<M>(check, at);
      if (next == nullptr) return nullptr;
      if (checks.contains != nullptr) contained += holds(*checks.contains, at) ? 1 : 0;
      if (checks.unique) workspace_.items.push_back(at);
      if constexpr (tells(M)) workspace_.trail.shrink_to(trail);
      ++count;
      at = next + 1;
      if (text_[*next] == ']') break;
      if (text_[*next] != ',') return malformed(*next, "a comma or ] should stand here");
    }
  }
  if (over_ || !values_.take(count)) return over_budget();
  const bool goes_on = array_checks<M>(checks, start, count, contained) &&
                       (!checks.unique || values_.all_different(first) ||
                        violates<M>("uniqueItems", start, [] { return std::string("has two equal items"); }));
  workspace_.items.resize(first);
  return goes_on ? at : nullptr;
}

template <Mode M>
bool Walker::array_checks(const ArrayChecks& checks, Place start, std::uint32_t count,
                          std::uint64_t contained) {
  const auto says = [&](std::string_view keyword, std::string_view must, std::uint64_t wanted,
                        std::uint64_t is) {
    return violates<M>(keyword, start, [&] {
      return fmt::format("has {} {}, must have {} {}", is,
                         keyword.ends_with("Items") ? "items" : "items of the kind wanted", must, wanted);
    });
  };
  if (count < checks.min && !says("minItems", "at least", checks.min, count)) return false;
  if (count > checks.max && !says("maxItems", "at most", checks.max, count)) return false;
  if (checks.contains == nullptr) return true;
  if (contained < checks.min_contains && !says(checks.min_contains == 1 ? "contains" : "minContains",
                                               "at least", checks.min_contains, contained)) {
    return false;
  }
  return contained <= checks.max_contains || says("maxContains", "at most", checks.max_contains, contained);
}

template <Mode M>
Place Walker::array(const Check& check, Place at) {
  if ((check.types & kArray) == 0 && !wrong_type<M>(check, at)) return nullptr;
  std::uint32_t count = 0;
  Place end = nullptr;
  if (!is_instance(M) && check.array == nullptr) {
    end = values_.behind(at);
  } else {
    if (++depth_ > limits_.depth_max) return over_budget();
    end = check.array == nullptr ? any_items<M>(at + 1, count) : items<M>(*check.array, at, count);
    --depth_;
  }
  if (end == nullptr) return nullptr;
  if (check.extra && !finish<M>(check, at, values_.container(Kind::array, at, end, count))) return nullptr;
  return end;
}

// --- objects

template <Mode M>
Place Walker::any_members(Place at, std::uint32_t& count) {
  const std::uint8_t* const text = text_;
  if (text[*at] == '}') return at + 1;
  Seen seen;
  seen.names = workspace_.names.size();
  const std::size_t trail = workspace_.trail.size();
  std::uint32_t members = 0;
  for (;;) {
    if (text[*at] != '"') return malformed(*at, "a name should stand here");
    SeenName name;
    if (!read_name<M>(at, name)) return nullptr;
    if (text[at[1]] != ':') return malformed(at[1], "a colon should stand here");
    if constexpr (tells(M)) workspace_.trail.written(as_text(read_string(text, at).bytes()));
    note_name<M>(name, seen);
    at = any_value<M>(at + 2);
    if (at == nullptr) return nullptr;
    if constexpr (tells(M)) workspace_.trail.shrink_to(trail);
    ++members;
    const std::uint8_t c = text[*at++];
    if (c == ',') continue;
    if (c != '}') return malformed(*(at - 1), "a comma or } should stand here");
    break;
  }
  count = members;
  end_names<M>(seen);
  return values_.take(members) ? at : over_budget();
}

template <Mode M>
[[gnu::always_inline]] inline Place Walker::known_member(const ObjectChecks& checks, const Property& property,
                                                         bool again, Place value_at) {
  if (again && is_instance(M)) {
    violates<M>("duplicate_key", nullptr, [] { return std::string("stands twice in its object"); });
    return any_value<M>(value_at);
  }
  if constexpr (tells(M)) {
    if (property.check->never && property.check == checks.additional) never_ = "additionalProperties";
  }
  const Place next = next_value<M>(*property.check, value_at);
  if (next == nullptr) return next;
  for (const Check* also : property.also) {
    if (!must_hold<M>(*also, value_at)) return nullptr;
  }
  return next;
}

template <Mode M>
Place Walker::other_member(const ObjectChecks& checks, Place name_at, Place value_at) {
  if (!tells(M) && checks.patterns.empty()) return next_value<M>(*checks.additional, value_at);
  const Check* main = nullptr;
  std::size_t pattern = 0;
  const auto matches = [&] {
    return checks.patterns[pattern].first->search(
        values_.text_of(read_string(text_, name_at), workspace_.text_name));
  };
  for (; pattern < checks.patterns.size() && main == nullptr; ++pattern) {
    if (matches()) main = checks.patterns[pattern].second;
  }
  if constexpr (tells(M)) {
    if (main == nullptr && checks.additional->never) never_ = "additionalProperties";
  }
  const Place next = value<M>(main == nullptr ? *checks.additional : *main, value_at);
  if (next == nullptr || main == nullptr) return next;
  for (; pattern < checks.patterns.size(); ++pattern) {
    if (matches() && !must_hold<M>(*checks.patterns[pattern].second, value_at)) return nullptr;
  }
  return next;
}

inline Place Walker::no_member(Place at) {
  if (text_[*at] != '"') return malformed(*at, "a name should stand here");
  return malformed(at[1], "a colon should stand here");
}

template <Mode M>
[[gnu::noinline]] Walker::Member Walker::unexpected_member(const ObjectChecks& checks, Place name_at,
                                                           Seen& seen, const Property* expected) {
  if constexpr (tells(M)) {
    workspace_.trail.written(as_text(read_string(text_, name_at).bytes()));
  }
  if (checks.names != nullptr && !must_hold<M>(*checks.names, name_at)) return {};
  SeenName name;
  if (!read_name<M>(name_at, name)) return {};
  const Property* property = nullptr;
  if (name.escaped()) {
    property = find_property(checks, name);
  } else if (checks.may_have(name.size())) {
    property = likely_property(checks, expected, name_at);
    if (property == nullptr) property = find_property(checks, name);
  }
  if (property == nullptr) {
    const bool is_new = !is_instance(M) || note_name<M>(name, seen);
    const Place value_at = name_at + 2;
    return {is_new ? other_member<M>(checks, name_at, value_at) : any_value<M>(value_at), expected};
  }
  const bool is_new = add(seen, static_cast<std::size_t>(property - checks.properties.data()));
  return {known_member<M>(checks, *property, !is_new, name_at + 2), property + 1};
}

template <Mode M>
Place Walker::members(const ObjectChecks& checks, Place start, std::uint32_t& count) {
  const std::uint8_t* const text = text_;
  const Property* const properties = checks.properties.data();
  // Names that have to be looked at are never "expected".
  const std::size_t quick = checks.names == nullptr ? std::min<std::size_t>(checks.properties.size(), 64) : 0;
  const Property* const known = properties + quick;
  const Property* expected = properties;
  std::uint64_t first = 0;  // Seen::first, in a register
  std::uint64_t bit = 1;    // of the expected one
  Seen seen;
  seen.names = workspace_.names.size();
  if (checks.properties.size() > 64) {
    seen.bits = workspace_.bits.size();
    workspace_.bits.resize(seen.bits + (checks.properties.size() - 1) / 64, 0);
  }
  const std::size_t trail = workspace_.trail.size();
  std::uint32_t members = 0;
  Place at = start + 1;
  bool more = text[*at] != '}';
  at += more ? 0 : 1;
  while (more) {
    if (text[*at] != '"' || text[at[1]] != ':') return no_member(at);
    Place next = nullptr;
    if (is_instance(M) && expected < known && is_written(*expected, text + *at + 1) && expected->simple &&
        (first & bit) == 0) {
      first |= bit;
      bit <<= 1U;
      if constexpr (tells(M)) workspace_.trail.named(expected->name);
      next = by_token<M>(*expected++->check, at + 2);
    } else {
      seen.first = first;
      const Member member = unexpected_member<M>(checks, at, seen, expected);
      next = member.next;
      expected = member.expected;
      first = seen.first;
      bit = std::uint64_t{1} << static_cast<std::size_t>(expected - properties) % 64;
    }
    if (next == nullptr) return nullptr;
    if constexpr (tells(M)) workspace_.trail.shrink_to(trail);
    ++members;
    at = next + 1;
    more = text[*next] == ',';
    if (!more && text[*next] != '}') return malformed(*next, "a comma or } should stand here");
  }
  seen.first = first;
  count = members;
  if (!values_.take(members)) return over_budget();
  if constexpr (is_instance(M)) {
    if (!checks.reporting.empty()) read_missing(checks, seen, M == Mode::explain);
    if (workspace_.names.size() != seen.names) end_names<M>(seen);
  }
  const bool fine = checks.only_required && (seen.first & checks.required_first) == checks.required_first;
  const bool goes_on = fine || object_checks<M>(checks, start, members, seen);
  if (checks.properties.size() > 64) workspace_.bits.resize(seen.bits);
  return goes_on ? at : nullptr;
}

template <Mode M>
bool Walker::object_checks(const ObjectChecks& checks, Place start, std::uint32_t count, const Seen& seen) {
  const std::size_t trail = workspace_.trail.size();
  const bool many = !checks.required.empty() && checks.required.back() >= 64;
  if ((seen.first & checks.required_first) != checks.required_first || many) {
    for (const std::uint32_t index : checks.required) {
      if (has(seen, index)) continue;
      if constexpr (tells(M)) workspace_.trail.named(checks.properties[index].name);
      if (!violates<M>("required", nullptr, [] { return std::string("is missing"); })) return false;
      if constexpr (tells(M)) workspace_.trail.shrink_to(trail);
    }
  }
  const auto says = [&](std::string_view keyword, std::string_view must, std::uint64_t wanted) {
    return violates<M>(keyword, start,
                       [&] { return fmt::format("has {} members, must have {} {}", count, must, wanted); });
  };
  if (count < checks.min && !says("minProperties", "at least", checks.min)) return false;
  if (count > checks.max && !says("maxProperties", "at most", checks.max)) return false;
  return checks.dependents.empty() || dependents<M>(checks, start, seen);
}

template <Mode M>
bool Walker::dependents(const ObjectChecks& checks, Place start, const Seen& seen) {
  const std::size_t trail = workspace_.trail.size();
  for (const ObjectChecks::Dependents& one : checks.dependents) {
    if (!has(seen, one.property)) continue;
    for (const std::uint32_t index : one.required) {
      if (has(seen, index)) continue;
      if constexpr (tells(M)) workspace_.trail.named(checks.properties[index].name);
      if (!violates<M>("dependentRequired", nullptr, [&] {
            return fmt::format("is missing, and {} is there", checks.properties[one.property].name);
          })) {
        return false;
      }
      if constexpr (tells(M)) workspace_.trail.shrink_to(trail);
    }
    if (one.check != nullptr && !must_hold<M>(*one.check, start)) return false;
  }
  return true;
}

template <Mode M>
Place Walker::object(const Check& check, Place at) {
  if ((check.types & kObject) == 0 && !wrong_type<M>(check, at)) return nullptr;
  std::uint32_t count = 0;
  Place end = nullptr;
  if (!is_instance(M) && check.object == nullptr) {
    end = values_.behind(at);
  } else {
    if (++depth_ > limits_.depth_max) return over_budget();
    end = check.object == nullptr ? any_members<M>(at + 1, count) : members<M>(*check.object, at, count);
    --depth_;
  }
  if (end == nullptr) return nullptr;
  if (check.extra_object && !finish<M>(check, at, values_.container(Kind::object, at, end, count)))
    return nullptr;
  return end;
}

}  // namespace assay::schema::json
