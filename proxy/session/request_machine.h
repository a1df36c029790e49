// From the client to the broker: cuts the stream into requests, decides from each header what has to happen,
// and keeps the line of answers. Pure. Requests that nobody has business with pass in pieces, as they come.
#pragma once

#include <span>
#include <string>

#include "kafka/messages/produce.h"
#include "proxy/produce/inspect.h"
#include "proxy/session/conversation.h"
#include "proxy/session/frame_collector.h"
#include "proxy/session/step.h"

namespace assay::proxy {

class RequestMachine {
 public:
  explicit RequestMachine(Conversation& conversation) : conversation_(conversation) {}

  // `received`: everything that came and was not consumed.
  Step next(Bytes received);
  void filled(std::size_t n) { collector_.filled(n); }
  void reserved();

  // After Kind::inspect, until decide().
  const kafka::ProduceRequest& request() const { return request_; }

  struct Dispatch {
    std::span<const Bytes> pieces;  // to be sent upstream; they live until next()
    std::uint64_t slot = 0;         // 0: no answer is due
    bool answered = false;          // an answer was put in line here
    bool close = false;             // after `pieces`
  };
  // `keeping`: the decision's must_keep were handed to the store, and kept() will be called for the slot.
  Dispatch decide(Decision decision, bool keeping);

  // Between two requests: a client may leave here.
  bool at_boundary() const { return passing_ == 0 && !collector_.active() && !inspecting_; }
  const std::string& why() const { return why_; }

 private:
  Step begin_frame(Bytes received);
  Step pass_run(Bytes received, std::size_t run);
  Step whole_frame(Bytes frame, std::size_t consumed);
  Step api_versions(Bytes frame, Step step);
  Step sasl_handshake(Bytes frame, Step step);
  Step sasl_authenticate(Bytes frame, Step step);
  Step produce(Bytes frame, Step step);
  Step close(CloseReason reason, std::string why);
  bool check_length(Bytes received, Step& refusal);
  void push(Slot::Source source);
  std::uint64_t push_produce(Decision decision, bool keeping);

  Conversation& conversation_;
  kafka::RequestHeader header_;
  FrameCollector collector_;
  std::size_t wanted_ = 0;   // a frame whose memory is not granted yet
  std::size_t passing_ = 0;  // bytes of the current request that are still to pass
  bool inspecting_ = false;
  std::string mechanism_;  // of the SASL exchange that is under way
  kafka::ProduceRequest request_;
  Bytes frame_;  // of request_, with its length field
  kafka::GatheredRequest gathered_;
  std::string why_;
};

}  // namespace assay::proxy
