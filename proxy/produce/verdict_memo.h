// What became of the last batches that one producer sent to one partition, so that the same batch, sent
// again, has the same fate: rules may have been reloaded since, and the broker may have stored it already.
//
// As many batches as the broker remembers to recognise duplicates (ProducerStateEntry, Apache Kafka: 5). A
// retry is told by a keyed hash of its bytes (io/crypto/keyed_hash.h): by sequence numbers alone it cannot be
// told, for some clients use those of a failed batch again, and CRC-32C can be made to fit any batch. A batch
// that the broker answered with an error, so that it stored nothing, is forwarded again as well: the broker
// tells the two cases apart.
//
// A value, without locks or clock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/produce/sequence_gate.h"

namespace assay::proxy {

using BatchHash = std::array<std::uint64_t, 2>;

// The header that `mark` gave a record.
struct Mark {
  std::uint32_t record_index = 0;
  std::string text;
  bool operator==(const Mark&) const = default;
};
using Marks = std::vector<Mark>;  // ascending

// Memory behind marks.
std::size_t bytes_of(const Marks& marks);

struct RememberedBatch {
  SequenceRange range;
  BatchHash hash{};
  std::shared_ptr<const Marks> marks;  // null: it went untouched
};

class VerdictMemo {
 public:
  static constexpr std::size_t kBatches = 5;
  // Marks beyond this are not remembered, nor is their batch: sent again, it is judged again.
  static constexpr std::size_t kMarksBytesMax = 256UL << 10;

  // The one with exactly these numbers: whether it is the same batch, its hash tells. Null: none.
  const RememberedBatch* find(SequenceRange range) const;
  // In place of the one with the same numbers, or of the oldest; not one from before all of them.
  void remember(RememberedBatch batch);
  std::size_t size() const { return size_; }
  // Memory behind it, beyond its own size.
  std::size_t extra_bytes() const;

 private:
  std::array<RememberedBatch, kBatches> batches_;
  std::uint8_t size_ = 0;
  std::uint8_t oldest_ = 0;  // once it is full
};

}  // namespace assay::proxy
