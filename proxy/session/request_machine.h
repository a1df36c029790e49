// From the client to the broker: cuts the stream into requests, decides from each header what has to happen,
// and keeps the line of answers. Pure. Requests that nobody has business with pass in pieces, as they come.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kafka/messages/header.h"
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
  bool at_boundary() const {
    return passing_ == 0 && wanted_ == 0 && !inspecting_ && (finished_ || !collector_.active());
  }
  const std::string& why() const { return why_; }

 private:
  // What the front of the received bytes is.
  struct Head {
    enum class Kind : std::uint8_t { more, pass, whole, refused } kind = Kind::more;
    std::size_t frame_bytes = 0;  // with the length field
    std::size_t need = 0;         // more: to see what it is
    CloseReason reason = CloseReason::none;
  };
  Head look(Bytes received);
  Head look_at_length(Bytes received, std::int32_t length);
  Head refuse(CloseReason reason, std::string why);
  bool too_early(std::int16_t api_key, std::size_t length, Head& refused);

  void rest();
  Step pass(Bytes received);
  Step collect(Bytes received);
  Step whole(Bytes frame, std::size_t consumed);
  Step api_versions(Step step);
  Step sasl_handshake(Step step);
  Step sasl_authenticate(Step step);
  Step produce(Step step);
  Step close(CloseReason reason, std::string why);
  void seen();
  void push(Slot::Source source);
  std::uint64_t push_produce(Decision& decision, bool keeping);

  Conversation& conversation_;
  kafka::RequestHeader header_;
  bool first_ = true;
  FrameCollector collector_;
  std::size_t wanted_ = 0;   // a frame whose memory is not granted yet
  std::size_t passing_ = 0;  // bytes of the current request that are still to pass
  bool inspecting_ = false;
  bool finished_ = false;  // what the collector holds is done with
  std::string mechanism_;  // of the SASL exchange that is under way
  kafka::ProduceRequest request_;
  Bytes frame_;  // the one that was seen whole, with its length field
  kafka::GatheredRequest gathered_;
  std::vector<Bytes> lowered_;  // what goes upstream in another version than it came
  std::string why_;
};

}  // namespace assay::proxy
