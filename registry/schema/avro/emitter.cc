#include "registry/schema/avro/emitter.h"

#include <limits>

namespace assay::schema::avro {

std::uint32_t Emitter::emit(Op op, const TrieSet& at) {
  Delivery delivery;
  for (const TrieNodeId id : at) {
    const PathTrie::Node& node = trie_.node(id);
    delivery.slots.insert(delivery.slots.end(), node.slots.begin(), node.slots.end());
    delivery.leaves.insert(delivery.leaves.end(), node.leaves.begin(), node.leaves.end());
  }
  if (delivery.leaves.empty() && delivery.slots.empty()) return emit(op);
  if (delivery.leaves.empty() && delivery.slots.size() == 1 && delivery.slots[0] < kMany) {
    op.slot = delivery.slots[0];
    return emit(op);
  }
  op.slot = kMany;
  op.z = static_cast<std::uint32_t>(program_.deliveries.size());
  program_.deliveries.push_back(std::move(delivery));
  return emit(op);
}

void Emitter::skip(std::uint32_t bytes) {
  if (bytes == 0) return;
  if (!program_.ops.empty() && last_label_ < here()) {
    Op& last = program_.ops.back();
    if (last.code == Code::skip && last.x <= std::numeric_limits<std::uint32_t>::max() - bytes) {
      last.x += bytes;
      return;
    }
  }
  emit({.code = Code::skip, .x = bytes});
}

std::uint32_t Emitter::name(std::string_view text) {
  const auto known = names_.find(text);
  if (known != names_.end()) return known->second;
  const auto id = static_cast<std::uint32_t>(program_.names.size());
  program_.names.emplace_back(text);
  names_.emplace(text, id);
  return id;
}

std::uint32_t Emitter::bound(std::uint32_t precision) {
  const auto [at, fresh] = bounds_.emplace(precision, static_cast<std::uint32_t>(program_.bounds.size()));
  if (fresh) program_.bounds.emplace_back(precision);
  return at->second;
}

TrieSet Emitter::field(const TrieSet& at, std::string_view name) const {
  TrieSet below;
  for (const TrieNodeId id : at) {
    const TrieNodeId child = trie_.node(id).field(name);
    if (child != kNoTrieNode) below.push_back(child);
  }
  return below;
}

TrieSet Emitter::each(const TrieSet& at) const {
  TrieSet below;
  for (const TrieNodeId id : at) {
    if (trie_.node(id).each != kNoTrieNode) below.push_back(trie_.node(id).each);
  }
  return below;
}

bool Emitter::reads(const TrieSet& at) const {
  return std::any_of(at.begin(), at.end(), [&](TrieNodeId id) { return trie_.node(id).reads(); });
}

bool Emitter::reads_below(const TrieSet& at) const {
  return std::any_of(at.begin(), at.end(), [&](TrieNodeId id) {
    return trie_.node(id).each != kNoTrieNode || !trie_.node(id).fields.empty();
  });
}

void Emitter::add_absences(TrieNodeId id, std::vector<std::string> steps,
                           std::vector<Absence>& absences) const {
  const PathTrie::Node& node = trie_.node(id);
  for (const LeafId leaf : node.leaves) absences.push_back({leaf, steps});
  for (const auto& [name, child] : node.fields) {
    steps.push_back(name);
    add_absences(child, steps, absences);
    steps.pop_back();
  }
}

void Emitter::add_slots(TrieNodeId id, std::vector<SlotId>& slots) const {
  const PathTrie::Node& node = trie_.node(id);
  slots.insert(slots.end(), node.slots.begin(), node.slots.end());
  for (const auto& [name, child] : node.fields) add_slots(child, slots);
}

std::uint32_t Emitter::absent_list(std::vector<Absence> absences) {
  if (absences.empty()) return 0;
  program_.absents.push_back(std::move(absences));
  return static_cast<std::uint32_t>(program_.absents.size() - 1);
}

void Emitter::absent_members(const TrieSet& at, const std::vector<std::string_view>& has) {
  std::vector<Absence> absences;
  for (const TrieNodeId id : at) {
    for (const auto& [name, child] : trie_.node(id).fields) {
      if (!std::binary_search(has.begin(), has.end(), std::string_view(name)))
        add_absences(child, {name}, absences);
    }
  }
  if (const std::uint32_t list = absent_list(std::move(absences))) emit({.code = Code::absent, .x = list});
}

std::vector<std::string> Emitter::field_names(const TrieSet& at) const {
  std::vector<std::string> names;
  for (const TrieNodeId id : at) {
    for (const auto& [name, child] : trie_.node(id).fields) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace assay::schema::avro
