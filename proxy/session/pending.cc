#include "proxy/session/pending.h"

#include <algorithm>
#include <utility>

namespace assay::proxy {
namespace {

std::size_t cost_of(const std::vector<LocalAnswer>& answers) {
  std::size_t bytes = answers.size() * sizeof(LocalAnswer);
  for (const LocalAnswer& answer : answers) {
    if (answer.response.error_message) bytes += answer.response.error_message->size();
    for (const auto& error : answer.response.record_errors) bytes += sizeof(error) + error.message.size();
  }
  return bytes;
}

std::size_t cost_of(const Slot& slot) {
  std::size_t bytes = slot.bytes.size();
  if (slot.source == Slot::Source::local) bytes += sizeof(Slot);
  if (slot.local) {
    bytes += sizeof(LocalPart) + cost_of(slot.local->answers) + cost_of(slot.local->unless_kept);
    for (const RequestedTopic& topic : slot.local->requested) {
      bytes += sizeof(topic) + topic.name.size() + topic.partitions.size() * sizeof(std::int32_t);
    }
  }
  return bytes;
}

}  // namespace

std::uint64_t Pending::push(Slot slot) {
  slot.number = next_number_++;
  slot.cost = cost_of(slot);
  local_bytes_ += slot.cost;
  if (slot.source != Slot::Source::local) ++owed_by_upstream_;
  slots_.push_back(std::move(slot));
  return slots_.back().number;
}

void Pending::pop() {
  local_bytes_ -= slots_.front().cost;
  if (slots_.front().source != Slot::Source::local) --owed_by_upstream_;
  slots_.pop_front();
}

Slot* Pending::find(std::uint64_t number) {
  if (slots_.empty() || number < slots_.front().number) return nullptr;
  const std::uint64_t at = number - slots_.front().number;
  return at < slots_.size() ? &slots_[at] : nullptr;
}

}  // namespace assay::proxy
