// A slow, plain validator to hold the engine to: a tree of the body, one function per keyword, nothing
// compiled, no branch remembered, std::regex for patterns (whose classes must be of ASCII), numbers of any
// length. Drafts 7 and 2020-12;
// `$ref` by JSON Pointer into the same schema.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/path.h"
#include "registry/schema/json_schema/document.h"
#include "registry/schema/schema.h"

namespace assay::schema::json {

class Twin {
 public:
  // REQUIRES: a schema that parse() takes.
  explicit Twin(std::string_view schema);

  // Duplicate names: `violates`, or `malformed` when something is no JSON behind them.
  Walk judge(std::string_view body) const;

  // What a slot or the leaves of that path are, told as twin_tell does; leaves in the order of the bytes.
  static std::string slot(const Json& body, const Path& path);
  static std::vector<std::string> leaves(const Json& body, const Path& path);

 private:
  bool holds(const Json& schema, const Json& value) const;
  bool types_hold(const Json& schema, const Json& value) const;
  bool numbers_hold(const Json& schema, const Json& value) const;
  bool strings_hold(const Json& schema, const Json& value) const;
  bool arrays_hold(const Json& schema, const Json& value) const;
  bool objects_hold(const Json& schema, const Json& value) const;
  bool members_hold(const Json& schema, const Json& value) const;
  bool branches_hold(const Json& schema, const Json& value) const;
  const Json& target(const std::string& pointer) const;

  Json schema_;
  bool is_2020_ = false;
};

// A value as text: "integer 5", "number 1.50", "string abc", "array 2", "object 1".
std::string twin_tell(const Json& value);
std::string twin_tell(const Value& value);

// -1, 0, 1.
int compare_numbers(const Json& a, const Json& b);
bool is_multiple(const Json& value, const Json& divisor);
bool is_whole_number(const Json& value);
bool equal_values(const Json& a, const Json& b);

}  // namespace assay::schema::json
