#include "registry/schema/avro/model.h"

#include <algorithm>

namespace assay::schema::avro {
namespace {

// Passes over the schema in which recursive types learn their least size. Any number is sound: sizes only
// grow.
constexpr int kMeasurePasses = 4;
constexpr std::uint64_t kBytesMinMax = std::uint64_t{1} << 40;

std::uint64_t least_branch(const Model& model, const Node& node) {
  std::uint64_t least = kBytesMinMax;
  for (const NodeId part : node.parts) least = std::min(least, model.at(part).bytes_min);
  return 1 + least;
}

std::uint64_t least_fields(const Model& model, const Node& node) {
  std::uint64_t sum = 0;
  for (const Field& field : node.fields) sum = std::min(kBytesMinMax, sum + model.at(field.type).bytes_min);
  return sum;
}

std::uint64_t least(const Model& model, const Node& node) {
  switch (node.type) {
    case Type::null:
      return 0;
    case Type::float32:
      return 4;
    case Type::float64:
      return 8;
    case Type::fixed:
      return node.size;
    case Type::union_of:
      return least_branch(model, node);
    case Type::record:
      return least_fields(model, node);
    default:
      return 1;
  }
}

}  // namespace

bool inlines(const Node& child, std::uint32_t parent_finished) {
  return child.finished < parent_finished && child.inline_ops <= kInlineOpsMax;
}

std::uint32_t ops_of(const Model& model, NodeId id, std::uint32_t parent_finished) {
  // Ids beyond the nodes are names not resolved yet: they become calls.
  if (id >= model.nodes.size()) return 1;
  const Node& node = model.at(id);
  if (node.type == Type::record) {
    return node.finished != 0 && inlines(node, parent_finished) ? node.inline_ops : 1;
  }
  std::uint32_t ops = node.type == Type::union_of ? 2 : 3;
  for (const NodeId part : node.parts)
    ops = std::min(ops + 1 + ops_of(model, part, parent_finished), 1U << 20);
  return node.parts.empty() ? 1 : ops;
}

void measure(Model& model) {
  for (int pass = 0; pass < kMeasurePasses; ++pass) {
    for (Node& node : model.nodes) node.bytes_min = std::max(node.bytes_min, least(model, node));
    for (auto node = model.nodes.rbegin(); node != model.nodes.rend(); ++node) {
      node->bytes_min = std::max(node->bytes_min, least(model, *node));
    }
  }
}

Logical logical_of(const Node& node) {
  if (node.type == Type::enumeration) return Logical::enumeration;
  switch (node.meaning) {
    case Meaning::none:
      return Logical::none;
    case Meaning::decimal:
      return Logical::decimal;
    case Meaning::uuid:
      return Logical::uuid;
    case Meaning::date:
      return Logical::date;
    case Meaning::time_ms:
      return Logical::time_ms;
    case Meaning::time_us:
      return Logical::time_us;
    case Meaning::timestamp_ms:
    case Meaning::local_timestamp_ms:
      return Logical::timestamp_ms;
    case Meaning::timestamp_us:
    case Meaning::local_timestamp_us:
      return Logical::timestamp_us;
    case Meaning::timestamp_ns:
    case Meaning::local_timestamp_ns:
      return Logical::timestamp_ns;
    case Meaning::duration:
      return Logical::duration;
  }
  return Logical::none;
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::null:
      return "null";
    case Type::boolean:
      return "boolean";
    case Type::int32:
      return "int";
    case Type::int64:
      return "long";
    case Type::float32:
      return "float";
    case Type::float64:
      return "double";
    case Type::bytes:
      return "bytes";
    case Type::string:
      return "string";
    case Type::record:
      return "record";
    case Type::enumeration:
      return "enum";
    case Type::array:
      return "array";
    case Type::map:
      return "map";
    case Type::union_of:
      return "union";
    case Type::fixed:
      return "fixed";
  }
  return "unknown";
}

std::string describe(const Model& model, NodeId id) {
  const Node& node = model.at(id);
  if (node.named()) return std::string(type_name(node.type)) + " " + node.name;
  std::string text(type_name(node.type));
  for (std::size_t i = 0; i < node.parts.size() && i < 8; ++i) {
    const Node& part = model.at(node.parts[i]);
    text += i == 0 ? " of " : ", ";
    text += part.named() ? std::string_view(part.name) : type_name(part.type);
  }
  return node.parts.size() > 8 ? text + ", …" : text;
}

}  // namespace assay::schema::avro
