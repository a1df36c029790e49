// Walker: the names of members. Each is compared as what it means, without its escapes; each may stand once.
// Only for walker.cc.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <cstring>

#include "registry/schema/json_schema/walker.h"

namespace assay::schema::json {

// Up to here each new name is compared with those before it; more are sorted when the object ends.
inline constexpr std::size_t kFewNames = 32;

// Whether the bytes at `name` begin with this name and its quote, as far as `head` has them.
[[gnu::always_inline]] inline bool is_written(const Property& property, const std::uint8_t* name) {
#if defined(__SSE2__)
  const auto load = [](const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); };
  const __m128i bytes = _mm_and_si128(load(name), load(property.mask.data()));
  return _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, load(property.head.data()))) == 0xFFFF;
#else
  return (load64(name) & property.mask[0]) == property.head[0] &&
         (load64(name + 8) & property.mask[1]) == property.head[1];
#endif
}

// The one that mostly comes next, or the one after it when an optional one was left out.
inline const Property* Walker::likely_property(const ObjectChecks& checks, const Property* expected,
                                               Place name_at) const {
  const Property* const end = checks.properties.data() + checks.properties.size();
  const std::uint8_t* const name = text_ + *name_at + 1;
  for (int tries = 0; tries < 2 && expected < end; ++tries, ++expected) {
    if (!is_written(*expected, name)) continue;
    const std::size_t size = expected->size;
    if (size < 16) return expected;
    const std::size_t room = name_at[1] - name_at[0];
    if (room > size + 1 && name[size] == '"' &&
        std::memcmp(name + 16, expected->name.data() + 16, size - 16) == 0) {
      return expected;
    }
  }
  return nullptr;
}

inline bool Walker::has(const Seen& seen, std::size_t property) const {
  if (property < 64) return ((seen.first >> property) & 1U) != 0;
  return ((workspace_.bits[seen.bits + property / 64 - 1] >> (property % 64)) & 1U) != 0;
}

inline bool Walker::add(Seen& seen, std::size_t property) {
  std::uint64_t& word = property < 64 ? seen.first : workspace_.bits[seen.bits + property / 64 - 1];
  const std::uint64_t bit = std::uint64_t{1} << (property % 64);
  const bool is_new = (word & bit) == 0;
  word |= bit;
  return is_new;
}

template <Mode M>
[[gnu::always_inline]] inline bool Walker::read_name(Place at, SeenName& out) {
  const StringToken token = read_string(text_, at);
  const auto begin = static_cast<std::uint32_t>(token.begin - text_);
  const auto size = static_cast<std::uint32_t>(token.size());
  out = SeenName::made(hash_padded_name(token.begin, size), begin, size, false);
  return !escapes_ || read_escaped_name<M>(token, out);
}

template <Mode M>
bool Walker::read_escaped_name(StringToken token, SeenName& out) {
  bool escaped = false;
  const std::uint8_t* const bad = bad_escape(token, escaped);
  if (is_instance(M) && bad != nullptr) {
    malformed(static_cast<std::uint32_t>(bad - text_), "an escape that JSON does not have");
    return false;
  }
  if (!escaped) return true;
  out.where |= SeenName::kEscaped;
  std::string& scratch = workspace_.text_name;
  const std::size_t size = text_of(out, scratch).size();
  scratch.append(8, '\0');
  out.hash = hash_padded_name(reinterpret_cast<const std::uint8_t*>(scratch.data()), size);
  return true;
}

inline std::string_view Walker::text_of(const SeenName& name, std::string& scratch) const {
  const StringToken token{text_ + name.begin(), text_ + name.begin() + name.size()};
  if (!name.escaped()) return as_text(token.bytes());
  return assay::text_of(string_value(token, true), scratch);
}

inline const Property* Walker::find_property(const ObjectChecks& checks, const SeenName& name) {
  const std::size_t mask = checks.table.size() - 1;
  const std::string_view text = text_of(name, workspace_.text_name);
  for (std::size_t slot = name.hash & mask; checks.table[slot] != 0; slot = (slot + 1) & mask) {
    const Property& property = checks.properties[checks.table[slot] - 1];
    if (property.name == text) return &property;
  }
  return nullptr;
}

inline bool Walker::same_name(const SeenName& a, const SeenName& b) {
  return a.hash == b.hash && text_of(a, workspace_.text_a) == text_of(b, workspace_.text_b);
}

template <Mode M>
[[gnu::always_inline]] inline bool Walker::note_name(SeenName name, Seen& seen) {
  auto& names = workspace_.names;
  std::uint64_t& filter = seen.filter[name.hash >> 62U];
  const std::uint64_t bit = std::uint64_t{1} << (name.hash >> 56U & 63U);
  if ((filter & bit) != 0 && is_repeated<M>(name, seen)) return false;
  filter |= bit;
  names.push(name);
  return true;
}

// Tells of it when it is.
template <Mode M>
[[gnu::noinline]] bool Walker::is_repeated(SeenName name, const Seen& seen) {
  auto& names = workspace_.names;
  if (names.size() - seen.names > kFewNames) return false;
  for (std::size_t i = seen.names; i < names.size(); ++i) {
    if (!same_name(names[i], name)) continue;
    violates<M>("duplicate_key", nullptr, [] { return std::string("stands twice in its object"); });
    return true;
  }
  return false;
}

// The object is over: looks for repetitions among many names, and forgets them.
template <Mode M>
bool Walker::end_names(const Seen& seen) {
  auto& names = workspace_.names;
  if (names.size() - seen.names > kFewNames) {
    std::sort(&names[seen.names], &names[names.size() - 1] + 1,
              [](const SeenName& a, const SeenName& b) { return a.hash < b.hash; });
    for (std::size_t i = seen.names; i < names.size(); ++i) {
      for (std::size_t j = i + 1; j < names.size() && names[j].hash == names[i].hash && values_.step(); ++j) {
        if (!same_name(names[i], names[j])) continue;
        const std::size_t trail = workspace_.trail.size();
        if constexpr (tells(M)) {
          workspace_.trail.written(
              {reinterpret_cast<const char*>(text_) + names[i].begin(), names[i].size()});
        }
        violates<M>("duplicate_key", nullptr, [] { return std::string("stands twice in its object"); });
        if constexpr (tells(M)) workspace_.trail.shrink_to(trail);
        break;
      }
    }
  }
  names.shrink_to(seen.names);
  return true;
}

}  // namespace assay::schema::json
