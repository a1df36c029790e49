// The named types of a schema and its references while they are read, and the checks that need all of them.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "registry/schema/avro/model.h"
#include "registry/schema/avro/names.h"

namespace assay::schema::avro {

class Definitions {
 public:
  explicit Definitions(const Limits& limits) : limits_(limits) {}

  // Reads one text's schema and defines its names. The answer may be a name still to be resolved: only
  // `finish` takes it. `label` says which text errors speak of; empty: the schema itself.
  Result<NodeId> read(nlohmann::json document, std::string label);

  // Resolves names, compares second definitions with first ones, checks unions and defaults. Call once, last.
  Result<Model> finish(NodeId root);

 private:
  using Json = nlohmann::json;

  // Where in which text: kept for the checks at the end.
  struct Place {
    std::string label;
    std::string pointer;
  };
  struct Pending {
    FullName name;  // as qualified where it was used
    Place place;
  };
  struct Redefinition {
    NodeId first;
    NodeId second;
    Place place;
  };
  struct Default {
    NodeId type;
    const Json* value;
    std::string field;
    Place place;
  };

  Result<NodeId> read_schema(const Json& json, const std::string& space);
  Result<NodeId> read_object(const Json& json, const std::string& space);
  Result<NodeId> read_name(const std::string& name, const std::string& space);
  Result<NodeId> read_primitive(const std::string& name, const Json& json);
  Result<NodeId> read_union(const Json& json, const std::string& space);
  Result<NodeId> read_container(const Json& json, Type type, const std::string& space);
  Result<NodeId> read_named(const Json& json, Type type, const std::string& space);
  Result<void> read_record(const Json& json, NodeId id, const std::string& space);
  Result<Field> read_field(const Json& json, const std::string& space);
  Result<void> read_enumeration(const Json& json, NodeId id);
  Result<void> read_fixed(const Json& json, NodeId id);
  Result<std::vector<std::string>> read_aliases(const Json& json, bool names_checked);

  Result<void> resolve();
  Result<void> compare_redefinitions() const;
  bool same(NodeId a, NodeId b) const;
  bool same_fields(const Node& a, const Node& b) const;
  Result<void> check_unions() const;
  Result<void> check_defaults() const;

  Result<NodeId> add(Node node);
  Result<void> count(std::size_t things);
  Place here() const { return {label_, pointer_}; }
  Error fail(std::string_view why) const { return fail(here(), why); }
  static Error fail(const Place& place, std::string_view why);

  const Limits& limits_;
  Model model_;
  std::size_t things_ = 0;  // nodes, fields, symbols, branches: against limits.schema_nodes_max
  std::uint32_t finished_ = 0;
  std::string label_;
  std::string pointer_;
  std::deque<Json> documents_;  // defaults point into them
  std::unordered_map<std::string, NodeId> names_;
  std::unordered_map<std::string, NodeId> primitives_;
  std::vector<Pending> pending_;
  std::vector<Redefinition> redefinitions_;
  std::vector<std::pair<NodeId, Place>> unions_;
  std::vector<Default> defaults_;
};

}  // namespace assay::schema::avro
