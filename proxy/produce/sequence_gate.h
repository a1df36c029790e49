// Keeps the order of one idempotent producer on one partition, when the proxy has told it to send a batch
// again.
//
// Such a producer numbers its records, and has several batches under way. A broker that holds no state for it
// (its first batches, or after an expiry) takes whatever number comes first. So when the proxy refuses a
// batch for now, and the next one passes, the broker takes that one, and the refused one never again: error
// 45 without end (KAFKA-14359), a producer that gives up (librdkafka), or records that it believes stored.
// Therefore: after a refusal that is retried, nothing later passes before the refused numbers have come
// again, in order.
//
// Ends by itself when the awaited batch has not come for kGivenUpMs: the client has dropped it (aiokafka goes
// on with later numbers), and what then happens is between it and the broker. A higher epoch or another
// producer id is another gate (proxy/produce/producer_table.h). A batch refused for good is not waited for:
// clients start a new epoch (Java, librdkafka, sarama), use its numbers again (franz-go), or go on behind
// them.
//
// A value, without locks or clock. Sequence numbers wrap from 2^31-1 to 0; "later" is less than half the
// ring.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace assay::proxy {

// Numbers of a batch's first and last record; last >= first but for the wrap.
struct SequenceRange {
  std::int32_t first = 0;
  std::int32_t last = 0;
  bool operator==(const SequenceRange&) const = default;
};

bool later(std::int32_t sequence, std::int32_t than);
std::int32_t next_sequence(std::int32_t sequence);

class SequenceGate {
 public:
  // A refused batch is sent again within seconds; Java fails one after two minutes (delivery.timeout.ms).
  static constexpr EpochMs kGivenUpMs = 120'000;

  // Whether something earlier must come first.
  bool holds(SequenceRange batch, EpochMs now_ms) const;
  // The first number that is waited for. REQUIRES: closed().
  std::int32_t awaited() const { return awaited_; }
  bool closed() const { return closed_; }

  // It was, or will be, answered "again later". Where everything up to its numbers was forwarded already, it
  // is a late copy (its connection is gone), and nothing is waited for.
  void refused(SequenceRange batch, EpochMs now_ms);
  // It will not come again with these numbers, or with these numbers and other records.
  void refused_for_good(SequenceRange batch, EpochMs now_ms);
  // It goes to the broker. `again`: it did before.
  void forwarded(SequenceRange batch, bool again, EpochMs now_ms);

 private:
  bool given_up(EpochMs now_ms) const { return now_ms - seen_ms_ >= kGivenUpMs; }
  void advance(SequenceRange past, EpochMs now_ms);

  bool closed_ = false;
  bool has_forwarded_ = false;
  std::int32_t awaited_ = 0;         // comes first
  std::int32_t until_ = 0;           // the last number that was refused: behind it all is as it was
  std::int32_t forwarded_next_ = 0;  // behind the batch forwarded last
  EpochMs seen_ms_ = 0;              // when the awaited batch was refused last
};

}  // namespace assay::proxy
