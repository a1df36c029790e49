// Plans as the gateway compiles them, from the texts of a schema and of rules.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "judge/plan.h"

namespace assay::bench {

struct PlanTexts {
  schema::Format format = schema::Format::json;
  std::string schema;
  std::string rules;  // the members of a rule file's `rules`
};

// JSON and Avro orders with three rules each: total >= 0, the e-mail has an @, and one on items of an array.
PlanTexts json_order_texts();
PlanTexts avro_order_texts();
// A schema of 200 properties, 50 of them under a rule.
PlanTexts wide_json_texts();
PlanTexts wide_avro_texts();

struct ParsedTexts {
  std::shared_ptr<const schema::Schema> schema;
  std::shared_ptr<const rules::RuleSet> rules;
};
ParsedTexts parsed(const PlanTexts& texts);
std::shared_ptr<const judge::Plan> compiled(const ParsedTexts& texts);

}  // namespace assay::bench
