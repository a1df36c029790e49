// One schema object's keywords, read into a Node by the meaning that its dialect gives them.
#pragma once

#include <functional>

#include "registry/schema/json_schema/graph.h"
#include "registry/schema/json_schema/resources.h"

namespace assay::schema::json {

class KeywordReader {
 public:
  // Makes the node of a subschema; `pointer` leads there from the schema being read.
  using Subschema = std::function<NodeId(const Json& schema, const std::string& pointer)>;
  // Follows a `$ref`.
  using Follow = std::function<Result<NodeId>(const std::string& reference)>;

  KeywordReader(const Json& schema, Node& node, Subschema subschema, Follow follow, const Limits& limits)
      : schema_(schema),
        node_(node),
        subschema_(std::move(subschema)),
        follow_(std::move(follow)),
        limits_(limits) {}

  // The first keyword that makes no sense, or that Assay does not check.
  Result<void> read();

 private:
  bool since(Dialect dialect) const { return node_.dialect >= dialect; }
  // The keyword's value, or nothing.
  const Json* keyword(std::string_view name) const { return schema_.find(name); }
  // Remembers the first error.
  void fail(ErrorCode code, std::string_view keyword, std::string_view what);
  void invalid(std::string_view keyword, std::string_view what) { fail(ErrorCode::invalid, keyword, what); }

  void read_unsupported();
  void read_reference();
  void read_annotations();
  void read_type();
  void read_values();
  void read_numbers();
  void read_draft4_bounds();
  void read_strings();
  void read_arrays();
  void read_items();
  void read_objects();
  void read_patterns();
  void read_dependencies();
  void read_in_place();

  void read_number(std::string_view name, std::optional<Number>& out);
  void read_count(std::string_view name, Count& out);
  void read_names(std::string_view keyword, const Json& value, std::vector<std::string>& out);
  void read_schema(std::string_view name, NodeId& out);
  void read_schemas(std::string_view name, std::vector<NodeId>& out);
  std::optional<Pattern> read_pattern(std::string_view keyword, const std::string& text);
  // The node of `value` when it can be a schema in this dialect.
  NodeId schema_at(std::string_view keyword, const Json& value, const std::string& pointer);

  const Json& schema_;
  Node& node_;
  Subschema subschema_;
  Follow follow_;
  const Limits& limits_;
  std::optional<Error> error_;
};

}  // namespace assay::schema::json
