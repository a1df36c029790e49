#include "io/sqlite/fault_vfs.h"

#include <sqlite3.h>

#include <cstring>
#include <mutex>
#include <vector>

namespace assay::io {
namespace {

// SQLite allocates szOsFile bytes per file: ours first, the system's behind it.
struct FaultFile {
  sqlite3_file base;
  Faults* faults;
};

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(FaultFile));
}

Faults& faults_of(sqlite3_file* file) {
  return *reinterpret_cast<FaultFile*>(file)->faults;
}

int write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 at) {
  if (faults_of(file).full) return SQLITE_FULL;
  ++faults_of(file).writes;
  return real(file)->pMethods->xWrite(real(file), data, bytes, at);
}

int sync(sqlite3_file* file, int flags) {
  if (faults_of(file).sync_fails) return SQLITE_IOERR_FSYNC;
  ++faults_of(file).syncs;
  return real(file)->pMethods->xSync(real(file), flags);
}

int close(sqlite3_file* file) {
  return real(file)->pMethods->xClose(real(file));
}
int read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), to, bytes, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return real(file)->pMethods->xTruncate(real(file), size);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xLock(real(file), level);
}
int unlock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xUnlock(real(file), level);
}
int check_lock(sqlite3_file* file, int* out) {
  return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
int control(sqlite3_file* file, int op, void* arg) {
  return real(file)->pMethods->xFileControl(real(file), op, arg);
}
int sector_size(sqlite3_file* file) {
  return real(file)->pMethods->xSectorSize(real(file));
}
int traits(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int page, int bytes, int extend, void volatile** out) {
  return real(file)->pMethods->xShmMap(real(file), page, bytes, extend, out);
}
int shm_lock(sqlite3_file* file, int at, int n, int flags) {
  return real(file)->pMethods->xShmLock(real(file), at, n, flags);
}
void shm_barrier(sqlite3_file* file) {
  real(file)->pMethods->xShmBarrier(real(file));
}
int shm_unmap(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

// Version 2: shared memory (WAL needs it), no memory-mapped pages, so that every access comes through here.
const sqlite3_io_methods kMethods = {
    2,       close,       read,   write,   truncate, sync,        file_size, lock,    unlock, check_lock,
    control, sector_size, traits, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

struct Registered {
  std::string name;
  std::shared_ptr<Faults> faults;
  sqlite3_vfs* system = nullptr;
  sqlite3_vfs vfs{};
};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* registered = static_cast<Registered*>(vfs->pAppData);
  reinterpret_cast<FaultFile*>(file)->faults = registered->faults.get();
  file->pMethods = nullptr;  // stays so when the open fails: SQLite then does not close
  const int code = registered->system->xOpen(registered->system, name, real(file), flags, out_flags);
  if (code == SQLITE_OK) file->pMethods = &kMethods;
  return code;
}

}  // namespace

void register_fault_vfs(const std::string& name, std::shared_ptr<Faults> faults) {
  // Kept for ever: SQLite keeps the pointers, and a replaced VFS may still have open files.
  static std::mutex mutex;
  static std::vector<std::unique_ptr<Registered>> all;
  auto registered = std::make_unique<Registered>();
  registered->name = name;
  registered->faults = std::move(faults);
  registered->system = sqlite3_vfs_find(nullptr);
  registered->vfs =
      *registered->system;  // its other functions know only the system's data, which they do not use
  registered->vfs.szOsFile += static_cast<int>(sizeof(FaultFile));
  registered->vfs.zName = registered->name.c_str();
  registered->vfs.pNext = nullptr;
  registered->vfs.pAppData = registered.get();
  registered->vfs.xOpen = open;
  sqlite3_vfs_register(&registered->vfs, 0);
  const std::lock_guard lock(mutex);
  all.push_back(std::move(registered));
}

}  // namespace assay::io
