// Remembers on disk what a registry said that cannot change: id -> schema, and "this schema is a version of
// that subject" when true. So a restart while the registry is away judges with what it knew.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "base/metrics.h"
#include "registry/schema_source.h"

namespace assay::registry {

// Keeps its memory in one SQLite file at `path`. `scope` says whose memory it is (the registry's URLs): ids
// of another registry mean something else, so the file of another scope is begun anew. So is one that cannot
// be read, which is set aside (`.damaged`): it is a cache. `io` when no file can be made. `metrics` may be
// null; otherwise it outlives the source.
//
// fetch: from memory when known, else asked and kept. fetch_version: version > 0 as fetch; the latest is
// asked, and what it last was is the answer only while the registry is `unavailable`. belongs: a known true
// is answered from memory. subjects_of: always asked, what it says is kept.
Result<std::unique_ptr<SchemaSource>> make_caching_source(std::unique_ptr<SchemaSource> upstream,
                                                          const std::string& path, const std::string& scope,
                                                          Metrics* metrics);

}  // namespace assay::registry
