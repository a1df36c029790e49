// What inspect() asks about an idempotent producer, and what it leaves behind for the process to know. Every
// connection of the process shares one (producer_table.h): a retry after a lost answer comes on another one.
//
// inspect() only looks. What it found out stands in Decision::notes, and is entered by settle() when the
// request is decided, before its first byte goes upstream. So when the connection dies in between, a batch
// counts as forwarded that never was: sent again, it goes without a second judgement, by the rules of its
// first one. The other way round (entered when written), a batch that the broker has stored could be refused.
//
// A producer that is not idempotent (producer id -1), or asks for no answer (acks=0), is none of this.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "proxy/produce/sequence_gate.h"
#include "proxy/produce/verdict_memo.h"

namespace assay::proxy {

// One producer on one partition: a keyed hash of (principal, producer id, topic name or id, partition). The
// principal is in it because the answers that hold a producer back are given before the broker has said who
// may write: nobody else's batches may hold it.
using StreamKey = BatchHash;

struct StreamName {
  std::string_view principal;
  std::int64_t producer_id = -1;
  std::string_view topic;  // the name, or the 16 bytes of the id: as in the request
  std::int32_t partition = 0;
};

struct ProducerBatch {
  StreamKey stream{};
  std::int16_t epoch = -1;
  SequenceRange range;
};

// How a batch stands when it comes.
struct Standing {
  bool held = false;                    // an earlier one must come first, from number
  std::int32_t awaited = 0;             // this one
  std::optional<RememberedBatch> same;  // one with the same numbers was forwarded
};

// What is to be known of a batch that was decided.
struct BatchNote {
  enum class Fate : std::uint8_t {
    forwarded,  // judged, and goes on
    again,      // known, and goes on as it did
    undecided,  // answered "again later"
    held,       // answered "again later", for an earlier one must come first
    refused,    // answered "never"
  } fate = Fate::forwarded;
  ProducerBatch batch;
  std::optional<BatchHash> hash;       // forwarded
  std::shared_ptr<const Marks> marks;  // forwarded
  // refused: if its rejects cannot be kept, it will be answered "again later" instead. Until kept() says
  // which, nothing later passes.
  bool reversible = false;
  // Where it stands in the request.
  std::size_t topic = 0;
  std::size_t partition = 0;
};

class ProducerStates {
 public:
  virtual ~ProducerStates() = default;

  // Pure. Nothing: there is no memory for it, and the batch passes as if it were not idempotent.
  virtual std::optional<StreamKey> stream(const StreamName& name) const = 0;
  // Of the batch as received, but for its partition leader epoch, which is no part of it (brokers write it).
  virtual std::optional<BatchHash> hash(const StreamKey& stream, Bytes batch) const = 0;

  // Thread-safe, all of them. One lock of one shard for each batch.
  virtual Standing look(const ProducerBatch& batch, EpochMs now_ms) const = 0;
  virtual void settle(std::span<const BatchNote> notes, EpochMs now_ms) = 0;
  // The rejects of a decision's reversible refusals are durable, or never will be.
  virtual void kept(std::span<const BatchNote> notes, bool durable, EpochMs now_ms) = 0;
};

}  // namespace assay::proxy
