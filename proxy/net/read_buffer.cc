#include "proxy/net/read_buffer.h"

#include <algorithm>
#include <cstring>

namespace assay::proxy {
namespace {

// Kept for the next connections of the loop; more goes back to the system.
constexpr std::size_t kFreeChunksMax = 32;
// So many of a loop's connections may wait with a chunk in hand.
constexpr std::size_t kWarmChunksMax = 64;
// A remainder up to this size is copied aside rather than keeping a chunk busy.
constexpr std::size_t kStashBytesMax = 4096;

}  // namespace

ChunkPool::Chunk ChunkPool::take() {
  ++lent_;
  if (free_.empty()) return std::make_unique_for_overwrite<std::uint8_t[]>(chunk_bytes_);
  Chunk chunk = std::move(free_.back());
  free_.pop_back();
  return chunk;
}

void ChunkPool::give_back(Chunk chunk) {
  --lent_;
  if (free_.size() < kFreeChunksMax) free_.push_back(std::move(chunk));
}

bool ChunkPool::plenty() const {
  return lent_ <= kWarmChunksMax;
}

bool ReadBuffer::holds(Bytes bytes) const {
  return chunk_ && bytes.data() >= chunk_.get() &&
         bytes.data() + bytes.size() <= chunk_.get() + pool_.chunk_bytes();
}

Bytes ReadBuffer::data() const {
  const std::uint8_t* base = chunk_ ? chunk_.get() : stash_.data();
  return {base + begin_, end_ - begin_};
}

void ReadBuffer::consume(std::size_t n) {
  begin_ += n;
  if (begin_ == end_) begin_ = end_ = 0;
}

MutableBytes ReadBuffer::room(std::size_t need) {
  const std::size_t held = end_ - begin_;
  if (!chunk_) {
    chunk_ = pool_.take();
    if (held != 0) std::memcpy(chunk_.get(), stash_.data() + begin_, held);
    stash_ = {};
    begin_ = 0;
    end_ = held;
  }
  const std::size_t size = pool_.chunk_bytes();
  // Little room is a system call for little: then the data moves to the front as well.
  if (size - begin_ < need || size - end_ < std::min(size / 8, size - held)) {
    std::memmove(chunk_.get(), chunk_.get() + begin_, held);
    begin_ = 0;
    end_ = held;
  }
  return {chunk_.get() + end_, size - end_};
}

void ReadBuffer::settle() {
  const std::size_t held = end_ - begin_;
  if (!chunk_ || held > kStashBytesMax) return;
  stash_.assign(chunk_.get() + begin_, chunk_.get() + end_);
  pool_.give_back(std::move(chunk_));
  begin_ = 0;
  end_ = held;
}

void ReadBuffer::release() {
  if (chunk_) pool_.give_back(std::move(chunk_));
}

}  // namespace assay::proxy
