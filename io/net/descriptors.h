// How many files and sockets the process may have open.
#pragma once

#include <cstddef>

namespace assay::io {

// Raises the soft limit to the hard one, which needs no privilege (RLIMIT_NOFILE). Returns what it is then.
// The low soft limit of most systems, 1024, is there for programs that call select(), which Assay does not.
std::size_t raise_descriptor_limit();

}  // namespace assay::io
