// The paths that rules read from one body (key or value), as a trie that a schema's walker is compiled
// against: the walker pairs each schema node with a trie node, and so knows at every step what is wanted
// there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/path.h"

namespace assay {

using SlotId = std::uint16_t;
using LeafId = std::uint16_t;
using TrieNodeId = std::uint16_t;
inline constexpr TrieNodeId kNoTrieNode = 0xffff;

// A path without [*] has one place: its value goes to a slot, and rules look at it when the walk is over.
// A path with [*] has any number: the walker offers each one to the LeafSink as it passes.
struct PathRead {
  Path path;
  bool leaf = false;     // false: slot
  std::uint16_t id = 0;  // SlotId or LeafId; distinct within its kind
};

class PathTrie {
 public:
  struct Node {
    std::vector<std::pair<std::string, TrieNodeId>> fields;  // sorted by name
    TrieNodeId each = kNoTrieNode;
    std::vector<SlotId> slots;   // write the value here
    std::vector<LeafId> leaves;  // offer the value to these
    bool below_each = false;     // some [*] stands on the way here

    TrieNodeId field(std::string_view name) const;
    bool reads() const { return !slots.empty() || !leaves.empty(); }
  };

  // An empty trie: nothing is read, the walk only validates.
  PathTrie();
  // REQUIRES: every path has the same part (key or value).
  explicit PathTrie(const std::vector<PathRead>& reads);

  static constexpr TrieNodeId kRoot = 0;
  const Node& node(TrieNodeId id) const { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }
  std::size_t slot_count() const { return slot_count_; }
  bool empty() const { return nodes_.size() == 1 && !nodes_[0].reads(); }

 private:
  TrieNodeId child(TrieNodeId parent, const Step& step);

  std::vector<Node> nodes_;
  std::size_t slot_count_ = 0;
};

}  // namespace assay
