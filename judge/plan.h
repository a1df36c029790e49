// One pass: a schema for the key, one for the value, and the rules that apply, bound into a plan that judges
// the records of a batch. Pure; compiled on a worker; immutable and shared.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "judge/policy.h"
#include "record/record_view.h"
#include "record/violation.h"
#include "registry/schema/schema.h"
#include "rules/program.h"
#include "rules/rule_set.h"

namespace assay::judge {

// How one part of the record is read.
enum class Reading : std::uint8_t {
  nothing,  // not opened
  text,     // the bytes are one string value (a plain key)
  json,     // well-formed JSON, no schema
  schema,
};

struct PartInput {
  Reading reading = Reading::nothing;
  std::shared_ptr<const schema::Schema> schema;  // for Reading::schema
  bool assert_formats = true;
  bool tagged = false;  // some of PlanInput::masked are there because of tags in this schema
};

struct PlanInput {
  PartInput key;
  PartInput value;
  std::vector<const rules::Rule*> rules;
  std::shared_ptr<const rules::RuleSet> rule_set;  // keeps `rules` alive
  std::vector<Path> masked;                        // configured secrets, and fields with a sensitive tag
  Action default_action = Action::reject;
};

// A record with its parts opened: what is behind the frame. Nothing for null, and for parts that are not
// read.
struct OpenRecord {
  const RecordView* record = nullptr;
  std::optional<Bytes> key;
  std::optional<Bytes> value;
};

// Per record, from mild to bad. Only ever made worse.
enum class Verdict : std::uint8_t { conforms, undecided, violates };

// Why a record is wrong, ready to be told: masked values are gone from the texts.
struct Explanation {
  std::vector<Violation> violations;
  bool secret =
      false;  // the record holds, or may hold, a plaintext secret: its payload is kept sealed or not at all
};

class Plan;

// Per thread; grows to what plans need and stays.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

 private:
  friend class Plan;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

class Plan {
 public:
  static Result<std::shared_ptr<const Plan>> compile(PlanInput input, const Limits& limits);
  ~Plan();

  // Yes/no for each record. REQUIRES: verdicts.size() == records.size(). Worsens what stands in `verdicts`.
  void judge(std::span<const OpenRecord> records, Scratch& scratch, std::span<Verdict> verdicts) const;

  // Every violation of one record, schema and rules, actions filled in (rule, else the plan's default). The
  // slow pass: violations is empty exactly when `judge` finds the record conforming (or over budget, where
  // nothing else is wrong with it).
  Explanation explain(const OpenRecord& record, Scratch& scratch) const;

  std::span<const rules::Rule* const> rules() const;
  const std::vector<rules::Binding>& unbound() const;

 private:
  struct Parts;
  explicit Plan(std::unique_ptr<Parts> parts);
  std::unique_ptr<const Parts> parts_;
};

}  // namespace assay::judge
