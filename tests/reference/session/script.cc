#include "tests/reference/session/script.h"

#include <utility>

namespace assay::kit {

using proxy::CloseReason;
using proxy::Step;

Script::Script(const proxy::ConversationOptions& options)
    : conversation_(options, *this, "10.0.0.1:1234"), requests_(conversation_), responses_(conversation_) {}

kafka::HostPort Script::place(const kafka::BrokerAddress& broker) {
  nodes.insert(broker.node_id);
  return {"gate", 20'000 + broker.node_id};
}

std::optional<kafka::HostPort> Script::find(std::int32_t node) const {
  if (!nodes.contains(node)) return std::nullopt;
  return kafka::HostPort{"gate", 20'000 + node};
}

Script& Script::client(Bytes bytes) {
  append(client_in_.unseen, bytes);
  run();
  return *this;
}

Script& Script::broker(Bytes bytes) {
  append(broker_in_.unseen, bytes);
  run();
  return *this;
}

Script& Script::kept(bool durable) {
  const std::uint64_t slot = keeping_.front();
  keeping_.erase(keeping_.begin());
  conversation_.kept(slot, durable);
  run();
  return *this;
}

Buffer Script::to_broker() {
  return std::exchange(to_broker_, {});
}
Buffer Script::to_client() {
  return std::exchange(to_client_, {});
}

void Script::close(const Step& step, const std::string& why) {
  closed_ = step.reason;
  why_ = why;
}

void Script::run() {
  for (bool moved = true; moved && closed_ == CloseReason::none;) {
    moved = run_requests();
    if (closed_ == CloseReason::none) moved |= run_responses();
  }
}

bool Script::show(Pipe& pipe) {
  if (pipe.unseen.empty()) return false;
  const auto n = static_cast<std::ptrdiff_t>(split(pipe.unseen.size()));
  pipe.held.insert(pipe.held.end(), pipe.unseen.begin(), pipe.unseen.begin() + n);
  pipe.unseen.erase(pipe.unseen.begin(), pipe.unseen.begin() + n);
  return true;
}

template <class Machine>
bool Script::read_into(Machine& machine, Pipe& pipe, const Step& step) {
  pipe.held.erase(pipe.held.begin(), pipe.held.begin() + static_cast<std::ptrdiff_t>(step.consumed));
  if (pipe.unseen.empty()) return step.consumed != 0;
  const std::size_t n = split(std::min(pipe.unseen.size(), step.into.size()));
  std::copy_n(pipe.unseen.begin(), n, step.into.begin());
  pipe.unseen.erase(pipe.unseen.begin(), pipe.unseen.begin() + static_cast<std::ptrdiff_t>(n));
  machine.filled(n);
  return true;
}

void Script::decide() {
  proxy::Decision decision = judge(requests_.request());
  const bool keeping = !decision.must_keep.empty();
  const auto dispatch = requests_.decide(std::move(decision), keeping);
  if (keeping) keeping_.push_back(dispatch.slot);
  for (const Bytes piece : dispatch.pieces) append(to_broker_, piece);
  if (dispatch.close) closed_ = CloseReason::refused_acks0;
}

// One step. False: nothing can be done.
bool Script::run_requests() {
  // A copy of exact size, so that a byte read too far is seen.
  const Buffer shown = client_in_.held;
  const Step step = requests_.next(shown);
  switch (step.kind) {
    case Step::Kind::read:
      return show(client_in_);
    case Step::Kind::read_into:
      return read_into(requests_, client_in_, step);
    case Step::Kind::reserve:
      reserved_most = std::max(reserved_most, step.need);
      requests_.reserved();
      return true;
    case Step::Kind::close:
      close(step, requests_.why());
      return false;
    case Step::Kind::inspect:
      decide();
      break;
    default:
      append(to_broker_, step.bytes);
  }
  client_in_.held.erase(client_in_.held.begin(),
                        client_in_.held.begin() + static_cast<std::ptrdiff_t>(step.consumed));
  return true;
}

bool Script::run_responses() {
  const Buffer shown = broker_in_.held;
  const Step step = responses_.next(shown);
  switch (step.kind) {
    case Step::Kind::read:
      return show(broker_in_);
    case Step::Kind::read_into:
      return read_into(responses_, broker_in_, step);
    case Step::Kind::reserve:
      reserved_most = std::max(reserved_most, step.need);
      responses_.reserved();
      return true;
    case Step::Kind::wait:
      return false;
    case Step::Kind::close:
      close(step, responses_.why());
      return false;
    default:
      append(to_client_, step.bytes);
      append(to_client_, step.more);
  }
  broker_in_.held.erase(broker_in_.held.begin(),
                        broker_in_.held.begin() + static_cast<std::ptrdiff_t>(step.consumed));
  return true;
}

}  // namespace assay::kit
