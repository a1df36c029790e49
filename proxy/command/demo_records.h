// What `assay demo` produces: each record breaks at most one thing, so that each reason stands alone.
#pragma once

#include <cstdint>

namespace assay::proxy {

// A record as people read it, and whether the rules in examples/demo let it pass.
struct Shown {
  const char* topic;
  const char* what;
  const char* json;
  bool passes;
  enum class Form : std::uint8_t { framed, bare, trailing } form = Form::framed;
};

inline constexpr Shown kRecords[] = {
    {"customers", "JSON: a customer", R"({"name":"Ada","age":36,"email":"ada@example.com"})", true},
    {"customers", "JSON: age -1", R"({"name":"Bob","age":-1,"email":"bob@example.com"})", false},
    {"customers", "JSON: an e-mail without @", R"({"name":"Cyd","age":41,"email":"cyd.example.com"})", false},
    {"customers", "JSON: a social security number in plain text",
     R"({"name":"Dee","age":29,"email":"dee@example.com","ssn":"078-05-1120"})", false},
    {"customers", "JSON: the same, encrypted (JWE)",
     R"({"name":"Eve","age":29,"email":"eve@example.com","ssn":"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvTiFvSkQ"})",
     true},
    {"customers", "JSON: no age, though the schema wants one", R"({"name":"Fay","email":"fay@example.com"})",
     false},
    {"customers", "JSON: without a schema id", R"({"name":"Gus","age":50,"email":"gus@example.com"})", false,
     Shown::Form::bare},
    {"orders", "Avro: an order", R"({"id":"o-1","total":12.5,"lines":[{"sku":"tea","quantity":2}]})", true},
    {"orders", "Avro: a line of quantity 0",
     R"({"id":"o-2","total":0,"lines":[{"sku":"tea","quantity":1},{"sku":"cup","quantity":0}]})", false},
    {"orders", "Avro: a byte too many", R"({"id":"o-3","total":1,"lines":[]})", false, Shown::Form::trailing},
};

}  // namespace assay::proxy
