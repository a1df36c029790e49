// Secrets that stand in a file of their own, as container platforms hand them over.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace assay::proxy {

// What the file holds, without the line ends behind it. A file that cannot be read (`io`) or holds nothing
// else (`invalid`) is an error that names it: an empty token would ask for none.
Result<std::string> read_secret_file(const std::filesystem::path& path);

}  // namespace assay::proxy
