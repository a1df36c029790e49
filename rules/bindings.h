// What the schemas at hand make of a rule: whether its field is there, and whether its check can hold for it.
#pragma once

#include "record/schema_facts.h"
#include "rules/program.h"

namespace assay::rules {

// `facts`: of the part that the rule reads; null where that is schemaless, and for headers: always bound
// then.
Binding bind(const Rule& rule, const SchemaFacts* facts);

}  // namespace assay::rules
