// A disk that fails when told to: a SQLite VFS over the system's, for tests of full and broken disks.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace assay::io {

// What the disk does from now on. Reads always work. Thread-safe.
struct Faults {
  std::atomic<bool> full{false};        // every write fails as with no space left
  std::atomic<bool> sync_fails{false};  // writes work, but making them durable does not
  std::atomic<std::uint64_t> writes{0};
  std::atomic<std::uint64_t> syncs{0};
};

// Registers it for the whole process under `name`, for DatabaseOptions::vfs. All files opened through it obey
// `faults`, which it keeps alive. Registering a name again replaces it for files opened afterwards.
void register_fault_vfs(const std::string& name, std::shared_ptr<Faults> faults);

}  // namespace assay::io
