#include "proxy/session/response_machine.h"

#include <algorithm>
#include <utility>

#include "kafka/messages/api_versions.h"
#include "kafka/messages/metadata.h"
#include "kafka/messages/sasl.h"
#include "proxy/session/frame.h"

namespace assay::proxy {
namespace {

// `i32 correlation_id | i16 35 | i32 count | count * 6 bytes`, and nothing else: ApiVersions v0 with
// error 35.
bool well_formed_refusal(Bytes body) {
  if (body.size() < 10) return false;
  const std::int32_t count = read_i32(body.data() + 6);
  return count >= 0 && body.size() == 10 + static_cast<std::size_t>(count) * 6;
}

}  // namespace

Step ResponseMachine::next(Bytes received) {
  if (std::exchange(finished_, false)) collector_.release();
  if (collector_.active()) return collect(received);
  if (wanted_ != 0) return {.kind = Step::Kind::reserve, .need = wanted_};
  if (patcher_) return patch(received, 0);
  if (remaining_ != 0) return pass(received);
  Pending& pending = conversation_.pending;
  if (!pending.empty()) {
    const Slot& due = pending.front();
    if (due.local && due.local->keeping) return {.kind = Step::Kind::wait};
    if (due.source == Slot::Source::local) return local_answers();
  }
  return begin_frame(received);
}

void ResponseMachine::reserved() {
  collector_.begin(std::exchange(wanted_, 0));
}

Step ResponseMachine::close(CloseReason reason, std::string why) {
  why_ = std::move(why);
  return {.kind = Step::Kind::close, .reason = reason};
}

// All that are due and ready, in one step.
Step ResponseMachine::local_answers() {
  Pending& pending = conversation_.pending;
  out_ = std::move(pending.front().bytes);
  pending.pop();
  while (!pending.empty() && pending.front().source == Slot::Source::local && !pending.front().local) {
    append(out_, pending.front().bytes);
    pending.pop();
  }
  return {.kind = Step::Kind::send, .bytes = out_};
}

Step ResponseMachine::begin_frame(Bytes received) {
  Pending& pending = conversation_.pending;
  if (received.empty()) {
    out_ = {};  // an idle connection holds no memory of its last answer
    return {.need = 1};
  }
  if (pending.empty())
    return close(CloseReason::unexpected_response, "the broker answered a request that nobody sent");
  if (received.size() < 8) return {.need = 8};
  const std::int32_t length = frame_length(received);
  if (length < 4)
    return close(CloseReason::undecodable_response, "a response of " + std::to_string(length) + " bytes");
  const Slot& due = pending.front();
  if (frame_correlation_id(received) != due.correlation_id) {
    return close(CloseReason::unexpected_response,
                 "the broker answered request " + std::to_string(frame_correlation_id(received)) + " where " +
                     std::to_string(due.correlation_id) + " was due");
  }
  const std::size_t frame_bytes = static_cast<std::size_t>(length) + 4;
  if (due.source == Slot::Source::upstream) {
    remaining_ = frame_bytes;
    pending.pop();
    return pass(received);
  }
  if (due.source == Slot::Source::patch) {
    patcher_.emplace(due.api_key, due.api_version, frame_bytes - 4, conversation_.surroundings.addresses());
    remaining_ = frame_bytes - 4;
    return patch(received, 4);
  }
  if (received.size() >= frame_bytes) return whole(received.first(frame_bytes), frame_bytes);
  if (frame_bytes - 4 > conversation_.options.limits.frame_bytes_max) {
    return close(CloseReason::undecodable_response, "a response of " + std::to_string(length) + " bytes");
  }
  if (frame_bytes <= conversation_.options.chunk_bytes) return {.need = frame_bytes};
  wanted_ = frame_bytes;
  return {.kind = Step::Kind::reserve, .need = wanted_};
}

// Bytes of answers that nobody has business with, as far as they have come: one step for all of them.
Step ResponseMachine::pass(Bytes received) {
  Pending& pending = conversation_.pending;
  std::size_t run = 0;
  for (;;) {
    const std::size_t n = std::min(remaining_, received.size() - run);
    run += n;
    remaining_ -= n;
    if (remaining_ != 0 || received.size() - run < 8) break;
    const Bytes rest = received.subspan(run);
    if (pending.empty() || pending.front().source != Slot::Source::upstream || frame_length(rest) < 4 ||
        frame_correlation_id(rest) != pending.front().correlation_id) {
      break;
    }
    remaining_ = static_cast<std::size_t>(frame_length(rest)) + 4;
    pending.pop();
  }
  if (run == 0) return {.need = 1};
  return {.kind = Step::Kind::send, .consumed = run, .bytes = received.first(run)};
}

// `skip`: bytes before the frame's body, which go as they are.
Step ResponseMachine::patch(Bytes received, std::size_t skip) {
  const std::size_t taken = std::min(remaining_, received.size() - skip);
  if (taken == 0 && skip == 0 && !patcher_->done()) return {.need = 1};
  const auto passed = patcher_->feed(received.subspan(skip, taken));
  if (!passed) return close(CloseReason::undecodable_response, passed.error().message());
  remaining_ -= taken;
  Step step{.kind = Step::Kind::send, .consumed = skip + taken, .bytes = received.first(skip + *passed)};
  if (!patcher_->done()) return step;
  auto tail = patcher_->tail();
  if (!tail) return close(CloseReason::undecodable_response, tail.error().message());
  out_ = std::move(*tail);
  step.more = out_;
  patcher_.reset();
  conversation_.pending.pop();
  return step;
}

Step ResponseMachine::collect(Bytes received) {
  const std::size_t taken = collector_.take(received);
  if (collector_.complete()) return whole(collector_.frame(), taken);
  return {.kind = Step::Kind::read_into, .consumed = taken, .into = collector_.rest()};
}

Step ResponseMachine::whole(Bytes frame, std::size_t consumed) {
  finished_ = true;
  Slot& due = conversation_.pending.front();
  const auto answer = answer_for(due, frame);
  if (!answer) return close(CloseReason::undecodable_response, answer.error().message());
  conversation_.pending.pop();
  return {.kind = Step::Kind::send, .consumed = consumed, .bytes = *answer};
}

// The bytes to send instead of `frame`: that itself, or what out_ holds. Both with the length field.
Result<Bytes> ResponseMachine::answer_for(Slot& due, Bytes frame) {
  out_.clear();
  switch (due.source) {
    case Slot::Source::rewrite:
      return rewritten(due, frame);
    case Slot::Source::versions:
      return narrowed(due, frame);
    case Slot::Source::sasl:
      return outcome_seen(due, frame);
    default:
      return merged(due, frame);
  }
}

Result<Bytes> ResponseMachine::rewritten(const Slot& due, Bytes frame) {
  const Bytes body = frame.subspan(4);
  if (due.api_key == static_cast<std::int16_t>(kafka::ApiKey::metadata)) {
    const auto metadata = kafka::decode_metadata_response(body, due.api_version);
    if (!metadata) return metadata.error();
    for (const auto& topic : metadata->topics) {
      if (topic.name && topic.id != kafka::TopicId{}) conversation_.surroundings.learn(topic.id, *topic.name);
    }
  }
  const auto done = kafka::rewrite_addresses(due.api_key, due.api_version, body,
                                             conversation_.surroundings.addresses(), out_);
  if (!done) return done.error();
  return Bytes(out_);
}

Result<Bytes> ResponseMachine::narrowed(const Slot& due, Bytes frame) {
  auto versions = kafka::decode_api_versions_response(frame.subspan(4), due.api_version);
  if (!versions) return versions.error();
  if (versions->error_code == kafka::kErrorUnsupportedVersion) {
    if (well_formed_refusal(frame.subspan(4))) return frame;
    // Some mocks send a body that is none: v0 is what every broker has.
    auto refusal = kafka::unsupported_api_versions(due.correlation_id);
    for (auto& range : refusal.apis) range.version_max = range.version_min;
    kafka::encode(refusal, 0, out_);
    return Bytes(out_);
  }
  kafka::clamp(*versions);
  if (versions->find(kafka::ApiKey::produce) != nullptr) {
    const bool lowers = kafka::offer_record_errors(*versions);
    conversation_.produce_ends_at_7 = lowers;
    conversation_.surroundings.produce_ends_at_7(lowers);
  }
  kafka::encode(*versions, due.api_version, out_);
  return Bytes(out_);
}

Result<Bytes> ResponseMachine::outcome_seen(const Slot& due, Bytes frame) {
  const auto error = kafka::decode_sasl_error_code(due.api_key, due.api_version, frame.subspan(4));
  if (!error) return error.error();
  conversation_.authenticated = *error == 0;
  if (*error == 0 && !conversation_.claimed_principal.empty()) {
    conversation_.principal_seen(conversation_.claimed_principal);
  }
  return frame;
}

Result<Bytes> ResponseMachine::merged(Slot& due, Bytes frame) {
  auto broker =
      kafka::decode_produce_response(frame.subspan(4), due.upstream_version, conversation_.options.limits);
  if (!broker) return broker.error();
  const bool same_version = due.api_version == due.upstream_version;
  if (!due.local && same_version && broker->node_endpoints.empty()) return frame;
  kafka::map_endpoints(broker->node_endpoints, conversation_.surroundings.addresses());
  if (due.local) {
    *broker =
        merge_response(due.correlation_id, due.local->requested, std::move(due.local->answers), &*broker);
  }
  kafka::encode(*broker, due.api_version, out_);
  return Bytes(out_);
}

}  // namespace assay::proxy
