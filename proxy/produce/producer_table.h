// All producers of the process: a gate and a memo for each (stream, epoch), sharded, bounded, expiring.
//
// As the broker's own state it is per stream, and a higher epoch takes the place of a lower one. An entry
// that was not used for `expiry_ms` goes (producer.id.expiration.ms, 24 h), and the one used longest ago when
// there is no room: what goes early costs a second judgement of a retry, or a gate that opens too soon; never
// a record that was not judged.
#pragma once

#include <array>
#include <functional>
#include <list>
#include <mutex>
#include <unordered_map>

#include "base/metrics.h"
#include "proxy/produce/producer_states.h"

namespace assay::proxy {

// A keyed hash of the pieces as one message, whose collisions nobody outside can find. Thread-safe.
using KeyedHasher = std::function<std::optional<BatchHash>(std::span<const Bytes>)>;

class ProducerTable : public ProducerStates {
 public:
  struct Options {
    // Both stop: a new producer id for every batch.
    std::size_t entries_max = 100'000;
    std::size_t bytes_max = 64UL << 20;
    EpochMs expiry_ms = 24LL * 60 * 60 * 1'000;
  };

  ProducerTable(Options options, KeyedHasher hasher, Metrics& metrics);

  std::optional<StreamKey> stream(const StreamName& name) const override;
  std::optional<BatchHash> hash(const StreamKey& stream, Bytes batch) const override;
  Standing look(const ProducerBatch& batch, EpochMs now_ms) const override;
  void settle(std::span<const BatchNote> notes, EpochMs now_ms) override;
  void kept(std::span<const BatchNote> notes, bool durable, EpochMs now_ms) override;

  // Drops what has expired, and brings the gauges up to date. Called now and then.
  void sweep(EpochMs now_ms);

  std::size_t entries() const;
  std::size_t bytes() const;

 private:
  struct Entry {
    StreamKey stream{};
    std::int16_t epoch = -1;
    EpochMs used_ms = 0;
    SequenceGate gate;
    VerdictMemo memo;
  };
  using Order = std::list<Entry>;  // used last first
  struct KeyHash {
    std::size_t operator()(const StreamKey& key) const { return static_cast<std::size_t>(key[0]); }
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    Order order;
    std::unordered_map<StreamKey, Order::iterator, KeyHash> by_stream;
    std::size_t extra_bytes = 0;  // behind the entries' memos
  };
  static constexpr std::size_t kShards = 64;
  // An entry with its nodes in list and map, as the allocator gives them.
  static constexpr std::size_t kEntryBytes = sizeof(Entry) + 128;

  Shard& shard_of(const StreamKey& stream) { return shards_[stream[1] % kShards]; }
  const Shard& shard_of(const StreamKey& stream) const { return shards_[stream[1] % kShards]; }
  static std::size_t bytes_of(const Shard& shard);
  Entry* entry_for(Shard& shard, const ProducerBatch& batch, EpochMs now_ms);
  void settle_one(Shard& shard, const BatchNote& note, EpochMs now_ms);
  void make_room(Shard& shard);
  static void drop_oldest(Shard& shard);

  const Options options_;
  const KeyedHasher hasher_;
  std::array<Shard, kShards> shards_;
  prometheus::Counter& held_;
  prometheus::Counter& hits_;
  prometheus::Counter& expired_;
  prometheus::Counter& evicted_;
  prometheus::Gauge& entries_;
  prometheus::Gauge& bytes_;
};

}  // namespace assay::proxy
