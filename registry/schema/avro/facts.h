// What an Avro schema says of a path, all branches of unions taken together.
#pragma once

#include <memory>
#include <set>

#include "record/schema_facts.h"
#include "registry/schema/avro/model.h"

namespace assay::schema::avro {

class AvroFacts final : public SchemaFacts {
 public:
  explicit AvroFacts(std::shared_ptr<const Model> model) : model_(std::move(model)) {}

  // Tags of a field hold for the items of an array or map in it as well, and so do tags of a named type where
  // it stands.
  assay::Type type_at(const Path& path) const override;
  std::vector<std::string> paths(std::size_t max) const override;

 private:
  // The types that can stand at a place, and whether each record has it.
  struct Standing {
    std::set<NodeId> nodes;  // no unions
    bool always = true;
    std::set<std::string> tags;
  };

  void add(NodeId id, Standing& standing) const;
  Standing step(const Standing& from, const Step& step) const;

  std::shared_ptr<const Model> model_;
};

}  // namespace assay::schema::avro
