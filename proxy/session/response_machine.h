// From the broker to the client: matches each answer with the request that waits for it, in order, and sends
// on, rewrites, merges, or puts in what is answered here. Pure. Answers that nobody has business with pass in
// pieces, as they come.
#pragma once

#include <optional>
#include <string>

#include "kafka/messages/endpoint_patcher.h"
#include "proxy/session/conversation.h"
#include "proxy/session/frame_collector.h"
#include "proxy/session/step.h"

namespace assay::proxy {

class ResponseMachine {
 public:
  explicit ResponseMachine(Conversation& conversation) : conversation_(conversation) {}

  // `received`: everything that the broker sent and was not consumed.
  Step next(Bytes received);
  void filled(std::size_t n) { collector_.filled(n); }
  void reserved();

  // Between two answers: when the broker ends here, nothing is cut off.
  bool at_boundary() const {
    return remaining_ == 0 && wanted_ == 0 && !patcher_ && (finished_ || !collector_.active());
  }
  const std::string& why() const { return why_; }

 private:
  Step local_answers();
  Step begin_frame(Bytes received);
  Step pass(Bytes received);
  Step patch(Bytes received, std::size_t skip);
  Step collect(Bytes received);
  Step whole(Bytes frame, std::size_t consumed);
  Result<Bytes> answer_for(Slot& slot, Bytes frame);
  Result<Bytes> rewritten(const Slot& slot, Bytes frame);
  Result<Bytes> narrowed(const Slot& slot, Bytes frame);
  Result<Bytes> outcome_seen(const Slot& slot, Bytes frame);
  Result<Bytes> merged(Slot& slot, Bytes frame);
  Step close(CloseReason reason, std::string why);

  Conversation& conversation_;
  FrameCollector collector_;
  std::size_t wanted_ = 0;     // a frame whose memory is not granted yet
  std::size_t remaining_ = 0;  // bytes of the current answer that are still to come, where it is streamed
  bool finished_ = false;      // what the collector holds is done with
  std::optional<kafka::EndpointPatcher> patcher_;
  Buffer out_;  // what the last step's bytes view, where they are not the broker's
  std::string why_;
};

}  // namespace assay::proxy
