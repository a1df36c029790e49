// The answers that a client waits for, in the order in which they are due. Requests that are never answered
// (acks=0) are not in it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "proxy/produce/merge_response.h"

namespace assay::proxy {

// The part of an answer to a produce request that is given here.
struct LocalPart {
  std::vector<RequestedTopic> requested;
  std::vector<LocalAnswer> answers;
  std::vector<LocalAnswer> unless_kept;
  bool keeping = false;  // rejects are on their way to the disk: the answer must wait
};

struct Slot {
  enum class Source : std::uint8_t {
    upstream,  // the broker's answer, as it comes
    rewrite,   // the broker's, with its addresses replaced, whole
    patch,     // the same in a stream
    versions,  // the broker's ApiVersions, narrowed
    sasl,      // the broker's, whose outcome must be known
    produce,   // the broker's, its endpoints replaced, `local` merged in
    local,     // no request went upstream: `bytes`, or `local` while it is being kept
  };
  Source source = Source::upstream;
  std::int16_t api_key = 0;
  std::int16_t api_version = 0;       // the client's
  std::int16_t upstream_version = 0;  // produce only: the broker's
  std::int32_t correlation_id = 0;
  std::uint64_t number = 0;          // names the slot
  std::unique_ptr<LocalPart> local;  // produce and local only
  Buffer bytes;                      // local: the answer, with its length field
  std::size_t cost = 0;              // memory behind it, counted when it was pushed
};

class Pending {
 public:
  bool empty() const { return slots_.empty(); }
  std::size_t size() const { return slots_.size(); }
  Slot& front() { return slots_.front(); }
  // Whether the broker owes an answer.
  bool owed_by_upstream() const { return owed_by_upstream_ != 0; }
  // Memory behind the answers that are given here: what a client makes the proxy hold that does not read
  // them.
  std::size_t local_bytes() const { return local_bytes_; }

  // Returns the slot's number.
  std::uint64_t push(Slot slot);
  void pop();
  // Nothing: it is answered already.
  Slot* find(std::uint64_t number);

 private:
  std::deque<Slot> slots_;
  std::uint64_t next_number_ = 1;
  std::size_t owed_by_upstream_ = 0;
  std::size_t local_bytes_ = 0;
};

}  // namespace assay::proxy
