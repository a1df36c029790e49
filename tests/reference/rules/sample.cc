#include "tests/reference/rules/sample.h"

#include "tests/reference/rules/naive_walk.h"

namespace assay::rules::reference {
namespace {

void add_header(Sample& sample, const std::string& name, const Json& value) {
  sample.headers.emplace_back(name, value.is_null() ? std::nullopt : std::optional(value.get<std::string>()));
}

void judge_places(const Rule& rule, const Json& check, const Json* body, Broken& broken) {
  const std::string prefix = rule.field.part == Part::key ? "key:" : "";
  const auto judge = [&](const Json* value, const std::string& path) {
    for (const std::string& keyword : broken_keywords(check, value))
      broken.emplace(rule.name, prefix + path, keyword);
  };
  if (body != nullptr) {
    places_of(rule.field, *body, judge);
  } else if (!rule.field.many()) {
    std::string path = to_string(rule.field).substr(prefix.size());
    judge(nullptr, path.empty() ? "$" : path);
  }
}

void judge_headers(const Rule& rule, const Json& check, const Sample& sample, Broken& broken) {
  const std::string& name = rule.field.steps.front().name;
  bool seen = false;
  const auto judge = [&](const Json* value) {
    for (const std::string& keyword : broken_keywords(check, value)) {
      broken.emplace(rule.name, to_string(rule.field), keyword);
    }
  };
  for (const auto& [own, text] : sample.headers) {
    if (own != name) continue;
    seen = true;
    const Json value = text ? Json(*text) : Json(nullptr);
    judge(&value);
  }
  if (!seen) judge(nullptr);
}

// What a plan does with the reads of one part.
class PartWalk {
 public:
  PartWalk(const Program& program, Part part, const std::optional<Json>& body)
      : program_(program), part_(part) {
    for (const PathRead& read : program.reads(part)) {
      if (!read.leaf) slots_.resize(std::max<std::size_t>(slots_.size(), read.id + 1U));
    }
    if (!body) return;
    for (const PathRead& read : program.reads(part)) {
      places_of(read.path, *body, [&](const Json* json, const std::string& path) {
        if (read.leaf) {
          leaves_.push_back({read.id, values_.make(json), path});
        } else {
          slots_[read.id] = values_.make(json);
        }
      });
    }
  }

  Slots slots() { return slots_; }

  bool leaves_pass() const {
    bool good = true;
    for (const Leaf& leaf : leaves_) good = program_.leaf_passes(part_, leaf.id, leaf.value) && good;
    return good;
  }
  void explain_leaves(std::vector<Violation>& violations) const {
    for (const Leaf& leaf : leaves_) {
      program_.explain_leaf(part_, leaf.id, leaf.value, leaf.path, Action::reject, violations);
    }
  }

 private:
  struct Leaf {
    LeafId id;
    Value value;
    std::string path;
  };
  const Program& program_;
  Part part_;
  NaiveValues values_;
  std::vector<Value> slots_;
  std::vector<Leaf> leaves_;
};

}  // namespace

Sample read_sample(const std::string& line) {
  const Json json = Json::parse(line);
  Sample sample;
  if (!json.is_object() || !json.contains("$record")) {
    sample.value = json;
    return sample;
  }
  const Json& record = json.at("$record");
  if (record.contains("key") && !record.at("key").is_null()) sample.key = record.at("key");
  if (record.contains("value") && !record.at("value").is_null()) sample.value = record.at("value");
  if (!record.contains("headers")) return sample;
  for (const auto& header : record.at("headers").items()) {
    if (!header.value().is_array()) {
      add_header(sample, header.key(), header.value());
      continue;
    }
    for (const Json& each : header.value()) add_header(sample, header.key(), each);
  }
  return sample;
}

Broken judge_naively(std::span<const Rule* const> rules, const Sample& sample) {
  Broken broken;
  for (const Rule* rule : rules) {
    const Json check = Json::parse(rule->json).at("check");
    if (rule->field.part == Part::header) judge_headers(*rule, check, sample, broken);
    if (rule->field.part == Part::key)
      judge_places(*rule, check, sample.key ? &*sample.key : nullptr, broken);
    if (rule->field.part == Part::value && sample.value) judge_places(*rule, check, &*sample.value, broken);
  }
  return broken;
}

Broken judge_by_program(const Program& program, const Sample& sample, bool& passes) {
  PartWalk key(program, Part::key, sample.key), value(program, Part::value, sample.value);
  std::vector<HeaderView> headers;
  for (const auto& [name, text] : sample.headers) {
    headers.push_back({name, text ? std::optional(as_bytes(*text)) : std::nullopt});
  }
  RecordView record;
  record.headers = headers;
  Readings readings{key.slots(), value.slots(), &record, !sample.value};
  passes = program.passes(readings) && key.leaves_pass() && value.leaves_pass();
  std::vector<Violation> violations;
  program.explain(readings, Action::reject, violations);
  key.explain_leaves(violations);
  value.explain_leaves(violations);
  Broken broken;
  for (const Violation& violation : violations) {
    const std::string prefix =
        violation.part == Part::value ? "" : std::string(to_string(violation.part)) + ':';
    broken.emplace(violation.rule, prefix + violation.path, violation.kind);
  }
  return broken;
}

}  // namespace assay::rules::reference
