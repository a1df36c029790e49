#include "registry/schema/json_schema/text_index.h"

#include <algorithm>
#include <cstring>

namespace assay::schema::json {
namespace {

// Fits the second-level cache together with its index.
constexpr std::size_t kChunkBytes = 32UL << 10;
constexpr std::size_t kKeptBytes = 4UL
                                   << 20;  // an arena above this is given back when it is no longer needed
constexpr std::size_t kKeptCapacity = 1UL << 20;  // the same for the index: 4 bytes for each
constexpr std::size_t kPadding = 64;
constexpr std::uint8_t kSeparator[] = {'\n', '\0', '\n'};

}  // namespace

TextIndex::TextIndex() {
  // Fails only without memory, which run() then reports.
  if (simdjson::get_active_implementation()->create_dom_parser_implementation(kChunkBytes + kPadding, 1,
                                                                              stage_) != simdjson::SUCCESS) {
    stage_.reset();
  }
}

void TextIndex::reserve(std::size_t bytes) {
  const bool shrink = arena_bytes_ > kKeptBytes && bytes <= kKeptBytes;
  if (bytes <= arena_bytes_ && !shrink) return;
  arena_bytes_ = std::max(bytes, kChunkBytes);
  arena_ = std::make_unique_for_overwrite<std::uint8_t[]>(arena_bytes_ + kPadding);
}

void TextIndex::begin(std::span<const Bytes> bodies) {
  std::size_t total = 0;
  std::size_t largest = 0;
  for (const Bytes body : bodies) {
    total += sizeof(kSeparator);
    if (body.size() >= kBodyBytesMax) continue;
    total += body.size();
    largest = std::max(largest, body.size());
  }
  reserve(total);
  if (stage_ && stage_->capacity() > kKeptCapacity && largest < kKeptCapacity) {
    if (stage_->set_capacity(kChunkBytes + kPadding) != simdjson::SUCCESS) stage_.reset();
  }
  bodies_ = bodies;
  used_ = 0;
  chunk_first_ = 0;
  chunk_last_ = 0;
}

// Copies bodies from `first` on until the chunk is full, and indexes them.
void TextIndex::load_chunk(std::size_t first) {
  chunk_first_ = first;
  chunk_offset_ = used_;
  spots_.clear();
  std::size_t last = first;
  do {
    const Bytes body = bodies_[last];
    spots_.push_back({used_, body.size()});
    if (body.size() < kBodyBytesMax) {
      if (!body.empty()) std::memcpy(arena_.get() + used_, body.data(), body.size());
      used_ += body.size();
    }
    std::memcpy(arena_.get() + used_, kSeparator, sizeof(kSeparator));
    used_ += sizeof(kSeparator);
    ++last;
  } while (last < bodies_.size() && used_ - chunk_offset_ + bodies_[last].size() <= kChunkBytes);
  chunk_last_ = last;
  std::memset(arena_.get() + used_, ' ', kPadding);
  escape_known_ = false;
  one_by_one_ = run(chunk_offset_, used_ - chunk_offset_) != simdjson::SUCCESS;
  if (!one_by_one_) cursor_ = stage_->structural_indexes.get();
}

simdjson::error_code TextIndex::run(std::size_t offset, std::size_t bytes) {
  if (!stage_) return simdjson::MEMALLOC;
  if (stage_->capacity() < bytes) {
    const auto error = stage_->set_capacity(bytes);
    if (error != simdjson::SUCCESS) return error;
  }
  return stage_->stage1(arena_.get() + offset, bytes, simdjson::stage1_mode::regular);
}

// One pass over the chunk, however many bodies ask.
bool TextIndex::has_escapes(std::size_t offset, std::size_t bytes) {
  if (!escape_known_ || next_escape_ < offset) {
    escape_known_ = true;
    const void* found = std::memchr(arena_.get() + offset, '\\', used_ - offset);
    next_escape_ = found == nullptr
                       ? used_
                       : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - arena_.get());
  }
  return next_escape_ < offset + bytes;
}

IndexedText TextIndex::open(std::size_t index) {
  if (index >= chunk_last_) load_chunk(index);
  const Spot spot = spots_[index - chunk_first_];
  IndexedText out;
  if (spot.size >= kBodyBytesMax) {
    out.error = simdjson::CAPACITY;
    return out;
  }
  const std::size_t base = one_by_one_ ? spot.offset : chunk_offset_;
  out.text = arena_.get() + base;
  out.begin = static_cast<std::uint32_t>(spot.offset - base);
  out.end = static_cast<std::uint32_t>(spot.offset - base + spot.size + 1);
  out.escapes = has_escapes(spot.offset, spot.size);
  if (one_by_one_) {
    out.error = run(spot.offset, spot.size + sizeof(kSeparator));
    if (out.error == simdjson::SUCCESS) out.at = stage_->structural_indexes.get();
    return out;
  }
  while (*cursor_ < out.begin) ++cursor_;
  out.at = cursor_;
  return out;
}

}  // namespace assay::schema::json
