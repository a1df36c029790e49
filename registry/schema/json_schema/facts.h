// What a schema says of a path without a record at hand. Behind Schema::facts.
#pragma once

#include <memory>

#include "record/schema_facts.h"
#include "registry/schema/json_schema/graph.h"
#include "registry/schema/json_schema/types_of.h"

namespace assay::schema::json {

class Facts : public SchemaFacts {
 public:
  explicit Facts(std::shared_ptr<const Graph> graph) : graph_(std::move(graph)) {}

  Type type_at(const Path& path) const override;
  std::vector<std::string> paths(std::size_t max) const override;
  bool json_spans() const override { return true; }

 private:
  std::shared_ptr<const Graph> graph_;
};

}  // namespace assay::schema::json
