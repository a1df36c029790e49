// START HERE. The heart of Assay: one produce request, judged.
//
//   inspect(request, snapshot, limits, now) -> Decision | Wanted
//
// Pure: no socket, clock or thread. What is missing comes back as Wanted; the session gets it and asks again
// with a newer snapshot. What the process knows of idempotent producers is looked at through
// context.producers, and changed by nobody here: the caller enters Decision::notes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/ulid.h"
#include "kafka/batch/record_batch.h"
#include "kafka/messages/produce.h"
#include "proxy/produce/client_quirks.h"
#include "proxy/produce/producer_states.h"
#include "proxy/produce/snapshot.h"
#include "rejects/draft.h"
#include "rejects/reject_store.h"

namespace assay::proxy {

// The answer that the proxy itself gives for one partition of the request.
struct LocalAnswer {
  std::size_t topic = 0;  // positions in the request
  std::size_t partition = 0;
  kafka::ProducePartitionResponse response;
};

// How many records were judged, and which plan was asked about them: the denominators of GET /v1/stats.
struct Judged {
  std::shared_ptr<const TopicEntry> topic;
  std::shared_ptr<const judge::Plan> plan;  // null: what was wrong was seen before any rule was asked
  std::uint32_t records = 0;
};

struct Decision {
  enum class Forward : std::uint8_t {
    untouched,  // the received frame, byte for byte
    edited,     // some partitions left out or replaced: `edits`
    nothing,    // every partition is answered here
  } forward = Forward::untouched;
  std::vector<kafka::ProduceEdit> edits;  // ascending
  std::vector<LocalAnswer> answers;       // ascending
  // Must be durable before anything here is answered. If they cannot be kept, `unless_kept` takes the place
  // of `answers` (the topic's onUndecided); what is forwarded stays the same.
  std::vector<rejects::Draft> must_keep;
  std::vector<LocalAnswer> unless_kept;
  std::vector<rejects::Draft> keep_if_possible;
  std::vector<Judged> judged;
  // Of every batch of an idempotent producer, for ProducerStates::settle and, when something must be kept,
  // kept.
  std::vector<BatchNote> notes;
  bool close = false;  // acks0: close, and a part was refused
};

using Inspection = std::variant<Decision, Wanted>;

// What the thread lends: grows to what requests need, is reused.
struct InspectScratch {
  // The records of a batch that go to one plan.
  struct Group {
    std::shared_ptr<const judge::Plan> plan;
    std::vector<judge::OpenRecord> records;
    std::vector<judge::Verdict> verdicts;
  };
  kafka::OpenBatch batch;
  judge::Scratch judge;
  std::vector<Group> groups;
  std::size_t groups_used = 0;
  std::map<PlanKey, std::size_t> group_of;
};

struct InspectContext {
  const Limits& limits;
  EpochMs now_ms = 0;
  UlidGenerator& ids;
  std::shared_ptr<const rejects::Client> client;
  bool last_try = false;  // the wait for Wanted is over: what is still missing is undecided
  // Null: no batch is known from before, and none is held back.
  const ProducerStates* producers = nullptr;
  ClientTraits traits;
};

Inspection inspect(const kafka::ProduceRequest& request, const Snapshot& snapshot, InspectContext& context,
                   InspectScratch& scratch);

}  // namespace assay::proxy
