#include "tests/bench/judge/plans.h"

#include <fmt/format.h>

#include <cstdlib>

#include "tests/bench/common/avro_orders.h"
#include "tests/bench/common/json_orders.h"

namespace assay::bench {
namespace {

std::string rule(std::string_view name, std::string_view field, std::string_view check) {
  return fmt::format(R"({{"name":"{}","field":"{}","check":{}}})", name, field, check);
}

std::string order_rules(std::string_view email, const std::string& items) {
  return rule("total-positive", "total", R"({"minimum":0})") + "," +
         rule("email-has-at", email, R"({"contains":"@"})") + "," + items;
}

// Rules over the first 50 properties of a wide schema, whose kinds alternate.
std::string wide_rules() {
  std::string out;
  for (std::size_t i = 0; i < 50; ++i) {
    const char* const checks[] = {R"({"minLength":1,"maxLength":30})", R"({"minimum":0,"maximum":100000})",
                                  R"({"contains":"@"})", R"({"minimum":0.5})"};
    out += (i == 0 ? "" : ",") + rule(fmt::format("rule-{}", i), fmt::format("property{}", i), checks[i % 4]);
  }
  return out;
}

}  // namespace

PlanTexts json_order_texts() {
  return {schema::Format::json, std::string(kOrderSchema),
          order_rules("customer.email", rule("lines-positive", "lines[*].quantity", R"({"minimum":1})"))};
}

PlanTexts avro_order_texts() {
  return {schema::Format::avro, std::string(kAvroOrderSchema),
          order_rules("email", rule("tags-short", "tags[*]", R"({"maxLength":20})"))};
}

PlanTexts wide_json_texts() {
  return {schema::Format::json, wide_schema(200), wide_rules()};
}

PlanTexts wide_avro_texts() {
  std::string fields;
  for (std::size_t i = 0; i < 200; ++i) {
    const char* const kinds[] = {R"("string")", R"("long")", R"("string")", R"(["null","double"])"};
    fields += fmt::format(R"({}{{"name":"property{}","type":{}}})", i == 0 ? "" : ",", i, kinds[i % 4]);
  }
  return {schema::Format::avro, R"({"type":"record","name":"Wide","fields":[)" + fields + "]}", wide_rules()};
}

ParsedTexts parsed(const PlanTexts& texts) {
  const std::vector<rules::RuleFile> files{
      {"bench", R"({"topics":["orders"],"rules":[)" + texts.rules + "]}"}};
  ParsedTexts out;
  out.rules = rules::load_rules(files, Limits{}).set;
  if (out.rules == nullptr) std::abort();
  out.schema = schema::parse_schema(texts.format, texts.schema, {}, Limits{}).value();
  return out;
}

std::shared_ptr<const judge::Plan> compiled(const ParsedTexts& texts) {
  judge::PlanInput input;
  input.value = {judge::Reading::schema, texts.schema, true};
  input.rules = texts.rules->for_topic("orders");
  input.rule_set = texts.rules;
  return judge::Plan::compile(std::move(input), Limits{}).value();
}

}  // namespace assay::bench
