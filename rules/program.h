// Rules compiled for one pair of schemas (or for plain JSON): what to read, and what to say of it.
// A record that breaks nothing costs one pass over the slots; reasons are made only on demand.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "record/path_trie.h"
#include "record/record_view.h"
#include "record/schema_facts.h"
#include "record/slots.h"
#include "record/violation.h"
#include "rules/rule_set.h"

namespace assay::rules {

// What one record offers to the rules. Slots of a part without a body are all absent: a null key breaks
// `required`. A null value is a tombstone, which the topic's policy settles: rules that read the value are
// not asked then.
struct Readings {
  Slots key;
  Slots value;
  const RecordView* record = nullptr;  // headers
  bool tombstone = false;
};

// Immutable, shared by all threads.
class Program {
 public:
  virtual ~Program() = default;

  // The reads for that part (key or value): what its walker's PathTrie is made of. Leaf ids are distinct
  // within a part.
  virtual const std::vector<PathRead>& reads(Part part) const = 0;
  virtual bool empty() const = 0;
  // Ascending, for the counters: every rule that this program evaluates.
  virtual std::span<const Rule* const> rules() const = 0;

  // Yes or no for everything in slots and headers. Allocates nothing.
  virtual bool passes(const Readings& readings) const = 0;
  // Yes or no for one place of a path with [*].
  virtual bool leaf_passes(Part part, LeafId leaf, const Value& value) const = 0;

  // The same two questions, answered in full. `default_action`: for rules that do not say `onViolation`.
  virtual void explain(const Readings& readings, Action default_action,
                       std::vector<Violation>& violations) const = 0;
  virtual void explain_leaf(Part part, LeafId leaf, const Value& value, std::string_view path,
                            Action default_action, std::vector<Violation>& violations) const = 0;
};

// A rule that the schemas make pointless or partly so.
struct Binding {
  const Rule* rule = nullptr;
  enum class State { bound, unbound, impossible_type } state = State::bound;
  std::string why;
};

struct Compiled {
  std::shared_ptr<const Program> program;
  std::vector<Binding> unbound;  // fields absent in these schemas: counted as `rule_unbound`
};

// `key`, `value`: facts of the schemas, or null where the body is schemaless. Compiles within `limits`.
// The rules must outlive the program (the plan holds their RuleSet).
Result<Compiled> compile(std::span<const Rule* const> rules, const SchemaFacts* key, const SchemaFacts* value,
                         const Limits& limits);

}  // namespace assay::rules
