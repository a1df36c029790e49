#include "tests/bench/common/json_orders.h"

#include <fmt/format.h>

#include <random>

namespace assay::bench {

const std::string_view kOrderSchema = R"({
  "$schema": "http://json-schema.org/draft-07/schema#", "title": "Order", "type": "object",
  "properties": {
    "orderId": {"type": "string", "pattern": "^ORD-[0-9]{8}$"},
    "createdAt": {"type": "string", "format": "date-time"},
    "status": {"enum": ["new", "paid", "shipped", "cancelled"]},
    "customer": {"type": "object", "properties": {
      "id": {"type": "integer", "minimum": 1},
      "email": {"type": "string", "minLength": 3, "maxLength": 254},
      "name": {"type": "string", "maxLength": 100},
      "country": {"type": "string", "pattern": "^[A-Z]{2}$"}}, "required": ["id", "email"]},
    "lines": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "object", "properties": {
      "sku": {"type": "string", "minLength": 1}, "quantity": {"type": "integer", "minimum": 1},
      "price": {"type": "number", "minimum": 0}}, "required": ["sku", "quantity", "price"],
      "additionalProperties": false}},
    "total": {"type": "number", "minimum": 0},
    "currency": {"type": "string", "enum": ["EUR", "USD", "GBP"]},
    "gift": {"type": "boolean"}, "note": {"type": ["string", "null"]}},
  "required": ["orderId", "createdAt", "status", "customer", "lines", "total"]})";

std::vector<std::string> orders(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    std::string lines;
    const unsigned many = 2 + below(2) / 2;
    for (unsigned line = 0; line < many; ++line) {
      lines += fmt::format(R"({}{{"sku":"SKU-{:05}","quantity":{},"price":{}.{:02}}})", line == 0 ? "" : ",",
                           below(100000), 1 + below(9), 1 + below(200), below(100));
    }
    out.push_back(fmt::format(
        R"({{"orderId":"ORD-{:08}","createdAt":"2026-03-{:02}T{:02}:15:30Z","status":"{}","customer":{{"id":{},)"
        R"("email":"user{}@example.com","name":"Alex Example","country":"DE"}},"lines":[{}],"total":{}.{:02},)"
        R"("currency":"EUR","gift":{},"note":null}})",
        below(99999999), 1 + below(28), below(24), below(2) == 0 ? "paid" : "shipped", 1 + below(1000000),
        below(100000), lines, 1 + below(900), below(100), below(2) == 0 ? "true" : "false"));
  }
  return out;
}

std::string wide_schema(std::size_t properties) {
  std::string out = R"({"type":"object","properties":{)";
  for (std::size_t i = 0; i < properties; ++i) {
    const char* const kinds[] = {R"({"type":"string","maxLength":40})", R"({"type":"integer","minimum":0})",
                                 R"({"type":"string","pattern":"^[a-z0-9.]+@(example|sample)\\.com$"})",
                                 R"({"type":["number","null"],"multipleOf":0.01})"};
    out += fmt::format(R"({}"property{}":{})", i == 0 ? "" : ",", i, kinds[i % 4]);
  }
  return out + "}}";
}

}  // namespace assay::bench
