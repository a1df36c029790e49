// The embedded registry as a source of schemas, in process. Answers come on a thread of the source's.
#pragma once

#include <memory>

#include "registry/schema_source.h"
#include "registry/store/registry.h"

namespace assay::registry {

// The registry outlives the source.
std::unique_ptr<SchemaSource> make_embedded_source(Registry& registry);

}  // namespace assay::registry
