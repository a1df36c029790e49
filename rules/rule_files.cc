// Finds and reads rule files. The only place of this room that touches a disk.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "rules/rule_set.h"

namespace assay::rules {
namespace {

namespace fs = std::filesystem;

bool hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

Result<RuleFile> read_file(const fs::path& path, const Limits& limits) {
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  if (error) return Error(ErrorCode::io, fmt::format("{}: {}", path.string(), error.message()));
  if (bytes > limits.rule_file_bytes_max) {
    return Error(ErrorCode::too_large,
                 fmt::format("{}: larger than {} bytes", path.string(), limits.rule_file_bytes_max));
  }
  std::ifstream stream(path, std::ios::binary);
  RuleFile file{path.string(), std::string(std::istreambuf_iterator<char>(stream), {})};
  if (!stream) return Error(ErrorCode::io, fmt::format("{}: cannot be read", path.string()));
  return file;
}

// A published schema may lie beside the rules that name it in `$schema`.
bool is_rule_file(const fs::path& path) {
  return path.extension() == ".json" && !path.filename().string().ends_with(".schema.json");
}

// Every rule file below `folder`, hidden files and folders left out.
Result<std::vector<fs::path>> json_files(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (hidden(at->path())) {
      at.disable_recursion_pending();
    } else if (is_rule_file(at->path()) && at->is_regular_file(error)) {
      paths.push_back(at->path());
    }
  }
  if (error) return Error(ErrorCode::io, fmt::format("{}: {}", folder.string(), error.message()));
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

Result<std::vector<RuleFile>> read_rule_files(const fs::path& path, const Limits& limits) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    return Error(ErrorCode::not_found, fmt::format("{}: no such file or folder", path.string()));
  }
  std::vector<fs::path> paths{path};
  if (fs::is_directory(status)) {
    auto found = json_files(path);
    if (!found) return found.error();
    paths = std::move(*found);
  }
  std::vector<RuleFile> files;
  for (const fs::path& each : paths) {
    auto file = read_file(each, limits);
    if (!file) return file.error();
    files.push_back(std::move(*file));
  }
  return files;
}

}  // namespace assay::rules
