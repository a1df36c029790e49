// Where something stands in a JSON file, for error messages: people fix "rules/age.json:7:21", not
// "/rules/0/check".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

struct TextPosition {
  std::uint32_t line = 1;    // from 1
  std::uint32_t column = 1;  // from 1, in bytes
};

// Line and column of a byte offset.
TextPosition position_of(std::string_view text, std::size_t offset);

// "a~1b" for "a/b": one reference token of a JSON Pointer.
std::string pointer_token(std::string_view name);

// The candidate nearest to a misspelt word, if it is near enough to be meant. `candidates` is any range of
// text.
template <class Range>
std::optional<std::string> nearest(std::string_view word, const Range& candidates);

// Levenshtein distance, given up (returned as limit + 1) beyond `limit`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

template <class Range>
std::optional<std::string> nearest(std::string_view word, const Range& candidates) {
  std::size_t best = word.size() / 3 + 1;
  std::optional<std::string> found;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate, best);
    if (distance < best || (distance == best && !found)) {
      best = distance;
      found = std::string(candidate);
    }
  }
  return found;
}

}  // namespace assay
