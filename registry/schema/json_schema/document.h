// The text of a schema as a tree: members in the order written, numbers as written. Only for compiling; never
// for records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "record/number.h"

namespace assay::schema::json {

struct Json {
  enum class Type : std::uint8_t { null, boolean, number, string, array, object };

  Type type = Type::null;
  bool boolean = false;
  std::string text;              // of a string, without escapes
  std::optional<Number> number;  // of a number
  std::vector<Json> items;
  struct Member;
  std::vector<Member> members;

  bool is(Type wanted) const { return type == wanted; }
  // Nothing when this is no object or has no such member.
  const Json* find(std::string_view name) const;
};

struct Json::Member {
  std::string name;
  Json value;
};

// `invalid` with the byte when it is no JSON text (RFC 8259) or has a member twice; `too_large` when nested
// too deep.
Result<Json> parse_document(std::string_view text, const Limits& limits);

// JSON numbers by value, objects without regard to order: 1 equals 1.0.
bool deep_equal(const Json& a, const Json& b);

// For messages: at most `bytes_max`, compact, cut with "...".
std::string describe(const Json& json, std::size_t bytes_max);

}  // namespace assay::schema::json
