// Whether the default of a field is a value of its type, as JSON: Java's reading of the specification. Any
// branch of a union may match (1.12); texts stand for bytes and fixed; "NaN" and "Infinity" for floats.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "registry/schema/avro/model.h"

namespace assay::schema::avro {

class DefaultChecker {
 public:
  // `steps_max` bounds all checks of one schema together: unions of records can branch at every level.
  DefaultChecker(const Model& model, std::uint64_t steps_max) : model_(model), steps_left_(steps_max) {}

  // `too_large` when the steps are used up.
  Result<bool> fits(NodeId type, const nlohmann::json& value);

 private:
  bool matches(NodeId type, const nlohmann::json& value);
  bool matches_parts(const Node& node, const nlohmann::json& value);
  bool matches_record(const Node& node, const nlohmann::json& value);

  const Model& model_;
  std::uint64_t steps_left_;
};

}  // namespace assay::schema::avro
