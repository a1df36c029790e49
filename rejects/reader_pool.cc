#include "rejects/reader_pool.h"

namespace assay::rejects {

Result<ReaderPool::Lease> ReaderPool::take() {
  std::unique_ptr<Reader> reader;
  {
    std::unique_lock lock(mutex_);
    free_.wait(lock, [this] { return lent_ < kReadersMax; });
    ++lent_;
    if (!idle_.empty()) {
      reader = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (reader && reader->generation == source_.generation()) return Lease(*this, std::move(reader));
  reader.reset();
  auto opened = open();
  if (!opened) {
    forget_one();
    return opened.error();
  }
  return Lease(*this, std::move(*opened));
}

Result<std::unique_ptr<Reader>> ReaderPool::open() {
  const std::shared_lock lock(*source_.files);
  const std::uint64_t generation = source_.generation();
  auto index = io::Database::open(source_.index_path, {.read_only = true, .vfs = source_.vfs});
  if (!index) return index.error();
  auto journal = JournalReader::open(source_.journal_path, source_.vfs);
  if (!journal) return journal.error();
  return std::make_unique<Reader>(std::move(*index), std::move(*journal), generation);
}

void ReaderPool::give_back(std::unique_ptr<Reader> reader) {
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(reader));
  }
  forget_one();
}

void ReaderPool::forget_one() {
  {
    const std::lock_guard lock(mutex_);
    --lent_;
  }
  free_.notify_one();
}

}  // namespace assay::rejects
