// The embedded registry's schemas in one SQLite file: crash-safe (WAL, synchronous=FULL), one writer.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "registry/store/store.h"

namespace assay::registry {

// Opens or makes the file. `io` names it; `unsupported` when a newer Assay wrote it.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path);

}  // namespace assay::registry
