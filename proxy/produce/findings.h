// What judging one partition's batch found out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/ulid.h"
#include "judge/plan.h"
#include "proxy/produce/inspect.h"
#include "proxy/produce/snapshot.h"
#include "record/record_view.h"
#include "record/violation.h"

namespace assay::proxy {

struct ViolatingRecord {
  Ulid id;                             // of its row in the reject store
  const RecordView* record = nullptr;  // null: the batch itself did not open
  std::uint32_t index = 0;
  std::vector<Violation> violations;  // at least one
  bool secret = false;
  Action action = Action::observe;  // the strictest of its violations
  std::int32_t key_schema_id = -1;
  std::int32_t value_schema_id = -1;
  std::string subject;
};

struct UndecidedRecord {
  const RecordView* record = nullptr;
  bool secret = false;  // it may hold a plaintext secret
};

struct Findings {
  kafka::BatchFault fault = kafka::BatchFault::none;
  std::uint32_t records = 0;
  std::vector<ViolatingRecord> violating;  // ascending by index
  // Where the batch is to be rejected anyway, and limits.rejects_per_batch_max records are in `violating`:
  // the others' indexes, ascending.
  std::vector<std::uint32_t> violating_more;
  std::vector<UndecidedRecord> undecided;  // records that could not be judged
  std::string undecided_why;               // of the first of them
  std::vector<Judged> judged;

  Action strictest() const;
};

// The rule name of violations of the batch as a whole.
inline constexpr std::string_view kBatchRule = "batch";

// Opens and judges one batch. Views in the result end with the scratch's batch. What is missing is added to
// `wanted`; the findings mean nothing then, unless context.last_try: then it is undecided.
Findings judge_batch(Bytes batch, const std::shared_ptr<const TopicEntry>& topic, const Snapshot& snapshot,
                     InspectContext& context, InspectScratch& scratch, Wanted& wanted);

}  // namespace assay::proxy
