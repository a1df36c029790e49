// Where each URI of a set of schema documents leads: `$id`, `$anchor` and JSON Pointers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "registry/schema/json_schema/document.h"
#include "registry/schema/json_schema/graph.h"

namespace assay::schema::json {

// A schema in its surroundings.
struct Place {
  const Json* schema = nullptr;
  std::string base;     // absolute URI of its resource, without fragment
  std::string pointer;  // within the resource
  Dialect dialect = Dialect::draft7;
};

class Resources {
 public:
  // Scans `document` for what it names. `invalid` for a malformed or repeated `$id`, `unsupported` for a
  // dialect.
  Result<Place> add(const Json& document, const std::string& uri, Dialect dialect);
  void add_alias(const std::string& uri, const Place& place) { resources_.emplace(uri, place); }

  // What `reference` means at `from`. `invalid` when it leads nowhere.
  Result<Place> follow(const Place& from, const std::string& reference) const;

  // The place of a subschema of `parent`, found under `pointer` from it.
  Place below(const Place& parent, const Json& schema, const std::string& pointer) const;

 private:
  Result<void> scan(const Place& place);
  Result<Place> entered(Place place);
  Result<Place> at_pointer(const Place& resource, const std::string& pointer) const;

  std::map<std::string, Place> resources_;
  std::map<std::string, Place> anchors_;  // "uri#anchor"
  std::unordered_map<const Json*, Place> known_;
};

// "" for the dialects of drafts not read here.
std::optional<Dialect> dialect_named(std::string_view schema_uri);

}  // namespace assay::schema::json
