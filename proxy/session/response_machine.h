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

  const std::string& why() const { return why_; }

 private:
  Step begin_frame(Bytes received);
  Step pass_run(Bytes received, std::size_t run);
  Step patch(Bytes received);
  Step whole_frame(Bytes frame, std::size_t consumed);
  Step rewritten(const Slot& slot, Bytes body, Step step);
  Step narrowed(const Slot& slot, Bytes body, Step step);
  Step authenticated(const Slot& slot, Bytes body, Step step);
  Step merged(Slot& slot, Bytes body, Step step);
  Step close(CloseReason reason, std::string why);
  void learn_topics(const Slot& slot, Bytes body);

  Conversation& conversation_;
  FrameCollector collector_;
  std::size_t wanted_ = 0;
  std::size_t passing_ = 0;
  std::optional<kafka::EndpointPatcher> patcher_;
  Buffer out_;  // what the last step's bytes view
  std::string why_;
};

}  // namespace assay::proxy
