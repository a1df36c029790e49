// Where a direction's received bytes stand until they are used. The memory is lent by the loop's pool, and
// given back whenever the direction waits with (nearly) nothing in hand: an idle connection owns no buffer.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/bytes.h"

namespace assay::proxy {

// Of one loop.
class ChunkPool {
 public:
  using Chunk = std::unique_ptr<std::uint8_t[]>;

  explicit ChunkPool(std::size_t chunk_bytes) : chunk_bytes_(chunk_bytes) {}
  std::size_t chunk_bytes() const { return chunk_bytes_; }
  Chunk take();
  void give_back(Chunk chunk);
  // Whether so few are lent that who has one may wait with it.
  bool plenty() const;
  // Whether so few are lent that anybody may have one; beyond that, only who cannot do with less.
  bool roomy() const;

 private:
  const std::size_t chunk_bytes_;
  std::size_t lent_ = 0;
  std::vector<Chunk> free_;
};

class ReadBuffer {
 public:
  // Where chunks are scarce, reading is done into this much: what a connection holds that is slow.
  static constexpr std::size_t kSmallBytes = 16UL << 10;

  explicit ReadBuffer(ChunkPool& pool) : pool_(pool) {}
  ~ReadBuffer() { release(); }
  ReadBuffer(const ReadBuffer&) = delete;
  ReadBuffer& operator=(const ReadBuffer&) = delete;

  Bytes data() const;
  bool empty() const { return begin_ == end_; }
  // Consumed bytes stay where they are until the next call of room() or settle().
  void consume(std::size_t n);
  bool holds(Bytes bytes) const;
  // Room behind the data, never empty, and enough for `need` bytes in all (from the first of data()). May
  // move the data. REQUIRES: need is at most the chunk's size.
  MutableBytes room(std::size_t need);
  void added(std::size_t n) { end_ += n; }
  // Before waiting: a chunk that holds little is given back.
  void settle();
  // Whether what it has holds that much.
  bool fits(std::size_t bytes) const { return chunk_ && size_ >= bytes; }
  bool shows(Bytes bytes) const;  // whether these are among data()

 private:
  void take_memory(std::size_t bytes);
  void release();
  std::size_t small_bytes() const;

  ChunkPool& pool_;
  ChunkPool::Chunk chunk_;  // the pool's, or one of its own
  bool pooled_ = false;
  std::size_t size_ = 0;
  std::size_t begin_ = 0, end_ = 0;  // in the chunk, or in the stash when there is none
  std::vector<std::uint8_t> stash_;
};

}  // namespace assay::proxy
