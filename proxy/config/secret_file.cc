#include "proxy/config/secret_file.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace assay::proxy {

Result<std::string> read_secret_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string secret(std::istreambuf_iterator<char>(in), {});
  if (!in.is_open() || in.bad()) {
    return Error(
        ErrorCode::io,
        fmt::format("\"{}\" cannot be read; does it exist, and may this user read it?", path.string()));
  }
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty()) return Error(ErrorCode::invalid, fmt::format("\"{}\" is empty", path.string()));
  return secret;
}

}  // namespace assay::proxy
