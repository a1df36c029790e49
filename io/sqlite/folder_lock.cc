#include "io/sqlite/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace assay::io {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const auto path = folder / "lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return Error(ErrorCode::io, fmt::format("{}: {}", path.string(), std::strerror(errno)));
  FolderLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) {
    return Error(ErrorCode::conflict, fmt::format("{} is in use by another process", folder.string()));
  }
  return Error(ErrorCode::io, fmt::format("{}: {}", path.string(), std::strerror(errno)));
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace assay::io
