// What the tests of this room share: values made by hand, rule files from text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "record/value.h"
#include "rules/checks.h"
#include "rules/program.h"
#include "rules/rule_set.h"

namespace assay::rules {

inline Value text_value(std::string_view text) {
  Value value;
  value.kind = Kind::string;
  value.raw = as_bytes(text);
  return value;
}

inline Value bytes_value(Bytes bytes) {
  Value value;
  value.kind = Kind::bytes;
  value.raw = bytes;
  return value;
}

inline Value integer_value(std::int64_t integer) {
  Value value;
  value.kind = Kind::integer;
  value.integer = integer;
  return value;
}

inline Value natural_value(std::uint64_t natural) {
  Value value;
  value.kind = Kind::natural;
  value.natural = natural;
  return value;
}

inline Value real_value(double real, bool single = false) {
  Value value;
  value.kind = Kind::real;
  value.real = real;
  value.single = single;
  return value;
}

inline Value number_value(std::string_view text) {
  Value value;
  value.kind = Kind::number;
  value.raw = as_bytes(text);
  value.real = std::stod(std::string(text));
  return value;
}

inline Value decimal_value(Bytes unscaled, std::uint8_t scale) {
  Value value = bytes_value(unscaled);
  value.kind = Kind::decimal;
  value.logical = Logical::decimal;
  value.scale = scale;
  return value;
}

inline Value boolean_value(bool boolean) {
  Value value;
  value.kind = Kind::boolean;
  value.boolean = boolean;
  return value;
}

inline Value kind_value(Kind kind) {
  Value value;
  value.kind = kind;
  return value;
}

// A JSON array (or object) of `count` children.
inline Value list_value(std::string_view json, std::uint32_t count, Kind kind = Kind::array) {
  Value value = text_value(json);
  value.kind = kind;
  value.count = count;
  return value;
}

inline Value logical_value(Value value, Logical logical) {
  value.logical = logical;
  return value;
}

inline std::string problems_text(const LoadedRules& loaded) {
  std::string text;
  for (const Problem& problem : loaded.problems) text += to_string(problem) + "\n";
  return text;
}

inline LoadedRules load_text(std::string text, std::string name = "rules.json") {
  const std::vector<RuleFile> files{{std::move(name), std::move(text)}};
  return load_rules(files, Limits{});
}

// A file of one rule, "r", over `field`.
inline std::string one_rule(std::string_view check, std::string_view field = "f",
                            std::string_view more = "") {
  return R"({"topics":["t"],"rules":[{"name":"r","field":")" + std::string(field) + R"(","check":)" +
         std::string(check) + std::string(more) + "}]}";
}

// Loads it, compiles it without schemas and asks it about one value.
class OneCheck {
 public:
  explicit OneCheck(std::string_view check, std::string_view field = "f")
      : loaded_(load_text(one_rule(check, field))) {
    EXPECT_NE(loaded_.set, nullptr) << check << "\n" << problems_text(loaded_);
    if (loaded_.set == nullptr) return;
    rules_ = loaded_.set->for_topic("t");
    program_ = compile(rules_, nullptr, nullptr, Limits{}).value().program;
  }

  bool passes(Value value) const {
    Readings readings;
    readings.value = Slots(&value, 1);
    return program_->passes(readings);
  }

  // Asserts that both passes agree.
  std::vector<Violation> explain(Value value) const {
    Readings readings;
    readings.value = Slots(&value, 1);
    std::vector<Violation> violations;
    program_->explain(readings, Action::reject, violations);
    EXPECT_EQ(program_->passes(readings), violations.empty());
    return violations;
  }

  std::string reason(Value value) const {
    const auto violations = explain(value);
    return violations.empty() ? "" : violations.front().reason;
  }

  const Program& program() const { return *program_; }

 private:
  LoadedRules loaded_;
  std::vector<const Rule*> rules_;
  std::shared_ptr<const Program> program_;
};

}  // namespace assay::rules
