// One regular expression of a schema or rule: written in ECMA-262 (as JSON Schema asks for), run in linear
// time by RE2, or without it where it is simple: literal text at the start, at the end or anywhere, or one
// run of a character class.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace assay {

// Immutable; copies share the automaton. Any thread.
class Pattern {
 public:
  // `invalid` when `ecma` is no ECMA-262 pattern (flag u), `unsupported` with the construct named when it is
  // one that cannot run in linear time or that RE2 does not have (look-around, back references, repetition
  // above 1,000), `too_large` when its automaton needs over `memory_bytes_max`.
  static Result<Pattern> compile(std::string_view ecma, std::size_t memory_bytes_max);

  // Whether it matches somewhere in `text` (no implied anchors). REQUIRES: valid UTF-8.
  bool search(std::string_view text) const;

  const std::string& text() const;  // as written
  bool simple() const;              // runs without RE2

 private:
  struct Program;
  explicit Pattern(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

// Undoes ECMA-262 syntax that RE2 spells otherwise. Errors as Pattern::compile. For tests beside it.
Result<std::string> re2_syntax_of(std::string_view ecma);

}  // namespace assay
