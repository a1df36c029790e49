// Model and paths -> program. Each pair of a schema node and the trie nodes that stand there is compiled
// once, or in place where it is small: so recursion ends, and a record read at one place costs nothing at
// another.
#pragma once

#include "base/error.h"
#include "base/limits.h"
#include "record/path_trie.h"
#include "registry/schema/avro/program.h"

namespace assay::schema::avro {

// `explaining` programs keep the concrete path as they go. `too_large` when the program outgrows the limits;
// `unsupported` for a decimal scale that a Value cannot hold (above 255).
Result<Program> compile_program(std::shared_ptr<const Model> model, const PathTrie& reads, bool explaining,
                                const Limits& limits);

}  // namespace assay::schema::avro
