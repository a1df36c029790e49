// One batch of an idempotent producer, as what the process knows of that producer makes it look.
#pragma once

#include <memory>
#include <optional>

#include "proxy/produce/inspect.h"

namespace assay::proxy {

struct KnownBatch {
  // Nothing: the producer is not idempotent, or wants no answer; the rest means nothing then.
  std::optional<ProducerBatch> batch;
  std::int32_t awaited = 0;  // held: an earlier batch, from this number on, must come first
  bool held = false;
  bool again = false;                  // these very bytes were forwarded before…
  std::shared_ptr<const Marks> marks;  // …with these marks (null: untouched)
};

// Pure; looks, and changes nothing. `topic`, `partition`: positions in the request.
KnownBatch known_batch(const kafka::ProduceRequest& request, std::size_t topic, std::size_t partition,
                       const InspectContext& context);

// Whether the numbers in a batch's header are what its producer wrote. What does not come through must not
// make anybody wait for numbers that nobody has sent.
bool header_is_sound(Bytes batch);

// Whether any batch of the request says that its producer is idempotent.
bool is_idempotent(const kafka::ProduceRequest& request);

// For a client that takes one answer for the whole request: every partition that has none is refused too, for
// good if one of the others is. Nothing is forwarded then. REQUIRES: something is answered here.
void refuse_whole(const kafka::ProduceRequest& request, Decision& decision);

}  // namespace assay::proxy
