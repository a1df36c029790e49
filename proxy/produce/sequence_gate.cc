#include "proxy/produce/sequence_gate.h"

namespace assay::proxy {
namespace {

constexpr std::uint32_t kMask = 0x7fff'ffff;
constexpr std::uint32_t kHalf = 0x4000'0000;

// How far behind `from` `to` stands on the ring.
std::uint32_t distance(std::int32_t from, std::int32_t to) {
  return (static_cast<std::uint32_t>(to) - static_cast<std::uint32_t>(from)) & kMask;
}

bool covers(SequenceRange batch, std::int32_t sequence) {
  return distance(batch.first, sequence) <= distance(batch.first, batch.last);
}

}  // namespace

bool later(std::int32_t sequence, std::int32_t than) {
  const std::uint32_t ahead = distance(than, sequence);
  return ahead != 0 && ahead < kHalf;
}

std::int32_t next_sequence(std::int32_t sequence) {
  return static_cast<std::int32_t>((static_cast<std::uint32_t>(sequence) + 1) & kMask);
}

bool SequenceGate::holds(SequenceRange batch, EpochMs now_ms) const {
  return closed_ && !given_up(now_ms) && later(batch.first, awaited_);
}

void SequenceGate::refused(SequenceRange batch, EpochMs now_ms) {
  if (closed_ && given_up(now_ms)) closed_ = false;
  if (has_forwarded_ && later(forwarded_next_, batch.last)) return;
  if (!closed_) {
    closed_ = true;
    awaited_ = batch.first;
    until_ = batch.last;
    seen_ms_ = now_ms;
    return;
  }
  if (later(batch.last, until_)) until_ = batch.last;
  if (later(batch.first, awaited_)) return;  // held back: the awaited one was not seen
  awaited_ = batch.first;
  seen_ms_ = now_ms;
}

void SequenceGate::refused_for_good(SequenceRange batch, EpochMs now_ms) {
  advance(batch, now_ms);
}

void SequenceGate::forwarded(SequenceRange batch, bool again, EpochMs now_ms) {
  // A copy of what went long ago says nothing of where the producer stands.
  if (!again) {
    has_forwarded_ = true;
    forwarded_next_ = next_sequence(batch.last);
  }
  advance(batch, now_ms);
}

void SequenceGate::advance(SequenceRange past, EpochMs now_ms) {
  if (!closed_) return;
  if (given_up(now_ms)) {
    closed_ = false;
    return;
  }
  if (!covers(past, awaited_)) return;
  awaited_ = next_sequence(past.last);
  seen_ms_ = now_ms;
  if (later(awaited_, until_)) closed_ = false;
}

}  // namespace assay::proxy
