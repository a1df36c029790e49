// What a schema object says beside its structure: logical types, aliases, tags. Unknown attributes mean
// nothing.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "registry/schema/avro/model.h"

namespace assay::schema::avro {

// Sets meaning, precision and scale of a node whose type (and size) is known. An unknown or invalid logical
// type leaves it as it is: "implementations must ignore" (specification, "Logical Types").
void read_logical_type(const nlohmann::json& object, Node& node);

// `confluent:tags`, sorted; anything but an array of texts is no tag.
std::vector<std::string> read_tags(const nlohmann::json& object);

// Decimal digits that always fit in a signed integer of that many bytes.
std::uint32_t digits_of_bytes(std::uint32_t bytes);

}  // namespace assay::schema::avro
