// From ECMA-262 patterns to RE2's syntax, and to a simple form where the pattern has one. Behind
// record/pattern.h.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace assay {

// The ASCII characters of a class, and whether all other code points belong to it.
struct CharSet {
  std::uint64_t bits[2] = {0, 0};
  bool beyond_ascii = false;

  bool has_ascii(unsigned char c) const { return (bits[c >> 6U] >> (c & 63U)) & 1U; }
  void add_ascii(unsigned char c) { bits[c >> 6U] |= std::uint64_t{1} << (c & 63U); }
  bool meets(const CharSet& other) const {
    return (bits[0] & other.bits[0]) != 0 || (bits[1] & other.bits[1]) != 0 ||
           (beyond_ascii && other.beyond_ascii);
  }
};

// A concatenation of character classes with counts: ^[A-Z]{2,3}-\d+$
struct SimplePattern {
  static constexpr std::uint32_t kNoMax = std::numeric_limits<std::uint32_t>::max();
  struct Run {
    CharSet set;
    std::uint32_t min = 1;
    std::uint32_t max = 1;
  };
  bool at_start = false;
  bool at_end = false;
  std::vector<Run> runs;
  // When every run is one ASCII character: the text.
  std::optional<std::string> literal;
};

struct PatternSyntax {
  std::string re2;
  std::optional<SimplePattern> simple;  // it may need backtracking all the same
};

// Errors as Pattern::compile.
Result<PatternSyntax> parse_pattern(std::string_view ecma);

}  // namespace assay
