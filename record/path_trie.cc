#include "record/path_trie.h"

#include <algorithm>

namespace assay {

TrieNodeId PathTrie::Node::field(std::string_view name) const {
  const auto at =
      std::lower_bound(fields.begin(), fields.end(), name,
                       [](const auto& field, std::string_view wanted) { return field.first < wanted; });
  return at != fields.end() && at->first == name ? at->second : kNoTrieNode;
}

PathTrie::PathTrie() : nodes_(1) {}

PathTrie::PathTrie(const std::vector<PathRead>& reads) : nodes_(1) {
  for (const PathRead& read : reads) {
    TrieNodeId at = kRoot;
    for (const Step& step : read.path.steps) at = child(at, step);
    if (read.leaf) {
      nodes_[at].leaves.push_back(read.id);
    } else {
      nodes_[at].slots.push_back(read.id);
      slot_count_ = std::max<std::size_t>(slot_count_, read.id + 1U);
    }
  }
}

TrieNodeId PathTrie::child(TrieNodeId parent, const Step& step) {
  const TrieNodeId known = step.each ? nodes_[parent].each : nodes_[parent].field(step.name);
  if (known != kNoTrieNode) return known;
  const auto id = static_cast<TrieNodeId>(nodes_.size());
  nodes_.emplace_back();
  nodes_[id].below_each = step.each || nodes_[parent].below_each;
  if (step.each) {
    nodes_[parent].each = id;
  } else {
    auto& fields = nodes_[parent].fields;
    const auto at =
        std::lower_bound(fields.begin(), fields.end(), step.name,
                         [](const auto& field, const std::string& name) { return field.first < name; });
    fields.insert(at, {step.name, id});
  }
  return id;
}

}  // namespace assay
