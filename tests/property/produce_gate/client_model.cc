#include "tests/property/produce_gate/client_model.h"

#include <algorithm>

namespace assay::kit {
namespace {

constexpr std::int16_t kNotLeader = 6, kOutOfOrder = 45, kRefused = 87;
constexpr std::size_t kUnderWayMax = 5;

}  // namespace

Network::Network(ClientKind kind, std::vector<std::vector<std::string>> batches) : kind_(kind) {
  for (auto& values : batches) batches_.push_back({.values = std::move(values), .bytes = {}});
}

std::size_t Network::first_open() const {
  const auto open =
      std::find_if(batches_.begin(), batches_.end(), [](const Batch& batch) { return !batch.done; });
  return static_cast<std::size_t>(open - batches_.begin());
}

bool Network::all_done() const {
  return first_open() == batches_.size();
}

void Network::number(Batch& batch) {
  batch.first = next_;
  batch.epoch = epoch_;
  batch.bytes = batch_of(batch.values, {.epoch = epoch_, .first = next_});
  next_ += static_cast<std::int32_t>(batch.values.size());
}

// The first batch that is neither done nor on the wire. Of several, those before it are under way.
bool Network::send() {
  const std::size_t most = kind_ == ClientKind::pipelining ? kUnderWayMax : 1;
  const std::size_t begin = first_open();
  std::size_t window = 0;
  for (std::size_t i = begin; i < batches_.size() && window < most; ++i) {
    Batch& batch = batches_[i];
    if (batch.done) continue;
    ++window;
    if (batch.under_way) continue;
    // While it drains, only those are sent of which it does not know whether they are stored, and what comes
    // before them.
    const auto unknown = [](const Batch& later) { return later.uncertain; };
    if (draining_ &&
        std::none_of(batches_.begin() + static_cast<std::ptrdiff_t>(i), batches_.end(), unknown)) {
      return false;
    }
    if (batch.first < 0) number(batch);
    batch.under_way = true;
    wire_.requests.push_back({i, batch.bytes});
    return true;
  }
  return false;
}

bool Network::serve(Wire& wire) {
  if (wire.requests.empty()) return false;
  const Request request = std::move(wire.requests.front());
  wire.requests.pop_front();
  std::int16_t code = proxy.ask(request.bytes, !store_broken_);
  if (code == -1) code = wire.broker == leader_ ? broker.append(request.bytes) : kNotLeader;
  wire.answers.push_back({request.batch, code});
  return true;
}

bool Network::receive() {
  if (wire_.answers.empty()) return false;
  const Answer answer = wire_.answers.front();
  wire_.answers.pop_front();
  batches_[answer.batch].under_way = false;
  told(answer.batch, answer.code);
  renumber_if_drained();
  return true;
}

void Network::told(std::size_t at, std::int16_t code) {
  Batch& batch = batches_[at];
  // An answer that only says "again" tells nothing of an earlier copy.
  if (code == 0 || code == kRefused || code == kOutOfOrder) batch.uncertain = false;
  if (code == 0) {
    batch.done = true;
    acknowledged.insert(at);
  } else if (code == kRefused) {
    refused_for_good(at);
  } else if (code == kNotLeader) {
    break_connection();
  } else if (code == kOutOfOrder && !draining_ && at == first_open()) {
    fatal = true;
  }
}

void Network::refused_for_good(std::size_t at) {
  Batch& batch = batches_[at];
  batch.done = true;
  refused.insert(at);
  if (kind_ == ClientKind::pipelining) {
    draining_ = true;
  } else {
    next_ = batch.first;
  }
}

void Network::renumber_if_drained() {
  if (!draining_) return;
  const auto unknown = [](const Batch& batch) { return !batch.done && (batch.under_way || batch.uncertain); };
  if (std::any_of(batches_.begin(), batches_.end(), unknown)) return;
  draining_ = false;
  ++epoch_;
  next_ = 0;
  for (Batch& batch : batches_) {
    if (!batch.done) batch.first = -1;
  }
}

void Network::break_connection() {
  for (const auto& request : wire_.requests) batches_[request.batch].uncertain = true;
  for (const auto& answer : wire_.answers) batches_[answer.batch].uncertain = true;
  for (Batch& batch : batches_) batch.under_way = false;
  dead_.push_back(std::move(wire_));
  wire_ = {};
  wire_.broker = leader_;
}

bool Network::step(std::uint8_t choice) {
  proxy.now_ms += 10;
  if (choice < 90) return send();
  if (choice < 160) return serve(wire_);
  if (choice < 215) return receive();
  if (choice < 222) return break_connection(), true;
  if (choice < 234) return !dead_.empty() && serve(dead_[choice % dead_.size()]);
  if (choice < 238) return ++leader_, true;
  if (choice < 246) return proxy.away(choice % 2 == 0), true;
  if (choice < 252) return store_broken_ = choice % 2 == 0, true;
  return proxy.rule(10), true;
}

bool Network::finish() {
  proxy.away(false);
  store_broken_ = false;
  // A batch that is refused while it can be judged is answered at once: each round settles one.
  for (std::size_t round = 0; round < 40 * batches_.size() + 1'000; ++round) {
    if (all_done()) return true;
    proxy.now_ms += 500;
    while (send()) {
    }
    while (serve(wire_)) {
    }
    while (receive()) {
    }
  }
  return all_done();
}

}  // namespace assay::kit
