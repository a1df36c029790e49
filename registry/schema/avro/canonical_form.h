// "Transforming into Parsing Canonical Form" (specification).
#pragma once

#include <string>

#include "registry/schema/avro/model.h"

namespace assay::schema::avro {

std::string canonical_text(const Model& model);

}  // namespace assay::schema::avro
