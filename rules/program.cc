// A program is a list of places (slots, headers, leaves), each with the code that its value must pass. The
// code of all rules lies in one array, in the order of the places, so that a record that conforms is one run
// over it.
#include "rules/program.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <map>

#include "rules/bindings.h"
#include "rules/checks.h"
#include "rules/keywords.h"
#include "rules/reasons.h"

namespace assay::rules {
namespace {

// Ids are 16 bits wide, and so are the nodes of the trie that the paths become.
constexpr std::size_t kTrieNodesMax = 0xfffe;

// One rule at one place.
struct Clause {
  const Rule* rule = nullptr;
  std::uint32_t begin = 0;  // its instructions
  std::uint32_t end = 0;
  std::uint16_t slot = 0;  // or leaf
  bool required = false;
  bool masked = false;
};

Value header_value(const HeaderView& header) {
  Value value;
  value.kind = Kind::null;
  if (!header.value) return value;
  value.raw = *header.value;
  const bool text =
      simdjson::validate_utf8(reinterpret_cast<const char*>(value.raw.data()), value.raw.size());
  value.kind = text ? Kind::string : Kind::bytes;
  return value;
}

// Whether two paths can name the same place. [*] goes through the values of maps too, so it meets a name.
bool overlap(const Path& a, const Path& b) {
  if (a.part != b.part || a.steps.size() != b.steps.size()) return false;
  for (std::size_t i = 0; i < a.steps.size(); ++i) {
    if (!a.steps[i].each && !b.steps[i].each && a.steps[i].name != b.steps[i].name) return false;
  }
  return true;
}

class FlatProgram : public Program {
 public:
  explicit FlatProgram(const Limits& limits) : limits_(limits) {}

  const std::vector<PathRead>& reads(Part part) const override {
    return part == Part::key ? key_.reads : value_.reads;
  }
  bool empty() const override { return rules_.empty(); }
  std::span<const Rule* const> rules() const override { return rules_; }

  bool passes(const Readings& readings) const override {
    for (const Clause& clause : key_.slots) {
      if (!passes(clause, readings.key[clause.slot])) return false;
    }
    if (!readings.tombstone) {
      for (const Clause& clause : value_.slots) {
        if (!passes(clause, readings.value[clause.slot])) return false;
      }
    }
    bool good = true;
    for (const Clause& clause : headers_) {
      each_header(clause, readings.record, [&](const Value& value) { good = good && passes(clause, value); });
      if (!good) return false;
    }
    return true;
  }

  bool leaf_passes(Part part, LeafId leaf, const Value& value) const override {
    for (const Clause& clause : leaf_clauses(part, leaf)) {
      if (!passes(clause, value)) return false;
    }
    return true;
  }

  void explain(const Readings& readings, Action default_action,
               std::vector<Violation>& violations) const override {
    for (const Clause& clause : key_.slots) {
      explain(clause, readings.key[clause.slot], path_of(*clause.rule), default_action, violations);
    }
    if (!readings.tombstone) {
      for (const Clause& clause : value_.slots) {
        explain(clause, readings.value[clause.slot], path_of(*clause.rule), default_action, violations);
      }
    }
    for (const Clause& clause : headers_) {
      each_header(clause, readings.record, [&](const Value& value) {
        explain(clause, value, path_of(*clause.rule), default_action, violations);
      });
    }
  }

  void explain_leaf(Part part, LeafId leaf, const Value& value, std::string_view path, Action default_action,
                    std::vector<Violation>& violations) const override {
    for (const Clause& clause : leaf_clauses(part, leaf))
      explain(clause, value, path, default_action, violations);
  }

  // `masked`: the value is a secret, by this rule or by another one that reads the same place.
  Result<void> add(const Rule& rule, bool masked);
  // REQUIRES: every rule is added. Brings the clauses of a leaf together.
  void finish();

 private:
  struct PartCode {
    std::vector<PathRead> reads;
    std::map<std::string, std::uint16_t> ids;  // of the reads, by path
    std::size_t trie_nodes = 1;                // at most
    std::uint16_t slot_count = 0;
    std::uint16_t leaf_count = 0;
    std::vector<Clause> slots;
    std::vector<Clause> leaves;              // sorted by leaf
    std::vector<std::uint32_t> leaf_begins;  // leaf -> its first clause; one more at the end
  };

  Result<std::uint16_t> read(PartCode& part, const Path& path);

  bool passes(const Clause& clause, const Value& value) const {
    if (!value.present()) return !clause.required;
    return holds(std::span(code_).subspan(clause.begin, clause.end - clause.begin), subject_of(value));
  }

  // Every header of that name is looked at: consumers differ in which one they take. None at all is one
  // absent value.
  template <class Look>
  static void each_header(const Clause& clause, const RecordView* record, const Look& look) {
    const std::string& name = clause.rule->field.steps.front().name;
    bool seen = false;
    if (record != nullptr) {
      for (const HeaderView& header : record->headers) {
        if (header.name != name) continue;
        seen = true;
        look(header_value(header));
      }
    }
    if (!seen) look(Value{});
  }

  std::span<const Clause> leaf_clauses(Part part, LeafId leaf) const {
    const PartCode& code = part == Part::key ? key_ : value_;
    if (leaf + 1U >= code.leaf_begins.size()) return {};
    return std::span(code.leaves)
        .subspan(code.leaf_begins[leaf], code.leaf_begins[leaf + 1U] - code.leaf_begins[leaf]);
  }

  // The path without its part, as a violation tells it.
  static std::string path_of(const Rule& rule) {
    Path path = rule.field;
    std::string text = to_string(path);
    if (path.part == Part::header) return text.substr(std::string_view("header:").size());
    if (path.part == Part::key)
      return path.steps.empty() ? "$" : text.substr(std::string_view("key:").size());
    return text;
  }

  void explain(const Clause& clause, const Value& value, std::string_view path, Action default_action,
               std::vector<Violation>& violations) const;

  Limits limits_;
  std::vector<const Rule*> rules_;
  std::vector<Instruction> code_;
  PartCode key_;
  PartCode value_;
  std::vector<Clause> headers_;
};

Result<std::uint16_t> FlatProgram::read(PartCode& part, const Path& path) {
  const bool leaf = path.many();
  const auto [at, fresh] = part.ids.emplace(to_string(path), leaf ? part.leaf_count : part.slot_count);
  if (!fresh) return at->second;
  part.trie_nodes += path.steps.size();
  if (part.trie_nodes > kTrieNodesMax || part.reads.size() >= kTrieNodesMax) {
    return Error(ErrorCode::too_large, "the rules of one topic read more than 65,534 fields");
  }
  part.reads.push_back({path, leaf, at->second});
  ++(leaf ? part.leaf_count : part.slot_count);
  return at->second;
}

Result<void> FlatProgram::add(const Rule& rule, bool masked) {
  const auto own = rule.checks->code();
  Clause clause;
  clause.rule = &rule;
  clause.begin = static_cast<std::uint32_t>(code_.size());
  code_.insert(code_.end(), own.begin(), own.end());
  clause.end = static_cast<std::uint32_t>(code_.size());
  clause.required = rule.checks->required();
  clause.masked = masked;
  rules_.push_back(&rule);
  if (rule.field.part == Part::header) {
    headers_.push_back(clause);
    return {};
  }
  PartCode& part = rule.field.part == Part::key ? key_ : value_;
  const auto id = read(part, rule.field);
  if (!id) return id.error();
  clause.slot = *id;
  (rule.field.many() ? part.leaves : part.slots).push_back(clause);
  return {};
}

void FlatProgram::finish() {
  for (PartCode* part : {&key_, &value_}) {
    std::stable_sort(part->leaves.begin(), part->leaves.end(),
                     [](const Clause& a, const Clause& b) { return a.slot < b.slot; });
    part->leaf_begins.assign(part->leaf_count + 1U, 0);
    for (const Clause& clause : part->leaves) ++part->leaf_begins[clause.slot + 1U];
    for (std::size_t i = 1; i < part->leaf_begins.size(); ++i)
      part->leaf_begins[i] += part->leaf_begins[i - 1];
  }
}

void FlatProgram::explain(const Clause& clause, const Value& value, std::string_view path,
                          Action default_action, std::vector<Violation>& violations) const {
  const Rule& rule = *clause.rule;
  const auto add = [&](Op op, std::string why) {
    if (violations.size() >= limits_.violations_per_record_max) return;
    Violation violation;
    violation.rule = rule.name;
    violation.part = rule.field.part;
    violation.path = path;
    violation.kind = name_of(op);
    violation.reason = std::move(why);
    violation.action = rule.on_violation.value_or(default_action);
    violation.masked = clause.masked;
    if (!clause.masked && value.present()) violation.fragment = describe(value, limits_.fragment_bytes_max);
    violations.push_back(std::move(violation));
  };
  if (!value.present()) {
    if (clause.required) add(Op::required, reason_missing(value));
    return;
  }
  bool wrong_type = false;  // told once, not by every keyword that implies another type
  const auto& list = rule.checks->list();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Subject subject = subject_of(value);
    if (holds(rule.checks->code_of(i), subject)) continue;
    const bool fits = list[i].accepts.has(value.kind);
    if (!fits && std::exchange(wrong_type, true)) continue;
    add(list[i].op, reason(list[i], subject, clause.masked, limits_.fragment_bytes_max));
  }
}

}  // namespace

Result<Compiled> compile(std::span<const Rule* const> rules, const SchemaFacts* key, const SchemaFacts* value,
                         const Limits& limits) {
  Compiled compiled;
  auto program = std::make_shared<FlatProgram>(limits);
  std::vector<const Path*> secrets;
  for (const Rule* rule : rules) {
    if (rule->masked) secrets.push_back(&rule->field);
  }
  for (const Rule* rule : rules) {
    Binding binding = bind(*rule, rule->field.part == Part::key ? key : value);
    // A field that is never there passes everything but `required`.
    const bool idle = binding.state == Binding::State::unbound && !rule->checks->required();
    if (binding.state != Binding::State::bound) compiled.unbound.push_back(std::move(binding));
    if (idle) continue;
    const bool masked = std::any_of(secrets.begin(), secrets.end(),
                                    [&](const Path* secret) { return overlap(*secret, rule->field); });
    if (auto added = program->add(*rule, masked); !added) return added.error();
  }
  program->finish();
  compiled.program = std::move(program);
  return compiled;
}

}  // namespace assay::rules
