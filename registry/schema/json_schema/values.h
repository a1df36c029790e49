// Values of an indexed text, compared with one another and with those of a schema. Numbers by value, exactly;
// names and strings without their escapes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "registry/schema/json_schema/program.h"
#include "registry/schema/json_schema/token.h"
#include "registry/schema/json_schema/workspace.h"

namespace assay::schema::json {

// The offset of a token, among the others.
using Place = const std::uint32_t*;

// REQUIRES everywhere: what stands at a Place is a well-formed value. A budget spent makes every answer
// false.
class Values {
 public:
  Values(const std::uint8_t* text, bool escapes, Workspace& workspace, std::uint64_t steps_max)
      : text_(text), escapes_(escapes), workspace_(workspace), steps_max_(steps_max) {}

  bool is_among(const Constants& constants, Place start, const Value& value);
  // REQUIRES: the strings of `constants` are few; the text stands in the indexed text, without escapes.
  static bool is_among_few(const Constants& constants, std::string_view text);
  // Whether no two of the items noted since `first` (in Workspace::items) are equal.
  bool all_different(std::size_t first);

  // The text of a string, without escapes, in `scratch` when it has any.
  std::string_view text_of(StringToken token, std::string& scratch) const;
  // The first place behind the value.
  Place behind(Place at);
  // The whole value as it is written; up to `end` (where the body's NUL stands) when it is a container that
  // does not close.
  Bytes span(Place start, std::uint32_t end) const;
  // REQUIRES: `count` is that of the container.
  Value container(Kind kind, Place start, Place end, std::uint32_t count) const;
  Value scalar(Place at) const;

  bool step() { return take(1); }
  bool take(std::uint64_t steps) { return (steps_ += steps) <= steps_max_; }
  std::uint64_t steps() const { return steps_; }
  bool spent() const { return steps_ > steps_max_; }

 private:
  Token token_at(Place at) const { return kTokens[text_[*at]]; }
  bool equals(const Json& json, Place& at);
  bool equals_object(const Json& json, Place& at);
  bool equal(Place& a, Place& b);
  bool equal_scalars(Token token, Place a, Place b);
  bool equal_objects(Place& a, Place& b);
  std::uint64_t hash(Place& at);
  std::uint64_t hash_text(std::string_view text) const;

  const std::uint8_t* const text_;
  const bool escapes_;
  Workspace& workspace_;
  std::uint64_t steps_ = 0;
  const std::uint64_t steps_max_;
};

}  // namespace assay::schema::json
