#include "proxy/produce/producer_table.h"

#include <cstring>
#include <utility>

namespace assay::proxy {
namespace {

// Where a batch's partition leader epoch stands: a broker writes it, and the CRC leaves it out.
constexpr std::size_t kLeaderEpochAt = 12;
constexpr std::size_t kLeaderEpochEnd = 16;

template <class T>
Bytes bytes_in(const T& value) {
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof value};
}

}  // namespace

ProducerTable::ProducerTable(Options options, KeyedHasher hasher, Metrics& metrics)
    : options_(options),
      hasher_(std::move(hasher)),
      held_(metrics.counter("assay_sequence_gate_held_total",
                            "Batches told to come again because an earlier one of their producer must.")),
      hits_(metrics.counter("assay_verdict_memo_hits_total",
                            "Batches forwarded again, as they were before, without judging.")),
      expired_(metrics.counter("assay_producer_states_expired_total",
                               "Producers forgotten because they were not heard of for long.")),
      evicted_(
          metrics.counter("assay_producer_states_evicted_total", "Producers forgotten for want of room.")),
      entries_(metrics.gauge("assay_producer_states", "Idempotent producers known, once per partition.")),
      bytes_(metrics.gauge("assay_producer_states_bytes", "Memory behind them.")) {}

std::optional<StreamKey> ProducerTable::stream(const StreamName& name) const {
  // Lengths first, so that no two names read the same.
  const std::array<std::uint64_t, 4> head{name.principal.size(), name.topic.size(),
                                          static_cast<std::uint64_t>(name.producer_id),
                                          static_cast<std::uint64_t>(name.partition)};
  const std::array<Bytes, 3> pieces{bytes_in(head), as_bytes(name.principal), as_bytes(name.topic)};
  return hasher_(pieces);
}

std::optional<BatchHash> ProducerTable::hash(const StreamKey& stream, Bytes batch) const {
  if (batch.size() < kLeaderEpochEnd) return std::nullopt;
  const std::array<Bytes, 3> pieces{bytes_in(stream), batch.first(kLeaderEpochAt),
                                    batch.subspan(kLeaderEpochEnd)};
  return hasher_(pieces);
}

Standing ProducerTable::look(const ProducerBatch& batch, EpochMs now_ms) const {
  Standing out;
  const Shard& shard = shard_of(batch.stream);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.by_stream.find(batch.stream);
  if (found == shard.by_stream.end()) return out;
  const Entry& entry = *found->second;
  if (entry.epoch != batch.epoch || now_ms - entry.used_ms >= options_.expiry_ms) return out;
  out.held = entry.gate.holds(batch.range, now_ms);
  out.awaited = entry.gate.awaited();
  if (const RememberedBatch* same = entry.memo.find(batch.range)) out.same = *same;
  return out;
}

void ProducerTable::settle(std::span<const BatchNote> notes, EpochMs now_ms) {
  for (const BatchNote& note : notes) {
    if (note.fate == BatchNote::Fate::held) held_.Increment();
    if (note.fate == BatchNote::Fate::again) hits_.Increment();
    Shard& shard = shard_of(note.batch.stream);
    const std::lock_guard lock(shard.mutex);
    settle_one(shard, note, now_ms);
    make_room(shard);
  }
}

void ProducerTable::settle_one(Shard& shard, const BatchNote& note, EpochMs now_ms) {
  Entry* entry = entry_for(shard, note.batch, now_ms);
  if (entry == nullptr) return;
  const SequenceRange range = note.batch.range;
  switch (note.fate) {
    case BatchNote::Fate::forwarded: {
      entry->gate.forwarded(range, false, now_ms);
      if (!note.hash) return;
      const std::size_t before = entry->memo.extra_bytes();
      entry->memo.remember({range, *note.hash, note.marks});
      shard.extra_bytes += entry->memo.extra_bytes() - before;
      return;
    }
    case BatchNote::Fate::again:
      return entry->gate.forwarded(range, true, now_ms);
    case BatchNote::Fate::undecided:
    case BatchNote::Fate::held:
      return entry->gate.refused(range, now_ms);
    case BatchNote::Fate::refused:
      if (note.reversible) return entry->gate.refused(range, now_ms);
      return entry->gate.refused_for_good(range, now_ms);
  }
}

void ProducerTable::kept(std::span<const BatchNote> notes, bool durable, EpochMs now_ms) {
  if (!durable) return;  // the answer is "again later": the gate stays as it is
  for (const BatchNote& note : notes) {
    if (note.fate != BatchNote::Fate::refused || !note.reversible) continue;
    Shard& shard = shard_of(note.batch.stream);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.by_stream.find(note.batch.stream);
    if (found == shard.by_stream.end() || found->second->epoch != note.batch.epoch) continue;
    found->second->gate.refused_for_good(note.batch.range, now_ms);
  }
}

// The entry of that stream and epoch, made or made new; used last from now on. Null: the epoch is an old one,
// and the broker's to refuse.
ProducerTable::Entry* ProducerTable::entry_for(Shard& shard, const ProducerBatch& batch, EpochMs now_ms) {
  const auto found = shard.by_stream.find(batch.stream);
  if (found == shard.by_stream.end()) {
    shard.order.emplace_front();
    shard.by_stream.emplace(batch.stream, shard.order.begin());
    shard.order.front().stream = batch.stream;
    shard.order.front().epoch = batch.epoch;
  } else {
    const bool expired = now_ms - found->second->used_ms >= options_.expiry_ms;
    if (!expired && batch.epoch < found->second->epoch) return nullptr;
    shard.order.splice(shard.order.begin(), shard.order, found->second);
    if (Entry& entry = shard.order.front(); expired || entry.epoch != batch.epoch) {
      shard.extra_bytes -= entry.memo.extra_bytes();
      entry = {.stream = batch.stream, .epoch = batch.epoch};
    }
  }
  shard.order.front().used_ms = now_ms;
  return &shard.order.front();
}

std::size_t ProducerTable::bytes_of(const Shard& shard) {
  return shard.order.size() * kEntryBytes + shard.extra_bytes;
}

// Never the one that was just used.
void ProducerTable::make_room(Shard& shard) {
  while (shard.order.size() > 1 && (shard.order.size() > options_.entries_max / kShards ||
                                    bytes_of(shard) > options_.bytes_max / kShards)) {
    drop_oldest(shard);
    evicted_.Increment();
  }
}

void ProducerTable::drop_oldest(Shard& shard) {
  const Entry& oldest = shard.order.back();
  shard.extra_bytes -= oldest.memo.extra_bytes();
  shard.by_stream.erase(oldest.stream);
  shard.order.pop_back();
}

void ProducerTable::sweep(EpochMs now_ms) {
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    while (!shard.order.empty() && now_ms - shard.order.back().used_ms >= options_.expiry_ms) {
      drop_oldest(shard);
      expired_.Increment();
    }
  }
  entries_.Set(static_cast<double>(entries()));
  bytes_.Set(static_cast<double>(bytes()));
}

std::size_t ProducerTable::entries() const {
  std::size_t entries = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    entries += shard.order.size();
  }
  return entries;
}

std::size_t ProducerTable::bytes() const {
  std::size_t bytes = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    bytes += bytes_of(shard);
  }
  return bytes;
}

}  // namespace assay::proxy
