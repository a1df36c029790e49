// One process per data folder: an advisory lock (flock) on a file in it, given back by the kernel however the
// process ends.
#pragma once

#include <filesystem>
#include <utility>

#include "base/error.h"

namespace assay::io {

class FolderLock {
 public:
  // `conflict` when it is held elsewhere, `io` when the folder cannot be written.
  static Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace assay::io
