#include "proxy/produce/verdict_memo.h"

#include <algorithm>
#include <utility>

namespace assay::proxy {
namespace {

constexpr SequenceRange kNone{-1, -1};  // no batch has it

}  // namespace

std::size_t bytes_of(const Marks& marks) {
  std::size_t bytes = marks.capacity() * sizeof(Mark);
  for (const Mark& mark : marks) bytes += mark.text.capacity();
  return bytes;
}

const RememberedBatch* VerdictMemo::find(SequenceRange range) const {
  for (std::size_t i = 0; i < size_; ++i) {
    if (batches_[i].range == range) return &batches_[i];
  }
  return nullptr;
}

void VerdictMemo::remember(RememberedBatch batch) {
  const bool too_long = batch.marks && bytes_of(*batch.marks) > kMarksBytesMax;
  const auto same = std::find_if(batches_.begin(), batches_.begin() + size_,
                                 [&](const RememberedBatch& known) { return known.range == batch.range; });
  if (same != batches_.begin() + size_) {
    // Never left as it was: the numbers now stand for another batch.
    *same = too_long ? RememberedBatch{.range = kNone} : std::move(batch);
    return;
  }
  if (too_long) return;
  if (size_ < kBatches) {
    batches_[size_++] = std::move(batch);
    return;
  }
  // A late copy of what was forgotten already: the broker will not take it, and it must not take a place from
  // those that may yet come again.
  const bool before_all = std::all_of(batches_.begin(), batches_.end(), [&](const RememberedBatch& known) {
    return known.range.first >= 0 && later(known.range.first, batch.range.last);
  });
  if (before_all) return;
  batches_[oldest_] = std::move(batch);
  oldest_ = static_cast<std::uint8_t>((oldest_ + 1) % kBatches);
}

std::size_t VerdictMemo::extra_bytes() const {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < size_; ++i) bytes += batches_[i].marks ? bytes_of(*batches_[i].marks) : 0;
  return bytes;
}

}  // namespace assay::proxy
