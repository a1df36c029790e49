// From the graph to the program, with the trie of the paths to read. Only the checks of the instance itself
// carry reads; those of branches (`also`, InPlace, `contains`) are lowered without the trie.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <unordered_map>

#include "registry/schema/json_schema/lower_scalars.h"
#include "registry/schema/json_schema/names.h"
#include "registry/schema/json_schema/program.h"
#include "registry/schema/json_schema/types_of.h"

namespace assay::schema::json {
namespace {

using TrieSet = std::vector<TrieNodeId>;  // sorted

class Lowering {
 public:
  Lowering(Program& program, const PathTrie& trie, const CompileOptions& options)
      : program_(program), graph_(*program.graph), trie_(trie), options_(options), types_(graph_) {}

  Result<void> run() {
    program_.root = check(graph_.root, TrieSet{PathTrie::kRoot});
    while (!waiting_.empty()) {
      const Pending next = std::move(waiting_.back());
      waiting_.pop_back();
      if (program_.checks.size() > options_.limits.schema_nodes_max) {
        return Error(ErrorCode::too_large, "the schema is too large for the paths that rules read of it");
      }
      fill(*next.check, next.node, next.trie);
      if (error_) return *error_;
    }
    // Only now is it known how each check is made.
    for (ObjectChecks& object : program_.objects) {
      for (Property& one : object.properties) {
        one.simple = one.size < 16 && one.also.empty() && one.check->by_type == nullptr && !one.check->never;
      }
    }
    return {};
  }

 private:
  struct Pending {
    Check* check;
    NodeId node;
    TrieSet trie;
  };

  // kNoNode: whatever JSON there is.
  Check* check(NodeId node, TrieSet trie) {
    if (node != kNoNode) node = types_.behind_aliases(node);
    std::erase_if(trie, [&](TrieNodeId id) { return is_dead(id); });
    const auto [at, is_new] = checks_.try_emplace({node, trie}, nullptr);
    if (is_new) {
      at->second = &program_.checks.emplace_back();
      waiting_.push_back({at->second, node, std::move(trie)});
    }
    return at->second;
  }

  bool is_dead(TrieNodeId id) const {
    const PathTrie::Node& node = trie_.node(id);
    return !node.reads() && node.fields.empty() && node.each == kNoTrieNode;
  }

  template <class T>
  static T* keep(std::deque<T>& all, T one) {
    return &all.emplace_back(std::move(one));
  }

  void fill(Check& check, NodeId id, const TrieSet& trie) {
    static const Node kAnything;
    const Node& node = id == kNoNode ? kAnything : graph_.nodes[id];
    if (id != kNoNode && types_.is_dispatch(id)) return fill_dispatch(check, id, trie);
    check.types = node.types;
    check.never = node.never;
    check.lexical_integer = node.dialect == Dialect::draft4;
    fill_strings(check, node);
    if (auto made = number_checks_of(node)) check.numbers = keep(program_.numbers, *made);
    fill_array(check, node, trie);
    fill_object(check, node, trie);
    fill_constants(check, node);
    fill_reads(check, trie);
    fill_in_place(check, node);
    check.extra = check.reads != nullptr || check.constants != nullptr || check.in_place != nullptr;
    const bool reads_object =
        check.reads != nullptr && (!check.reads->slots.empty() || !check.reads->leaves.empty());
    check.extra_object = reads_object || check.constants != nullptr || check.in_place != nullptr;
    check.few_strings = check.constants != nullptr && check.reads == nullptr && check.in_place == nullptr &&
                        check.constants->many_strings.empty();
    check.plain = plain_types_of(check);
    check.number_needs = number_needs_of(check);
    const bool heavy = check.in_place != nullptr || check.object != nullptr || check.array != nullptr;
    if (heavy && trie.empty()) check.memo = ++memos_;
  }

  void fill_dispatch(Check& check_here, NodeId id, const TrieSet& trie) {
    const Node& node = graph_.nodes[id];
    // For types that no branch takes: nothing passes, but paths are read.
    Check* none = &program_.checks.emplace_back();
    none->types = types_.of(id);
    fill_array(*none, Node{}, trie);
    fill_object(*none, Node{}, trie);
    fill_reads(*none, trie);
    none->extra = none->reads != nullptr;
    none->extra_object = none->extra;
    none->plain = 0;
    ByType by_type;
    by_type.of.fill(none);
    constexpr std::array<TypeMask, 7> kMasks = {0, kNull, kBoolean, kNumber, kString, kArray, kObject};
    for (const NodeId branch : node.one_of.empty() ? node.any_of : node.one_of) {
      const Check* taken = check(branch, trie);
      for (std::size_t token = 1; token < kMasks.size(); ++token) {
        if ((types_.of(branch) & kMasks[token]) != 0) by_type.of[token] = taken;
      }
    }
    check_here.by_type = keep(program_.by_types, by_type);
    check_here.plain = 0;
    if (trie.empty()) check_here.memo = ++memos_;
  }

  void fill_strings(Check& check, const Node& node) {
    if (options_.assert_formats && !node.unsupported_format.empty() && !error_) {
      error_ = Error(ErrorCode::unsupported, fmt::format("{}/format: Assay does not check \"{}\"", node.place,
                                                         node.unsupported_format));
    }
    if (auto made = string_checks_of(node, options_.assert_formats))
      check.strings = keep(program_.strings, *made);
  }

  void fill_constants(Check& check, const Node& node) {
    // `const` and `enum` together: one goes in place of the other only when it is alone.
    const Json* source = node.constant != nullptr ? node.constant : node.enumeration;
    if (source == nullptr) return;
    check.constants = keep(program_.constants, constants_of(*source, node.constant != nullptr));
    if (node.constant == nullptr || node.enumeration == nullptr) return;
    Check* second = &program_.checks.emplace_back();
    second->constants = keep(program_.constants, constants_of(*node.enumeration, false));
    second->extra = true;
    second->extra_object = true;
    second->plain = 0;
    extra_all_.push_back(second);
  }

  void fill_array(Check& check_here, const Node& node, const TrieSet& trie) {
    const TrieSet each = items_of(trie);
    const bool nothing = node.prefix_items.empty() && node.items == kNoNode && node.contains == kNoNode &&
                         !node.min_items && !node.max_items && !node.unique_items;
    if (nothing && each.empty()) return;
    ArrayChecks out;
    for (const NodeId id : node.prefix_items) out.prefix.push_back(check(id, each));
    out.rest = check(node.items, each);
    if (node.contains != kNoNode) {
      out.contains = check(node.contains, {});
      out.min_contains = node.min_contains.value_or(1);
      out.max_contains = node.max_contains.value_or(out.max_contains);
    }
    out.min = node.min_items.value_or(0);
    out.max = node.max_items.value_or(out.max);
    out.unique = node.unique_items;
    out.only_rest = out.prefix.empty() && out.contains == nullptr && !out.unique;
    check_here.array = keep(program_.arrays, std::move(out));
  }

  TrieSet items_of(const TrieSet& trie) const {
    TrieSet out;
    for (const TrieNodeId id : trie) {
      if (trie_.node(id).each != kNoTrieNode) out.push_back(trie_.node(id).each);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  // `[*]` also stands for each value of an object.
  TrieSet member_of(const TrieSet& trie, std::string_view name) const {
    TrieSet out = items_of(trie);
    for (const TrieNodeId id : trie) {
      const TrieNodeId field = trie_.node(id).field(name);
      if (field != kNoTrieNode) out.push_back(field);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  // Leaves of this trie node and of its members' (not of its items).
  void leaves_from(TrieNodeId id, std::vector<std::string>& steps, std::vector<AbsentLeaf>& out) const {
    const PathTrie::Node& node = trie_.node(id);
    for (const LeafId leaf : node.leaves) out.push_back({leaf, steps});
    for (const auto& [name, field] : node.fields) {
      steps.push_back(name);
      leaves_from(field, steps, out);
      steps.pop_back();
    }
  }

  void fill_reads(Check& check, const TrieSet& trie) {
    Reads out;
    for (const TrieNodeId id : trie) {
      const PathTrie::Node& node = trie_.node(id);
      out.slots.insert(out.slots.end(), node.slots.begin(), node.slots.end());
      out.leaves.insert(out.leaves.end(), node.leaves.begin(), node.leaves.end());
      for (const auto& [name, field] : node.fields) {
        std::vector<std::string> steps{name};
        leaves_from(field, steps, out.below);
      }
    }
    if (out.slots.empty() && out.leaves.empty() && out.below.empty()) return;
    check.reads = keep(program_.reads, std::move(out));
  }

  void fill_object(Check& check_here, const Node& node, const TrieSet& trie);
  std::uint32_t property(ObjectChecks& out, const Node& node, const TrieSet& trie, const std::string& name);
  void fill_names(ObjectChecks& out, const Node& node, const TrieSet& trie);

  void fill_in_place(Check& check_here, const Node& node) {
    InPlace out;
    const auto branch = [&](NodeId id) -> const Check* { return id == kNoNode ? nullptr : check(id, {}); };
    if (node.ref != kNoNode) {
      out.has_ref = true;
      out.all.push_back(branch(node.ref));
    }
    for (const NodeId id : node.all_of) out.all.push_back(branch(id));
    out.all.insert(out.all.end(), extra_all_.begin(), extra_all_.end());
    extra_all_.clear();
    for (const NodeId id : node.any_of) out.any.push_back(branch(id));
    for (const NodeId id : node.one_of) out.one.push_back(branch(id));
    out.negated = branch(node.negated);
    if (node.if_ != kNoNode && (node.then_ != kNoNode || node.else_ != kNoNode)) {
      out.if_ = branch(node.if_);
      out.then_ = branch(node.then_);
      out.else_ = branch(node.else_);
    }
    if (out.all.empty() && out.any.empty() && out.one.empty() && out.negated == nullptr && out.if_ == nullptr)
      return;
    check_here.in_place = keep(program_.in_places, std::move(out));
  }

  Program& program_;
  const Graph& graph_;
  const PathTrie& trie_;
  const CompileOptions& options_;
  TypesOf types_;
  std::map<std::pair<NodeId, TrieSet>, Check*> checks_;
  std::vector<Pending> waiting_;
  std::vector<const Check*> extra_all_;
  std::unordered_map<std::string_view, NodeId> own_;  // the properties of the node being filled
  std::uint32_t memos_ = 0;
  std::optional<Error> error_;
};

// A name that the schema or the trie mentions gets its place in the table, with every schema that applies to
// it.
std::uint32_t Lowering::property(ObjectChecks& out, const Node& node, const TrieSet& trie,
                                 const std::string& name) {
  const std::uint64_t hash = hash_name(name);
  const std::size_t mask = out.table.size() - 1;
  std::size_t slot = hash & mask;
  for (; out.table[slot] != 0; slot = (slot + 1) & mask) {
    if (out.properties[out.table[slot] - 1].name == name) return out.table[slot] - 1;
  }
  out.properties.emplace_back();
  out.table[slot] = static_cast<std::uint32_t>(out.properties.size());
  std::vector<NodeId> schemas;
  const auto own = own_.find(name);
  if (own != own_.end()) schemas.push_back(own->second);
  for (const auto& [pattern, id] : node.pattern_properties) {
    if (pattern.search(name)) schemas.push_back(id);
  }
  if (schemas.empty()) schemas.push_back(node.additional);
  Property made;
  made.name = name;
  made.check = check(schemas[0], member_of(trie, name));
  for (std::size_t i = 1; i < schemas.size(); ++i) made.also.push_back(check(schemas[i], {}));
  for (const TrieNodeId id : trie) {
    const TrieNodeId field = trie_.node(id).field(name);
    std::vector<std::string> steps{name};
    if (field != kNoTrieNode) leaves_from(field, steps, made.absent);
  }
  if (!made.absent.empty()) out.reporting.push_back(static_cast<std::uint32_t>(out.properties.size() - 1));
  made.size = static_cast<std::uint32_t>(name.size());
  out.sizes |= ObjectChecks::size_bit(name.size());
  const bool literal = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  });
  std::array<std::uint8_t, 16> head{};
  const std::string quoted = name + '"';
  const std::size_t size = std::min<std::size_t>(quoted.size(), head.size());
  std::memcpy(head.data(), quoted.data(), size);
  made.head = {load64(head.data()), load64(head.data() + 8)};
  made.mask = {first_bytes(size), size > 8 ? first_bytes(size - 8) : 0};
  if (!literal) {
    made.head = {1, 1};
    made.mask = {0, 0};
  }
  out.properties.back() = std::move(made);
  return static_cast<std::uint32_t>(out.properties.size() - 1);
}

void Lowering::fill_names(ObjectChecks& out, const Node& node, const TrieSet& trie) {
  std::size_t names = node.properties.size() + node.required.size() + node.dependent_schemas.size();
  for (const TrieNodeId id : trie) names += trie_.node(id).fields.size();
  for (const auto& [name, wanted] : node.dependent_required) names += 1 + wanted.size();
  std::size_t size = 4;
  while (size < 2 * names + 1) size *= 2;
  out.table.assign(size, 0);
  own_.clear();
  own_.insert(node.properties.begin(), node.properties.end());
  for (const auto& [name, schema] : node.properties) property(out, node, trie, name);
  for (const std::string& name : node.required) out.required.push_back(property(out, node, trie, name));
  for (const auto& [name, wanted] : node.dependent_required) {
    ObjectChecks::Dependents dependents{property(out, node, trie, name), {}, nullptr};
    for (const std::string& other : wanted) dependents.required.push_back(property(out, node, trie, other));
    out.dependents.push_back(std::move(dependents));
  }
  for (const auto& [name, schema] : node.dependent_schemas) {
    out.dependents.push_back({property(out, node, trie, name), {}, check(schema, {})});
  }
  for (const TrieNodeId id : trie) {
    for (const auto& [name, field] : trie_.node(id).fields) property(out, node, trie, name);
  }
  std::sort(out.required.begin(), out.required.end());
  out.required.erase(std::unique(out.required.begin(), out.required.end()), out.required.end());
  for (const std::uint32_t index : out.required) {
    if (index < 64) out.required_first |= std::uint64_t{1} << index;
  }
}

void Lowering::fill_object(Check& check_here, const Node& node, const TrieSet& trie) {
  const bool named = !node.properties.empty() || !node.required.empty() || !node.dependent_required.empty() ||
                     !node.dependent_schemas.empty();
  const bool checked = !node.pattern_properties.empty() || node.additional != kNoNode ||
                       node.property_names != kNoNode || node.min_properties || node.max_properties;
  if (!named && !checked && trie.empty()) return;
  ObjectChecks out;
  out.additional = check(node.additional, items_of(trie));
  for (const auto& [pattern, id] : node.pattern_properties) {
    out.patterns.emplace_back(&pattern, check(id, items_of(trie)));
  }
  if (node.property_names != kNoNode) out.names = check(node.property_names, {});
  out.min = node.min_properties.value_or(0);
  out.max = node.max_properties.value_or(out.max);
  fill_names(out, node, trie);
  const bool few = out.required.empty() || out.required.back() < 64;
  out.only_required = few && out.dependents.empty() && !node.min_properties && !node.max_properties;
  check_here.object = keep(program_.objects, std::move(out));
}

}  // namespace

const std::uint64_t kNameSeed = (std::uint64_t{std::random_device{}()} << 32U) | std::random_device{}();

std::uint64_t hash_name(std::string_view name) {
  std::string padded(name);
  padded.append(8, '\0');
  return hash_padded_name(reinterpret_cast<const std::uint8_t*>(padded.data()), name.size());
}

Result<std::shared_ptr<const Program>> lower(std::shared_ptr<const Graph> graph, const PathTrie& reads,
                                             const CompileOptions& options) {
  auto program = std::make_shared<Program>();
  program->graph = std::move(graph);
  if (auto done = Lowering(*program, reads, options).run(); !done) return done.error();
  return std::shared_ptr<const Program>(std::move(program));
}

}  // namespace assay::schema::json
