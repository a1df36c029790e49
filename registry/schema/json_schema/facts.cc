#include "registry/schema/json_schema/facts.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace assay::schema::json {
namespace {

KindSet kinds_of(TypeMask types) {
  KindSet out;
  if ((types & kNull) != 0) out.add(Kind::null);
  if ((types & kBoolean) != 0) out.add(Kind::boolean);
  // 1.0 is an integer too, and so is one of a hundred digits.
  if ((types & kNumber) != 0) out.add(KindSet{Kind::integer, Kind::natural, Kind::number});
  if ((types & kString) != 0) out.add(Kind::string);
  if ((types & kArray) != 0) out.add(Kind::array);
  if ((types & kObject) != 0) out.add(Kind::object);
  return out;
}

constexpr KindSet kAllKinds{Kind::null,   Kind::boolean, Kind::integer, Kind::natural,
                            Kind::number, Kind::string,  Kind::array,   Kind::object};

KindSet common(KindSet a, KindSet b) {
  KindSet out;
  for (const Kind kind : {Kind::null, Kind::boolean, Kind::integer, Kind::natural, Kind::number, Kind::string,
                          Kind::array, Kind::object}) {
    if (a.has(kind) && b.has(kind)) out.add(kind);
  }
  return out;
}

void add_tags(Type& type, const std::vector<std::string>& tags) {
  std::set<std::string> all(type.tags.begin(), type.tags.end());
  all.insert(tags.begin(), tags.end());
  type.tags.assign(all.begin(), all.end());
}

// Both schemas hold.
Type both(Type a, const Type& b) {
  const bool impossible = a.presence == Presence::impossible || b.presence == Presence::impossible;
  a.presence = impossible ? Presence::impossible : std::max(a.presence, b.presence);
  a.kinds = common(a.kinds, b.kinds);
  add_tags(a, b.tags);
  return a;
}

// One of the schemas holds.
Type either(Type a, const Type& b) {
  if (a.presence != b.presence) {
    const Presence low = std::min(a.presence, b.presence);
    const Presence high = std::max(a.presence, b.presence);
    a.presence = low == Presence::impossible && high == Presence::open ? Presence::open : Presence::possible;
  }
  a.kinds.add(b.kinds);
  add_tags(a, b.tags);
  return a;
}

class Finder {
 public:
  Finder(const Graph& graph, const std::vector<Step>& steps) : graph_(graph), steps_(steps), types_(graph) {}

  // What stands behind the steps from `depth` on, in a value of that node.
  Type find(NodeId id, std::size_t depth) {
    const auto known = known_.find({id, depth});
    if (known != known_.end()) return known->second;
    Type out = own(id, depth);
    const Node& node = graph_.nodes[id];
    if (node.ref != kNoNode) out = both(out, find(node.ref, depth));
    for (const NodeId branch : node.all_of) out = both(out, find(branch, depth));
    for (const auto* list : {&node.any_of, &node.one_of}) {
      if (list->empty()) continue;
      Type sum = find(list->front(), depth);
      for (const NodeId branch : *list) sum = either(sum, find(branch, depth));
      out = both(out, sum);
    }
    if (node.if_ != kNoNode && (node.then_ != kNoNode || node.else_ != kNoNode)) {
      const auto arm = [&](NodeId branch) { return branch == kNoNode ? open() : find(branch, depth); };
      out = both(out, either(arm(node.then_), arm(node.else_)));
    }
    for (const auto& [name, schema] : node.dependent_schemas)
      out = both(out, either(open(), find(schema, depth)));
    known_.emplace(std::pair(id, depth), out);
    return out;
  }

 private:
  static Type open() { return Type{Presence::open, kAllKinds, Logical::none, {}}; }

  Type own(NodeId id, std::size_t depth) {
    const Node& node = graph_.nodes[id];
    if (depth == steps_.size()) {
      return Type{node.never ? Presence::impossible : Presence::always, kinds_of(node.types), Logical::none,
                  node.tags};
    }
    const Step& step = steps_[depth];
    return step.each ? each(node, depth) : member(node, step.name, depth);
  }

  Type child(NodeId id, std::size_t depth, Presence at_most) {
    Type out = find(id, depth + 1);
    out.presence = std::min(out.presence, at_most);
    return out;
  }

  Type member(const Node& node, const std::string& name, std::size_t depth) {
    if ((node.types & kObject) == 0) return Type{};
    const bool required = std::find(node.required.begin(), node.required.end(), name) != node.required.end();
    const Presence presence = required && node.types == kObject ? Presence::always : Presence::possible;
    Type out;
    bool named = false;
    const auto add = [&](NodeId id) {
      out = named ? both(out, child(id, depth, presence)) : child(id, depth, presence);
      named = true;
    };
    for (const auto& [known, id] : node.properties) {
      if (known == name) add(id);
    }
    for (const auto& [pattern, id] : node.pattern_properties) {
      if (pattern.search(name)) add(id);
    }
    if (!named && node.additional != kNoNode) add(node.additional);
    if (named) return out;
    Type unnamed = open();
    if (required) unnamed.presence = depth + 1 == steps_.size() ? presence : Presence::open;
    return unnamed;
  }

  Type each(const Node& node, std::size_t depth) {
    std::vector<NodeId> values;
    bool unnamed = false;
    if ((node.types & kArray) != 0) {
      values.insert(values.end(), node.prefix_items.begin(), node.prefix_items.end());
      node.items == kNoNode ? void(unnamed = true) : values.push_back(node.items);
    }
    if ((node.types & kObject) != 0) {
      for (const auto& [name, id] : node.properties) values.push_back(id);
      for (const auto& [pattern, id] : node.pattern_properties) values.push_back(id);
      node.additional == kNoNode ? void(unnamed = true) : values.push_back(node.additional);
    }
    Type out = unnamed ? open() : Type{};
    // An array's items count more than what an untyped schema also allows.
    bool first = !unnamed;
    for (const NodeId id : values) {
      const Type one = child(id, depth, Presence::possible);
      out = first ? one : either(out, one);
      first = false;
    }
    return out;
  }

  const Graph& graph_;
  const std::vector<Step>& steps_;
  TypesOf types_;
  std::map<std::pair<NodeId, std::size_t>, Type> known_;
};

// A path on the way, with the nodes it came by.
struct Trail {
  NodeId node;
  Path path;
  std::vector<NodeId> behind;
};

}  // namespace

Type Facts::type_at(const Path& path) const {
  Type out = Finder(*graph_, path.steps).find(graph_->root, 0);
  if (out.kinds.empty()) out.presence = Presence::impossible;
  if (out.presence == Presence::impossible) out = Type{};
  return out;
}

std::vector<std::string> Facts::paths(std::size_t max) const {
  std::vector<std::string> out;
  std::set<std::string> known;
  std::deque<Trail> waiting{{graph_->root, Path{}, {}}};
  // Bounds the work where references make many ways to the same few names.
  std::size_t budget = 16 * max + 1000;
  while (!waiting.empty() && out.size() < max && budget-- > 0) {
    const Trail trail = std::move(waiting.front());
    waiting.pop_front();
    const Node& node = graph_->nodes[trail.node];
    if (std::count(trail.behind.begin(), trail.behind.end(), trail.node) > 1) continue;
    std::vector<NodeId> behind = trail.behind;
    behind.push_back(trail.node);
    const auto go = [&](NodeId next, const Step& step) {
      Path path = trail.path;
      path.steps.push_back(step);
      const std::string text = to_string(path);
      if (out.size() < max && known.insert(text).second) out.push_back(text);
      waiting.push_back({next, std::move(path), behind});
    };
    for (const auto& [name, id] : node.properties) go(id, Step{false, name});
    for (const NodeId id : node.prefix_items) go(id, Step{true, {}});
    if (node.items != kNoNode) go(node.items, Step{true, {}});
    for (const auto& [pattern, id] : node.pattern_properties) go(id, Step{true, {}});
    if (node.additional != kNoNode && !graph_->nodes[node.additional].never)
      go(node.additional, Step{true, {}});
    // What looks at the same value comes next: its names are as near.
    const std::vector<NodeId> same = node.in_place();
    for (auto at = same.rbegin(); at != same.rend(); ++at) {
      if (*at != node.negated && *at != node.if_) waiting.push_front({*at, trail.path, behind});
    }
  }
  return out;
}

}  // namespace assay::schema::json
