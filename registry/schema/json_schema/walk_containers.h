// Walker: arrays and objects. Only for walker.cc.
#pragma once

#include "registry/schema/json_schema/walker.h"

namespace assay::schema::json {

template <Mode M>
Place Walker::value(const Check& given, Place at) {
  const std::uint8_t first = text_[*at];
  const Token token = kTokens[first];
  const Check* check = &given;
  while (check->by_type != nullptr) check = check->by_type->of[static_cast<std::size_t>(token)];
  // Comparisons, not a jump table: what comes next is mostly what came next in the last record.
  if (first == '"') return string<M>(*check, at);
  if (token == Token::number) return number<M>(*check, at);
  if (first == '{') return object<M>(*check, at);
  if (first == '[') return array<M>(*check, at);
  if (token != Token::bad) return literal<M>(*check, at, token);
  return malformed(*at, *at >= end_ ? "the text ends too early" : "a value should begin here");
}

inline constexpr Check kAnything{};

template <Mode M>
Place Walker::any_value(Place at) {
  if constexpr (is_instance(M)) return value<M>(kAnything, at);
  return values_.behind(at);
}

// --- arrays

template <Mode M>
Place Walker::any_items(Place at, std::uint32_t& count) {
  if (text_[*at] == ']') return at + 1;
  for (;;) {
    if (!values_.step()) return over_budget();
    at = any_value<M>(at);
    if (at == nullptr) return nullptr;
    ++count;
    const std::uint8_t c = text_[*at++];
    if (c == ']') return at;
    if (c != ',') return malformed(*(at - 1), "a comma or ] should stand here");
  }
}

template <Mode M>
Place Walker::items(const ArrayChecks& checks, Place start, std::uint32_t& count) {
  Place at = start + 1;
  const std::size_t first = workspace_.items.size();
  const std::size_t path = workspace_.path.size();
  std::uint64_t contained = 0;
  if (text_[*at] == ']') {
    ++at;
  } else {
    for (;;) {
      if (!values_.step()) return over_budget();
      const Check& check = count < checks.prefix.size() ? *checks.prefix[count] : *checks.rest;
      if constexpr (tells(M)) {
        append_index(workspace_.path, count);
        if (check.never) never_ = "items";
      }
      const Place next = value<M>(check, at);
      if (next == nullptr) return nullptr;
      if (checks.contains != nullptr) contained += holds(*checks.contains, at) ? 1 : 0;
      if (checks.unique) workspace_.items.push_back(at);
      if constexpr (tells(M)) workspace_.path.resize(path);
      ++count;
      at = next + 1;
      if (text_[*next] == ']') break;
      if (text_[*next] != ',') return malformed(*next, "a comma or ] should stand here");
    }
  }
  if (over_) return nullptr;
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
  if (text_[*at] == '}') return at + 1;
  Seen seen;
  seen.names = workspace_.names.size();
  const std::size_t path = workspace_.path.size();
  for (;;) {
    if (text_[*at] != '"') return malformed(*at, "a name should stand here");
    SeenName name;
    if (!read_name<M>(at, name)) return nullptr;
    if (text_[at[1]] != ':') return malformed(at[1], "a colon should stand here");
    if (!values_.step()) return over_budget();
    if constexpr (tells(M)) append_step(workspace_.path, text_of(name, workspace_.text_name));
    note_name<M>(name, seen);
    at = any_value<M>(at + 2);
    if (at == nullptr) return nullptr;
    if constexpr (tells(M)) workspace_.path.resize(path);
    ++count;
    const std::uint8_t c = text_[*at++];
    if (c == '}') break;
    if (c != ',') return malformed(*(at - 1), "a comma or } should stand here");
  }
  end_names<M>(seen);
  return at;
}

// Whether the name at `name` is this one, by the bytes as they stand. `room`: up to the next token.
inline bool is_written(const Property& property, const std::uint8_t* name, std::size_t room) {
  if (!property.literal || ((load64(name) ^ property.head[0]) & property.mask[0]) != 0 ||
      ((load64(name + 8) ^ property.head[1]) & property.mask[1]) != 0) {
    return false;
  }
  const std::size_t size = property.name.size();
  if (size < 16) return true;
  return room > size + 1 && std::memcmp(name + 16, property.name.data() + 16, size - 16) == 0 &&
         name[size] == '"';
}

template <Mode M>
Place Walker::known_member(const ObjectChecks& checks, const Property& property, bool again, Place value_at) {
  if (again && is_instance(M)) {
    violates<M>("duplicate_key", nullptr, [] { return std::string("stands twice in its object"); });
    return any_value<M>(value_at);
  }
  if constexpr (tells(M)) {
    if (property.check->never && property.check == checks.additional) never_ = "additionalProperties";
  }
  const Place next = value<M>(*property.check, value_at);
  if (next == nullptr) return nullptr;
  for (const Check* also : property.also) {
    if (!must_hold<M>(*also, value_at)) return nullptr;
  }
  return next;
}

template <Mode M>
Place Walker::other_member(const ObjectChecks& checks, Place name_at, Place value_at) {
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

template <Mode M>
Place Walker::members(const ObjectChecks& checks, Place start, std::uint32_t& count) {
  const Property* const properties = checks.properties.data();
  const std::size_t known = checks.properties.size();
  Seen seen;
  seen.names = workspace_.names.size();
  seen.bits = workspace_.bits.size();
  if (known > 64) workspace_.bits.resize(seen.bits + (known - 1) / 64, 0);
  const std::size_t path = workspace_.path.size();
  std::size_t expected = 0;
  Place at = start + 1;
  if (text_[*at] == '}') {
    ++at;
  } else {
    for (;;) {
      if (text_[*at] != '"') return malformed(*at, "a name should stand here");
      if (text_[at[1]] != ':') return malformed(at[1], "a colon should stand here");
      if (!values_.step()) return over_budget();
      const Property* property = nullptr;
      bool is_new = true;
      if (expected < known && is_written(properties[expected], text_ + *at + 1, at[1] - at[0])) {
        property = properties + expected;
      } else {
        SeenName name;
        if (!read_name<M>(at, name)) return nullptr;
        property = find_property(checks, name);
        if constexpr (tells(M)) append_step(workspace_.path, text_of(name, workspace_.text_name));
        if (is_instance(M) && property == nullptr) is_new = note_name<M>(name, seen);
        if constexpr (tells(M)) workspace_.path.resize(path);
      }
      if constexpr (tells(M))
        append_step(workspace_.path, values_.text_of(read_string(text_, at), workspace_.text_name));
      if (checks.names != nullptr && !must_hold<M>(*checks.names, at)) return nullptr;
      Place next = nullptr;
      if (property != nullptr) {
        const auto index = static_cast<std::size_t>(property - properties);
        expected = index + 1;
        next = known_member<M>(checks, *property, !add(seen, index), at + 2);
      } else {
        next = is_new ? other_member<M>(checks, at, at + 2) : any_value<M>(at + 2);
      }
      if (next == nullptr) return nullptr;
      if constexpr (tells(M)) workspace_.path.resize(path);
      ++count;
      at = next + 1;
      if (text_[*next] == '}') break;
      if (text_[*next] != ',') return malformed(*next, "a comma or } should stand here");
    }
  }
  if constexpr (is_instance(M)) {
    if (checks.reports_absent) read_missing(checks, seen, M == Mode::explain);
    end_names<M>(seen);
  }
  const bool goes_on = object_checks<M>(checks, start, count, seen);
  workspace_.bits.resize(seen.bits);
  return goes_on ? at : nullptr;
}

template <Mode M>
bool Walker::object_checks(const ObjectChecks& checks, Place start, std::uint32_t count, const Seen& seen) {
  const std::size_t path = workspace_.path.size();
  const bool many = !checks.required.empty() && checks.required.back() >= 64;
  if ((seen.first & checks.required_first) != checks.required_first || many) {
    for (const std::uint32_t index : checks.required) {
      if (has(seen, index)) continue;
      if constexpr (tells(M)) append_step(workspace_.path, checks.properties[index].name);
      if (!violates<M>("required", nullptr, [] { return std::string("is missing"); })) return false;
      if constexpr (tells(M)) workspace_.path.resize(path);
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
  const std::size_t path = workspace_.path.size();
  for (const ObjectChecks::Dependents& one : checks.dependents) {
    if (!has(seen, one.property)) continue;
    for (const std::uint32_t index : one.required) {
      if (has(seen, index)) continue;
      if constexpr (tells(M)) append_step(workspace_.path, checks.properties[index].name);
      if (!violates<M>("dependentRequired", nullptr, [&] {
            return fmt::format("is missing, and {} is there", checks.properties[one.property].name);
          })) {
        return false;
      }
      if constexpr (tells(M)) workspace_.path.resize(path);
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
  if (check.extra && !finish<M>(check, at, values_.container(Kind::object, at, end, count))) return nullptr;
  return end;
}

}  // namespace assay::schema::json
