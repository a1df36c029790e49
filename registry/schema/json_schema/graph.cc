#include "registry/schema/json_schema/graph.h"

#include <fmt/format.h>

#include <array>
#include <deque>
#include <unordered_map>

#include "registry/schema/json_schema/keywords.h"
#include "registry/schema/json_schema/resources.h"
#include "registry/schema/json_schema/uri.h"

namespace assay::schema::json {
namespace {

class Reader {
 public:
  Reader(Graph& graph, const Limits& limits) : graph_(graph), limits_(limits) {}

  Result<void> read(std::string_view text, std::span<const Reference> references) {
    const Json* document = nullptr;
    if (auto done = parse(text, document); !done) return done;
    auto root = resources_.add(*document, "", Dialect::draft7);
    if (!root) return root.error();
    for (const Reference& reference : references) {
      if (auto done = add_reference(reference, *root); !done) return done.error().within(reference.name);
    }
    graph_.root = node_at(*root);
    while (!waiting_.empty()) {
      if (auto done = read_next(); !done) return done;
    }
    return find_loops();
  }

 private:
  Result<void> parse(std::string_view text, const Json*& document) {
    bytes_ += text.size();
    if (bytes_ > limits_.schema_bytes_max) return Error(ErrorCode::too_large, "a schema with its references");
    auto parsed = parse_document(text, limits_);
    if (!parsed) return parsed.error();
    if (!parsed->is(Json::Type::object) && !parsed->is(Json::Type::boolean)) {
      return Error(ErrorCode::invalid, "a schema must be an object, true or false");
    }
    document = graph_.documents.emplace_back(std::make_unique<Json>(std::move(*parsed))).get();
    return {};
  }

  Result<void> add_reference(const Reference& reference, const Place& root) {
    const Json* document = nullptr;
    if (auto done = parse(reference.text, document); !done) return done;
    auto place = resources_.add(*document, resolve_uri(root.base, reference.name), root.dialect);
    if (!place) return place.error();
    resources_.add_alias(split_fragment(reference.name).uri, *place);
    return {};
  }

  NodeId node_at(const Place& place) {
    const auto known = ids_.find(place.schema);
    if (known != ids_.end()) return known->second;
    const auto id = static_cast<NodeId>(ids_.size());
    ids_.emplace(place.schema, id);
    waiting_.emplace_back(place, id);
    return id;
  }

  Result<void> read_next() {
    const auto [place, id] = std::move(waiting_.front());
    waiting_.pop_front();
    if (ids_.size() > limits_.schema_nodes_max) {
      return Error(ErrorCode::too_large, fmt::format("over {} schemas in one", limits_.schema_nodes_max));
    }
    Node node;
    node.place = place.base + '#' + place.pointer;
    node.dialect = place.dialect;
    node.source = place.schema;
    if (!place.schema->is(Json::Type::object) && !place.schema->is(Json::Type::boolean)) {
      return Error(ErrorCode::invalid, node.place + ": a schema must be an object, true or false");
    }
    const auto subschema = [&](const Json& schema, const std::string& pointer) {
      return node_at(resources_.below(place, schema, pointer));
    };
    const auto follow = [&](const std::string& reference) -> Result<NodeId> {
      auto target = resources_.follow(place, reference);
      if (!target) return target.error();
      return node_at(*target);
    };
    if (auto done = KeywordReader(*place.schema, node, subschema, follow, limits_).read(); !done) return done;
    graph_.nodes.resize(std::max<std::size_t>(graph_.nodes.size(), id + 1U));
    graph_.nodes[id] = std::move(node);
    return {};
  }

  // A schema that comes back to itself at the same value would never end. Depth first, without recursion.
  Result<void> find_loops() const {
    enum class Color : std::uint8_t { white, grey, black };
    std::vector<Color> colors(graph_.nodes.size(), Color::white);
    std::vector<std::pair<NodeId, std::vector<NodeId>>> path;
    for (NodeId start = 0; start < graph_.nodes.size(); ++start) {
      if (colors[start] != Color::white) continue;
      path.emplace_back(start, graph_.nodes[start].in_place());
      colors[start] = Color::grey;
      while (!path.empty()) {
        auto& [node, next] = path.back();
        if (next.empty()) {
          colors[node] = Color::black;
          path.pop_back();
          continue;
        }
        const NodeId child = next.back();
        next.pop_back();
        if (colors[child] == Color::grey) {
          return Error(ErrorCode::invalid, graph_.nodes[child].place + ": refers to itself without end");
        }
        if (colors[child] == Color::black) continue;
        colors[child] = Color::grey;
        path.emplace_back(child, graph_.nodes[child].in_place());
      }
    }
    return {};
  }

  Graph& graph_;
  const Limits& limits_;
  Resources resources_;
  std::size_t bytes_ = 0;
  std::unordered_map<const Json*, NodeId> ids_;
  std::deque<std::pair<Place, NodeId>> waiting_;
};

}  // namespace

std::vector<NodeId> Node::in_place() const {
  std::vector<NodeId> out;
  for (const auto* list : {&all_of, &any_of, &one_of}) out.insert(out.end(), list->begin(), list->end());
  for (const NodeId id : {ref, negated, if_, then_, else_}) {
    if (id != kNoNode) out.push_back(id);
  }
  for (const auto& [name, id] : dependent_schemas) out.push_back(id);
  return out;
}

std::string type_names(TypeMask types) {
  constexpr std::array<std::pair<TypeMask, std::string_view>, 5> kNames = {
      {{kNull, "null"}, {kBoolean, "boolean"}, {kString, "string"}, {kArray, "array"}, {kObject, "object"}}};
  std::vector<std::string_view> names;
  if ((types & kReal) != 0) {
    names.emplace_back("number");
  } else if ((types & kInteger) != 0) {
    names.emplace_back("integer");
  }
  for (const auto& [bit, name] : kNames) {
    if ((types & bit) != 0) names.push_back(name);
  }
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

Result<std::shared_ptr<const Graph>> read_graph(std::string_view text, std::span<const Reference> references,
                                                const Limits& limits) {
  auto graph = std::make_shared<Graph>();
  if (auto done = Reader(*graph, limits).read(text, references); !done) return done.error();
  return std::shared_ptr<const Graph>(std::move(graph));
}

}  // namespace assay::schema::json
