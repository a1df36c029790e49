// Connections for queries: a few, opened when needed, each lent to one caller at a time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "io/sqlite/sqlite.h"
#include "rejects/journal_file.h"

namespace assay::rejects {

struct Reader {
  io::Database index;
  JournalReader journal;
  std::uint64_t generation = 0;  // of the index file it has open
};

class ReaderPool {
 public:
  struct Source {
    std::filesystem::path journal_path;
    std::filesystem::path index_path;
    std::string vfs;
    std::shared_mutex* files = nullptr;         // held shared while a file is opened
    std::function<std::uint64_t()> generation;  // when it has changed, readers are opened anew
  };

  explicit ReaderPool(Source source) : source_(std::move(source)) {}

  // Gives its reader back when it ends.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Reader> reader) : pool_(&pool), reader_(std::move(reader)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (reader_) pool_->give_back(std::move(reader_));
    }
    Reader& operator*() { return *reader_; }
    Reader* operator->() { return reader_.get(); }

   private:
    ReaderPool* pool_;
    std::unique_ptr<Reader> reader_;
  };

  // Waits while all are lent.
  Result<Lease> take();

 private:
  static constexpr int kReadersMax = 4;

  Result<std::unique_ptr<Reader>> open();
  void give_back(std::unique_ptr<Reader> reader);
  void forget_one();

  const Source source_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::vector<std::unique_ptr<Reader>> idle_;
  int lent_ = 0;
};

}  // namespace assay::rejects
