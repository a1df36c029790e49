#include "registry/schema/avro/facts.h"

#include <algorithm>
#include <deque>
#include <unordered_set>

namespace assay::schema::avro {
namespace {

Kind kind_of(const Node& node) {
  switch (node.type) {
    case Type::null:
      return Kind::null;
    case Type::boolean:
      return Kind::boolean;
    case Type::int32:
    case Type::int64:
      return Kind::integer;
    case Type::float32:
    case Type::float64:
      return Kind::real;
    case Type::bytes:
    case Type::fixed:
      return node.meaning == Meaning::decimal ? Kind::decimal : Kind::bytes;
    case Type::string:
    case Type::enumeration:
      return Kind::string;
    case Type::array:
      return Kind::array;
    default:
      return Kind::object;
  }
}

// A place on the way through the schema, for paths().
struct Visit {
  NodeId node = 0;
  Path path;
  std::vector<NodeId> records;  // entered on the way
};

}  // namespace

// Unions hold no unions: one level.
void AvroFacts::add(NodeId id, Standing& standing) const {
  const Node& node = model_->at(id);
  if (node.type == Type::union_of) {
    standing.nodes.insert(node.parts.begin(), node.parts.end());
  } else {
    standing.nodes.insert(id);
  }
}

AvroFacts::Standing AvroFacts::step(const Standing& from, const Step& step) const {
  Standing to;
  to.always = from.always;
  for (const NodeId id : from.nodes) {
    const Node& node = model_->at(id);
    const bool container = node.type == Type::map || (node.type == Type::array && step.each);
    if (container) {
      add(node.parts[0], to);
      to.tags.insert(from.tags.begin(), from.tags.end());
      to.always = false;
      continue;
    }
    const auto field = step.each || node.type != Type::record
                           ? node.fields.end()
                           : std::find_if(node.fields.begin(), node.fields.end(),
                                          [&](const Field& f) { return f.name == step.name; });
    if (field == node.fields.end()) {
      to.always = false;
      continue;
    }
    add(field->type, to);
    to.tags.insert(field->tags.begin(), field->tags.end());
  }
  return to;
}

assay::Type AvroFacts::type_at(const Path& path) const {
  Standing at;
  add(model_->root, at);
  for (const Step& next : path.steps) at = step(at, next);
  assay::Type type;
  if (at.nodes.empty()) return type;
  bool first = true;
  for (const NodeId id : at.nodes) {
    const Node& node = model_->at(id);
    at.tags.insert(node.tags.begin(), node.tags.end());
    if (node.type == Type::null) {
      at.always = false;
      continue;
    }
    type.kinds.add(kind_of(node));
    const Logical logical = logical_of(node);
    type.logical = first || type.logical == logical ? logical : Logical::none;
    first = false;
  }
  type.presence = at.always ? Presence::always : Presence::possible;
  type.tags.assign(at.tags.begin(), at.tags.end());
  return type;
}

std::vector<std::string> AvroFacts::paths(std::size_t max) const {
  std::vector<std::string> found;
  std::unordered_set<std::string> known;
  std::deque<Visit> queue;
  queue.push_back({model_->root, {}, {}});
  const auto arrive = [&](NodeId type, const Visit& from, Step step) {
    Visit to{type, from.path, from.records};
    to.path.steps.push_back(std::move(step));
    std::string text = to_string(to.path);
    if (found.size() < max && known.insert(text).second) found.push_back(std::move(text));
    queue.push_back(std::move(to));
  };
  // Branches that name the same paths again keep the queue going: it is bounded on its own.
  for (std::size_t visits = 0; !queue.empty() && found.size() < max && visits < 4 * max; ++visits) {
    Visit visit = std::move(queue.front());
    queue.pop_front();
    const Node& node = model_->at(visit.node);
    if (node.type == Type::union_of) {
      // In place of the union: its branches are no step further down.
      for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part) {
        queue.push_front({*part, visit.path, visit.records});
      }
    } else if (node.type == Type::array || node.type == Type::map) {
      arrive(node.parts[0], visit, {true, {}});
    } else if (node.type == Type::record &&
               std::count(visit.records.begin(), visit.records.end(), visit.node) < 2) {
      visit.records.push_back(visit.node);
      for (const Field& field : node.fields) arrive(field.type, visit, {false, field.name});
    }
  }
  return found;
}

}  // namespace assay::schema::avro
