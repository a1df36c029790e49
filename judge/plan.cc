// A plan walks each body once: the schema's validator fills slots and offers leaves, the rules' program looks
// at them. Only when that pass says no, a second one finds out why.
#include "judge/plan.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "judge/masking.h"

namespace assay::judge {
namespace {

constexpr std::size_t kFormats = 3;

struct PartPlan {
  Reading reading = Reading::nothing;
  std::shared_ptr<const schema::Schema> schema;
  std::shared_ptr<const schema::Validator> validator;  // for json and schema
  std::size_t slots = 0;
  std::vector<SlotId> whole;  // slots that read the body as one text, for Reading::text
};

// Takes leaves for one part while it is walked.
class Leaves final : public LeafSink {
 public:
  Leaves(const rules::Program& program, Part part, Action default_action, std::vector<Violation>* violations)
      : program_(program), part_(part), default_action_(default_action), violations_(violations) {}

  void check(LeafId leaf, const Value& value) override {
    pass_ = pass_ && program_.leaf_passes(part_, leaf, value);
  }
  void explain(LeafId leaf, const Value& value, std::string_view path) override {
    program_.explain_leaf(part_, leaf, value, path, default_action_, *violations_);
  }

  bool pass() const { return pass_; }
  void restart() { pass_ = true; }

 private:
  const rules::Program& program_;
  Part part_;
  Action default_action_;
  std::vector<Violation>* violations_;
  bool pass_ = true;
};

// What is no UTF-8 is no text: checks of texts refuse bytes.
Value text_value(Bytes body) {
  Value value;
  const bool text = simdjson::validate_utf8(reinterpret_cast<const char*>(body.data()), body.size());
  value.kind = text ? Kind::string : Kind::bytes;
  value.raw = body;
  return value;
}

}  // namespace

struct Scratch::Parts {
  struct PartScratch {
    std::vector<Bytes> bodies;
    std::vector<Value> slots;
    std::array<std::unique_ptr<schema::Workspace>, kFormats> workspaces;
    std::size_t next = 0;  // body to be walked next

    schema::Workspace& workspace(const PartPlan& plan) {
      auto& slot = workspaces[static_cast<std::size_t>(plan.schema->format())];
      if (!slot) slot = plan.validator->make_workspace();
      return *slot;
    }
  };
  PartScratch key, value;
};

Scratch::Scratch() : parts_(std::make_unique<Parts>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

struct Plan::Parts {
  PartPlan key, value;
  std::shared_ptr<const rules::Program> program;
  std::shared_ptr<const rules::RuleSet> rule_set;
  std::vector<rules::Binding> unbound;
  Masking masking{{}};
  bool always_secret = false;  // secrets that no rule checks: any record may hold them in plain text
  Action default_action = Action::reject;
  Limits limits;

  // Hands that part of every record to its validator.
  static void begin(const PartPlan& plan, std::span<const OpenRecord> records,
                    std::optional<Bytes> OpenRecord::*body, Scratch::Parts::PartScratch& scratch);
  // Reads one part of one record into its slots. The worst of walk and leaves comes back.
  Verdict read(const PartPlan& plan, const std::optional<Bytes>& body, Scratch::Parts::PartScratch& scratch,
               Leaves& leaves) const;
  schema::Walk explain_part(Part part, const PartPlan& plan, const std::optional<Bytes>& body,
                            Scratch::Parts::PartScratch& scratch, std::vector<Violation>& violations) const;
};

namespace {

Result<PartPlan> compile_part(const PartInput& input, const std::vector<PathRead>& reads,
                              const Limits& limits) {
  PartPlan plan;
  plan.reading = input.reading;
  plan.schema = input.schema;
  const PathTrie trie(reads);
  plan.slots = trie.slot_count();
  if (input.reading == Reading::text) plan.whole = trie.node(PathTrie::kRoot).slots;
  if (input.reading == Reading::json) {
    auto anything = schema::parse_schema(schema::Format::json, "true", {}, limits);
    if (!anything) return anything.error();
    plan.schema = *anything;
  }
  if (input.reading == Reading::json || input.reading == Reading::schema) {
    auto validator = plan.schema->compile(trie, {input.assert_formats, limits});
    if (!validator) return validator.error();
    plan.validator = std::move(*validator);
  }
  return plan;
}

const SchemaFacts* facts_of(const PartInput& input) {
  return input.reading == Reading::schema ? &input.schema->facts() : nullptr;
}

}  // namespace

Plan::Plan(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Plan::~Plan() = default;

Result<std::shared_ptr<const Plan>> Plan::compile(PlanInput input, const Limits& limits) {
  auto compiled = rules::compile(input.rules, facts_of(input.key), facts_of(input.value), limits);
  if (!compiled) return compiled.error();
  auto key = compile_part(input.key, compiled->program->reads(Part::key), limits);
  if (!key) return key.error().within("key");
  auto value = compile_part(input.value, compiled->program->reads(Part::value), limits);
  if (!value) return value.error().within("value");

  auto parts = std::make_unique<Parts>();
  parts->key = std::move(*key);
  parts->value = std::move(*value);
  parts->program = std::move(compiled->program);
  parts->rule_set = std::move(input.rule_set);
  parts->unbound = std::move(compiled->unbound);
  parts->default_action = input.default_action;
  parts->limits = limits;
  parts->always_secret = !input.masked.empty();
  std::vector<Path> secrets = std::move(input.masked);
  for (const rules::Rule* rule : input.rules) {
    if (rule->masked) secrets.push_back(rule->field);
  }
  parts->masking = Masking(std::move(secrets));
  if (input.key.tagged) parts->masking.add_tagged_schema(Part::key, input.key.schema->facts());
  if (input.value.tagged) parts->masking.add_tagged_schema(Part::value, input.value.schema->facts());
  return std::shared_ptr<const Plan>(new Plan(std::move(parts)));
}

void Plan::Parts::begin(const PartPlan& plan, std::span<const OpenRecord> records,
                        std::optional<Bytes> OpenRecord::*body, Scratch::Parts::PartScratch& scratch) {
  scratch.next = 0;
  scratch.slots.resize(std::max(scratch.slots.size(), plan.slots));
  if (!plan.validator) return;
  scratch.bodies.clear();
  for (const OpenRecord& record : records) {
    if (record.*body) scratch.bodies.push_back(*(record.*body));
  }
  plan.validator->begin(scratch.bodies, scratch.workspace(plan));
}

Verdict Plan::Parts::read(const PartPlan& plan, const std::optional<Bytes>& body,
                          Scratch::Parts::PartScratch& scratch, Leaves& leaves) const {
  const Slots slots(scratch.slots.data(), plan.slots);
  reset(slots);
  if (!body || plan.reading == Reading::nothing) return Verdict::conforms;
  if (plan.reading == Reading::text) {
    for (const SlotId slot : plan.whole) slots[slot] = text_value(*body);
    return Verdict::conforms;
  }
  leaves.restart();
  switch (plan.validator->walk(scratch.next++, scratch.workspace(plan), slots, leaves)) {
    case schema::Walk::conforms:
      return leaves.pass() ? Verdict::conforms : Verdict::violates;
    case schema::Walk::over_budget:
      return Verdict::undecided;
    case schema::Walk::violates:
    case schema::Walk::malformed:
      return Verdict::violates;
  }
  return Verdict::undecided;
}

void Plan::judge(std::span<const OpenRecord> records, Scratch& scratch, std::span<Verdict> verdicts) const {
  auto& s = *scratch.parts_;
  const Parts& p = *parts_;
  Parts::begin(p.key, records, &OpenRecord::key, s.key);
  Parts::begin(p.value, records, &OpenRecord::value, s.value);
  Leaves key_leaves(*p.program, Part::key, p.default_action, nullptr);
  Leaves value_leaves(*p.program, Part::value, p.default_action, nullptr);
  const Slots key_slots(s.key.slots.data(), p.key.slots), value_slots(s.value.slots.data(), p.value.slots);

  for (std::size_t i = 0; i < records.size(); ++i) {
    const OpenRecord& record = records[i];
    Verdict verdict = std::max(p.read(p.key, record.key, s.key, key_leaves),
                               p.read(p.value, record.value, s.value, value_leaves));
    if (verdict == Verdict::conforms &&
        !p.program->passes({key_slots, value_slots, record.record, !record.record->value})) {
      verdict = Verdict::violates;
    }
    verdicts[i] = std::max(verdicts[i], verdict);
  }
}

schema::Walk Plan::Parts::explain_part(Part part, const PartPlan& plan, const std::optional<Bytes>& body,
                                       Scratch::Parts::PartScratch& scratch,
                                       std::vector<Violation>& violations) const {
  scratch.slots.resize(std::max(scratch.slots.size(), plan.slots));
  const Slots slots(scratch.slots.data(), plan.slots);
  reset(slots);
  if (!body || plan.reading == Reading::nothing) return schema::Walk::conforms;
  if (plan.reading == Reading::text) {
    for (const SlotId slot : plan.whole) slots[slot] = text_value(*body);
    return schema::Walk::conforms;
  }
  std::vector<Violation> of_schema, of_leaves;
  Leaves leaves(*program, part, default_action, &of_leaves);
  const auto walk = plan.validator->explain(*body, scratch.workspace(plan), slots, leaves, of_schema);
  for (Violation& violation : of_schema) {
    violation.part = part;
    violation.action = default_action;
  }
  if (walk == schema::Walk::over_budget) return walk;
  violations.insert(violations.end(), of_schema.begin(), of_schema.end());
  if (walk != schema::Walk::malformed)
    violations.insert(violations.end(), of_leaves.begin(), of_leaves.end());
  return walk;
}

Explanation Plan::explain(const OpenRecord& record, Scratch& scratch) const {
  auto& s = *scratch.parts_;
  const Parts& p = *parts_;
  Explanation out;
  const auto key = p.explain_part(Part::key, p.key, record.key, s.key, out.violations);
  const auto value = p.explain_part(Part::value, p.value, record.value, s.value, out.violations);

  // Rules that read a body which was not read to its end have nothing to look at; headers and the other part
  // have.
  std::vector<Violation> of_rules;
  p.program->explain({Slots(s.key.slots.data(), p.key.slots), Slots(s.value.slots.data(), p.value.slots),
                      record.record, !record.record->value},
                     p.default_action, of_rules);
  const auto unread = [&](const Violation& violation) {
    if (violation.part == Part::header) return false;
    return (violation.part == Part::key ? key : value) >= schema::Walk::malformed;
  };
  for (Violation& violation : of_rules) {
    if (!unread(violation)) out.violations.push_back(std::move(violation));
  }

  for (Violation& violation : out.violations) {
    const bool undecodable = unread(violation) && p.masking.concerns(violation.part);
    if (violation.masked || undecodable || p.masking.covers(violation.part, violation.path))
      Masking::mask(violation);
    out.secret = out.secret || violation.masked;
  }
  // Lists end at the limit: what comes behind it, and a body that was not read, may hold a secret in plain
  // text.
  const std::size_t limit = p.limits.violations_per_record_max;
  const bool cut = out.violations.size() >= limit || std::max(key, value) == schema::Walk::over_budget;
  out.secret = out.secret || p.always_secret || (cut && !p.masking.empty());
  if (out.violations.size() > limit) out.violations.resize(limit);
  return out;
}

std::span<const rules::Rule* const> Plan::rules() const {
  return parts_->program->rules();
}
const std::vector<rules::Binding>& Plan::unbound() const {
  return parts_->unbound;
}

}  // namespace assay::judge
