// A parsed Avro schema: nodes in a vector, children by index, so that recursive types need no owning cycles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/value.h"

namespace assay::schema::avro {

using NodeId = std::uint32_t;

enum class Type : std::uint8_t {
  null,
  boolean,
  int32,
  int64,
  float32,
  float64,
  bytes,
  string,
  record,
  enumeration,
  array,
  map,
  union_of,
  fixed,
};

// A logical type that is valid where it stands; an invalid annotation is `none`, as the specification wants
// it.
enum class Meaning : std::uint8_t {
  none,
  decimal,
  uuid,
  date,
  time_ms,
  time_us,
  timestamp_ms,
  timestamp_us,
  timestamp_ns,
  local_timestamp_ms,
  local_timestamp_us,
  local_timestamp_ns,
  duration,
};

struct Field {
  std::string name;
  NodeId type = 0;
  std::vector<std::string> aliases;
  std::vector<std::string> tags;            // `confluent:tags`, sorted
  std::optional<std::string> default_json;  // compact
  std::string order;                        // "" for ascending
};

struct Node {
  Type type = Type::null;
  Meaning meaning = Meaning::none;
  std::uint32_t precision = 0;  // decimal
  std::uint32_t scale = 0;      // decimal
  std::uint32_t size = 0;       // fixed
  std::uint32_t finished =
      0;  // rank in which definitions ended: a child that ended before its parent is no recursion
  std::uint32_t inline_ops = 0;  // record: operations if written out in place (see kInlineOpsMax)
  std::uint64_t bytes_min = 0;   // no value of this type is shorter; a lower bound for recursive types
  std::string name;              // full name of record, enumeration and fixed
  std::vector<std::string> aliases;
  std::vector<std::string> tags;  // `confluent:tags` of the type itself, sorted
  std::vector<Field> fields;
  std::vector<std::string> symbols;
  std::optional<std::string> default_symbol;
  std::vector<NodeId> parts;  // branches of a union; the one item or value type of an array or map

  bool named() const { return type == Type::record || type == Type::enumeration || type == Type::fixed; }
};

struct Model {
  std::vector<Node> nodes;
  NodeId root = 0;

  const Node& at(NodeId id) const { return nodes[id]; }
};

// Records up to this many operations are compiled in place, where they are used; longer or recursive ones
// become subroutines. Bounds the program: at most this many operations for each node of the schema.
inline constexpr std::uint32_t kInlineOpsMax = 32;

// Whether the compiler writes out record `child` inside `parent` (both finished).
bool inlines(const Node& child, std::uint32_t parent_finished);

// The operations that a value of this type takes inside a record that finishes as number `parent_finished`.
std::uint32_t ops_of(const Model& model, NodeId id, std::uint32_t parent_finished);

// Fills `bytes_min` of every node.
void measure(Model& model);

// What readers of values are told.
Logical logical_of(const Node& node);
// "int", "record", …: the names of the specification.
std::string_view type_name(Type type);
// "com.example.Order" or "array of string", for messages.
std::string describe(const Model& model, NodeId id);

}  // namespace assay::schema::avro
