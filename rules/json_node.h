// A rule file's JSON as a tree that knows where each value stands, and keeps numbers as they are written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace assay::rules {

struct JsonNode {
  enum class Type : std::uint8_t { null, boolean, number, string, array, object };
  Type type = Type::null;
  bool boolean = false;
  std::size_t offset = 0;          // of the value, in bytes
  std::size_t name_offset = 0;     // of its name, for a member
  std::string name;                // of a member
  std::string text;                // string: what it says; number: as written
  std::vector<JsonNode> children;  // items, or members in the order of the text, the same name twice included

  bool is(Type wanted) const { return type == wanted; }
  const JsonNode* member(std::string_view wanted) const;
};

// "a string", "an object".
std::string_view to_string(JsonNode::Type type);

// The same JSON again, numbers as written, without white space.
std::string to_json(const JsonNode& node);

// The value that a JSON Pointer (RFC 6901) names, or the last one on the way to it that is there.
const JsonNode& nearest_node(const JsonNode& root, std::string_view pointer);

struct ParsedNode {
  JsonNode root;
  std::string error;             // empty: it is JSON
  std::size_t error_offset = 0;  // where it stops being that
};

// RFC 8259, by nlohmann_json. Bounded by limits.depth_max and limits.schema_nodes_max.
ParsedNode parse_node(std::string_view text, const Limits& limits);

}  // namespace assay::rules
