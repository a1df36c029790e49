#include "registry/schema/json_schema/workspace.h"

#include <algorithm>

#include "registry/schema/json_schema/names.h"

namespace assay::schema::json {

void Trail::grow() {
  steps_.resize(std::max<std::size_t>(32, 2 * steps_.size()));
}

void NameStack::grow() {
  names_.resize(names_.empty() ? 256 : 2 * names_.size());
}

std::size_t Memo::slot_of(std::uint32_t check, std::uint32_t place) const {
  const std::uint64_t key = std::uint64_t{check} << 32U | place;
  return mix(key ^ kNameSeed, 0x9E3779B97F4A7C15) & (entries_.size() - 1);
}

int Memo::find(std::uint32_t check, std::uint32_t place) const {
  if (entries_.empty()) return 0;
  for (std::size_t slot = slot_of(check, place);; slot = (slot + 1) & (entries_.size() - 1)) {
    const Entry& entry = entries_[slot];
    if (entry.generation != generation_) return 0;
    if (entry.check == check && entry.place == place) return entry.holds ? 1 : 2;
  }
}

void Memo::add(std::uint32_t check, std::uint32_t place, bool holds) {
  if (2 * (used_ + 1) > entries_.size()) grow();
  std::size_t slot = slot_of(check, place);
  while (entries_[slot].generation == generation_) slot = (slot + 1) & (entries_.size() - 1);
  entries_[slot] = Entry{check, place, generation_, holds};
  ++used_;
}

void Memo::grow() {
  std::vector<Entry> old(entries_.empty() ? 256 : entries_.size() * 2);
  old.swap(entries_);
  used_ = 0;
  for (const Entry& entry : old) {
    if (entry.generation == generation_) add(entry.check, entry.place, entry.holds);
  }
}

}  // namespace assay::schema::json
