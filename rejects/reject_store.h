// Keeping refused records. The proxy sees this face only; the SQLite journal and index stand behind it.
#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "rejects/draft.h"

namespace assay::rejects {

// Told once, on a thread of the store's: the drafts are durable, or why not (`io`: disk; `unavailable`: queue
// full).
using Ticket = std::function<void(Result<void>)>;

// How often each topic and rule was asked at all: the denominators of GET /v1/stats.
struct Evaluated {
  std::string topic;
  std::string rule;  // empty: records judged on the topic
  std::string client_id;
  std::uint64_t records = 0;
};

class RejectSink {
 public:
  virtual ~RejectSink() = default;
  // Thread-safe, never blocks on the disk. The drafts of one call become durable together, in one commit with
  // whatever else waits (group commit). When the queue's bytes are used up, the ticket is `unavailable` at
  // once.
  virtual void keep(std::vector<Draft> drafts, Ticket ticket) = 0;
  // Best effort (`mark`, `observe`): losses are counted.
  virtual void keep_if_possible(std::vector<Draft> drafts) = 0;
  // Adds to the denominators; kept in memory and written with the next commit.
  virtual void count(std::vector<Evaluated> evaluated) = 0;
};

}  // namespace assay::rejects
