// Secrets in violations: what is under an `encrypted` rule, a sensitive tag or a configured path is told
// without its value.
#pragma once

#include <string_view>
#include <vector>

#include "record/path.h"
#include "record/path_trie.h"
#include "record/schema_facts.h"
#include "record/violation.h"

namespace assay::judge {

class Masking {
 public:
  explicit Masking(std::vector<Path> secrets) : secrets_(std::move(secrets)) {}

  // Some of the secrets of that part are there because of tags in its schema. A recursive schema has more
  // places than can be listed: what lies beyond the listed ones is secret too. `facts` must outlive this.
  void add_tagged_schema(Part part, const SchemaFacts& facts);

  bool empty() const { return secrets_.empty(); }
  // Whether some secret lies in that part of the record.
  bool concerns(Part part) const;
  // A concrete path (`lines[2].card`) is at, above or below a secret: its value would show it, or part of it.
  bool covers(Part part, std::string_view concrete_path) const;
  // Takes the value out of what is told.
  static void mask(Violation& violation);

 private:
  struct TaggedSchema {
    Part part = Part::value;
    const SchemaFacts* facts = nullptr;
    PathTrie listed;
  };
  static bool beyond_listed(const TaggedSchema& schema, const Path& path, std::size_t at, TrieNodeId node);

  std::vector<Path> secrets_;
  std::vector<TaggedSchema> tagged_;
};

}  // namespace assay::judge
