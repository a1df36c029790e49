// A schema with everything it refers to, as nodes: one for each schema object that is reachable, keywords
// typed, references followed. Compiling a program, facts and messages start from it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "record/formats.h"
#include "record/pattern.h"
#include "registry/schema/json_schema/document.h"
#include "registry/schema/schema.h"

namespace assay::schema::json {

enum class Dialect : std::uint8_t { draft4, draft6, draft7, draft2019, draft2020 };

// Kinds of values as `type` tells them apart. `real` is a number that is no integer.
using TypeMask = std::uint8_t;
inline constexpr TypeMask kNull = 1, kBoolean = 2, kInteger = 4, kReal = 8, kString = 16, kArray = 32,
                          kObject = 64;
inline constexpr TypeMask kNumber = kInteger | kReal, kAnyType = 127;
std::string type_names(TypeMask types);  // "string or null"

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xffffffff;

using Count = std::optional<std::uint64_t>;

struct Node {
  std::string place;  // for errors: "#/properties/age", with the URI where it is another document's
  Dialect dialect = Dialect::draft7;
  const Json* source = nullptr;
  bool never = false;  // the schema `false`
  TypeMask types = kAnyType;
  NodeId ref = kNoNode;

  std::optional<Number> minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;
  Count min_length, max_length;
  std::optional<Pattern> pattern;
  std::optional<TextFormat> format;
  std::string unsupported_format;  // one that Assay does not check: an error where formats are asserted
  const Json* constant = nullptr;
  const Json* enumeration = nullptr;  // an array

  std::vector<NodeId> prefix_items;
  NodeId items = kNoNode;  // behind the prefix
  NodeId contains = kNoNode;
  Count min_items, max_items, min_contains, max_contains;
  bool unique_items = false;

  std::vector<std::pair<std::string, NodeId>> properties;
  std::vector<std::pair<Pattern, NodeId>> pattern_properties;
  NodeId additional = kNoNode;
  NodeId property_names = kNoNode;
  std::vector<std::string> required;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  std::vector<std::pair<std::string, NodeId>> dependent_schemas;
  Count min_properties, max_properties;

  std::vector<NodeId> all_of, any_of, one_of;
  NodeId negated = kNoNode, if_ = kNoNode, then_ = kNoNode, else_ = kNoNode;

  std::string title;
  std::vector<std::string> tags;  // confluent:tags

  // Schemas that look at the same value as this one.
  std::vector<NodeId> in_place() const;
};

struct Graph {
  std::vector<std::unique_ptr<Json>> documents;  // what the nodes point into
  std::vector<Node> nodes;
  NodeId root = 0;
};

// Errors as json::parse. Nodes that a definition nobody refers to would make are not made.
Result<std::shared_ptr<const Graph>> read_graph(std::string_view text, std::span<const Reference> references,
                                                const Limits& limits);

}  // namespace assay::schema::json
