#include "proxy/net/read_buffer.h"

#include <algorithm>
#include <cstring>

namespace assay::proxy {
namespace {

// Kept for the next connections of the loop; more goes back to the system.
constexpr std::size_t kFreeChunksMax = 32;
// So many of a loop's connections may wait with a chunk in hand.
constexpr std::size_t kWarmChunksMax = 64;
// And so many may have one at all for the sake of speed.
constexpr std::size_t kRoomyChunksMax = 256;
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

bool ChunkPool::roomy() const {
  return lent_ < kRoomyChunksMax;
}

bool ReadBuffer::holds(Bytes bytes) const {
  return chunk_ && bytes.data() >= chunk_.get() && bytes.data() + bytes.size() <= chunk_.get() + size_;
}

bool ReadBuffer::shows(Bytes bytes) const {
  const Bytes all = data();
  return bytes.data() >= all.data() && bytes.data() < all.data() + all.size();
}

Bytes ReadBuffer::data() const {
  const std::uint8_t* base = chunk_ ? chunk_.get() : stash_.data();
  return {base + begin_, end_ - begin_};
}

void ReadBuffer::consume(std::size_t n) {
  begin_ += n;
  if (begin_ == end_) begin_ = end_ = 0;
}

std::size_t ReadBuffer::small_bytes() const {
  return std::min(kSmallBytes, pool_.chunk_bytes() / 4);
}

// A chunk, or where those are scarce just enough. Whatever is held moves along.
void ReadBuffer::take_memory(std::size_t bytes) {
  const bool pooled = pool_.roomy();
  const std::size_t size = pooled ? pool_.chunk_bytes() : std::max(bytes, small_bytes());
  ChunkPool::Chunk memory = pooled ? pool_.take() : std::make_unique_for_overwrite<std::uint8_t[]>(size);
  const Bytes held = data();
  if (!held.empty()) std::memcpy(memory.get(), held.data(), held.size());
  end_ = held.size();
  begin_ = 0;
  release();
  stash_ = {};
  chunk_ = std::move(memory);
  pooled_ = pooled;
  size_ = size;
}

MutableBytes ReadBuffer::room(std::size_t need) {
  const std::size_t held = end_ - begin_;
  const std::size_t least = std::max(need, held + 1);
  const bool too_much = !pooled_ && size_ > std::max(least, small_bytes());
  if (held == 0 && chunk_ && (pooled_ != pool_.roomy() || too_much)) release();
  if (!chunk_ || size_ < least) take_memory(least);
  // Little room is a system call for little: then the data moves to the front as well.
  if (size_ - begin_ < least || size_ - end_ < std::min(size_ / 8, size_ - held)) {
    std::memmove(chunk_.get(), chunk_.get() + begin_, held);
    begin_ = 0;
    end_ = held;
  }
  return {chunk_.get() + end_, size_ - end_};
}

void ReadBuffer::settle() {
  const std::size_t held = end_ - begin_;
  if (!chunk_ || held > kStashBytesMax) return;
  stash_.assign(chunk_.get() + begin_, chunk_.get() + end_);
  release();
  begin_ = 0;
  end_ = held;
}

void ReadBuffer::release() {
  if (!chunk_) return;
  if (pooled_) {
    pool_.give_back(std::move(chunk_));
  } else {
    chunk_.reset();
  }
}

}  // namespace assay::proxy
