// The program while it is written: operations, and the tables they point to.
#pragma once

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "registry/schema/avro/program.h"

namespace assay::schema::avro {

// The trie nodes that read one place: none mostly, one often; two where a key of a map is named and [*] takes
// it as well.
using TrieSet = std::vector<TrieNodeId>;

class Emitter {
 public:
  Emitter(Program& program, const PathTrie& trie) : program_(program), trie_(trie) {
    program.absents.emplace_back();
  }

  std::uint32_t here() const { return static_cast<std::uint32_t>(program_.ops.size()); }
  // A place that something jumps to: nothing behind it may be merged with what stands before it.
  std::uint32_t label() { return last_label_ = here(); }

  std::uint32_t emit(Op op) {
    program_.ops.push_back(op);
    return here() - 1;
  }
  // With what is read at `at`.
  std::uint32_t emit(Op op, const TrieSet& at);
  void skip(std::uint32_t bytes);
  void land(std::uint32_t op) { program_.ops[op].x = label(); }

  std::uint32_t name(std::string_view text);
  std::uint32_t bound(std::uint32_t precision);

  TrieSet field(const TrieSet& at, std::string_view name) const;
  TrieSet each(const TrieSet& at) const;
  bool reads(const TrieSet& at) const;
  bool reads_below(const TrieSet& at) const;
  // Adds the leaves at and below `id` that are not there when the value is not (what stands below [*] has no
  // places). `steps` lead to `id`.
  void add_absences(TrieNodeId id, std::vector<std::string> steps, std::vector<Absence>& absences) const;
  void add_slots(TrieNodeId id, std::vector<SlotId>& slots) const;
  std::uint32_t absent_list(std::vector<Absence> absences);
  // The members that paths want and that the value, with these (sorted) members, never has: absent. For a
  // value that is no object these are all of them.
  void absent_members(const TrieSet& at, const std::vector<std::string_view>& has = {});
  // Each member that paths name, sorted.
  std::vector<std::string> field_names(const TrieSet& at) const;

 private:
  Program& program_;
  const PathTrie& trie_;
  std::uint32_t last_label_ = 0;
  std::map<std::string, std::uint32_t, std::less<>> names_;
  std::map<std::uint32_t, std::uint32_t> bounds_;
};

}  // namespace assay::schema::avro
