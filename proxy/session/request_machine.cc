#include "proxy/session/request_machine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "kafka/messages/api_versions.h"
#include "kafka/messages/endpoint_patcher.h"
#include "kafka/messages/sasl.h"
#include "proxy/session/frame.h"

namespace assay::proxy {
namespace {

// NodeEndpoints came with Produce v10 (KIP-951).
constexpr std::int16_t kEndpointsVersionMin = 10;

// A header holds a client id (at most 32 KiB) and tags that nobody sends yet.
constexpr std::size_t kHeaderBytesMax = 64UL << 10;

bool seen_whole(std::int16_t api_key) {
  switch (static_cast<kafka::ApiKey>(api_key)) {
    case kafka::ApiKey::produce:
    case kafka::ApiKey::api_versions:
    case kafka::ApiKey::sasl_handshake:
    case kafka::ApiKey::sasl_authenticate:
      return true;
    default:
      return false;
  }
}

bool is_produce(std::int16_t api_key) {
  return api_key == static_cast<std::int16_t>(kafka::ApiKey::produce);
}

// The same request as v7: two bytes behind the length field and the api key, wherever `pieces` are cut.
std::vector<Bytes> lowered(std::span<const Bytes> pieces) {
  static constexpr std::array<std::uint8_t, 2> kVersion{0, kafka::kProduceVersionWithoutRecordErrors};
  constexpr std::size_t kBegin = 6, kEnd = kBegin + kVersion.size();
  std::vector<Bytes> out;
  out.reserve(pieces.size() + 2);
  std::size_t at = 0;
  for (const Bytes piece : pieces) {
    const std::size_t before = std::min(piece.size(), kBegin - std::min(at, kBegin));
    const std::size_t behind = std::min(piece.size(), kEnd - std::min(at, kEnd));
    if (before != 0) out.push_back(piece.first(before));
    if (at <= kBegin && at + piece.size() > kBegin) out.push_back(kVersion);
    if (behind < piece.size()) out.push_back(piece.subspan(behind));
    at += piece.size();
  }
  return out;
}

// How the answer to a request that passes is to be treated.
Slot::Source source_of(const kafka::RequestHeader& header) {
  if (kafka::names_brokers(header.api_key)) return Slot::Source::rewrite;
  if (kafka::EndpointPatcher::wanted(header.api_key, header.api_version)) return Slot::Source::patch;
  return Slot::Source::upstream;
}

}  // namespace

Step RequestMachine::next(Bytes received) {
  if (std::exchange(finished_, false)) collector_.release();
  if (collector_.active()) return collect(received);
  if (wanted_ != 0) return {.kind = Step::Kind::reserve, .need = wanted_};
  if (passing_ != 0) return pass(received);
  if (received.empty()) rest();
  const Head head = look(received);
  switch (head.kind) {
    case Head::Kind::more:
      return {.kind = Step::Kind::read, .need = head.need};
    case Head::Kind::refused:
      return {.kind = Step::Kind::close, .reason = head.reason};
    case Head::Kind::pass:
      return pass(received);
    case Head::Kind::whole:
      break;
  }
  if (received.size() >= head.frame_bytes) return whole(received.first(head.frame_bytes), head.frame_bytes);
  if (head.frame_bytes <= conversation_.options.chunk_bytes) return {.need = head.frame_bytes};
  wanted_ = head.frame_bytes;
  return {.kind = Step::Kind::reserve, .need = wanted_};
}

// Nothing is under way: an idle connection holds no memory of its last request.
void RequestMachine::rest() {
  if (request_.topics.capacity() != 0) request_ = {};
  if (gathered_.pieces.capacity() != 0) gathered_ = {};
  lowered_ = {};
  frame_ = {};
}

void RequestMachine::reserved() {
  collector_.begin(std::exchange(wanted_, 0));
}

Step RequestMachine::collect(Bytes received) {
  const std::size_t taken = collector_.take(received);
  if (collector_.complete()) return whole(collector_.frame(), taken);
  return {.kind = Step::Kind::read_into, .consumed = taken, .into = collector_.rest()};
}

RequestMachine::Head RequestMachine::refuse(CloseReason reason, std::string why) {
  why_ = std::move(why);
  return {.kind = Head::Kind::refused, .reason = reason};
}

// The length field alone tells most strangers from clients.
RequestMachine::Head RequestMachine::look_at_length(Bytes received, std::int32_t length) {
  const std::string_view foreign = kafka::foreign_protocol(received);
  if (foreign == "TLS") return refuse(CloseReason::tls, "TLS was spoken to a port that speaks plain Kafka");
  if (foreign == "HTTP") return refuse(CloseReason::http, "HTTP was spoken to a port that speaks Kafka");
  if (length < 8) return refuse(CloseReason::not_kafka, "a request of " + std::to_string(length) + " bytes");
  return refuse(CloseReason::frame_too_large, "a request of " + std::to_string(length) + " bytes");
}

// Sees what the next frame is. A frame that passes is entered in the line of answers at once.
RequestMachine::Head RequestMachine::look(Bytes received) {
  if (received.size() < 4) return {.need = 4};
  const std::int32_t length = frame_length(received);
  const Limits& limits = conversation_.options.limits;
  const bool plausible = length >= 8 && static_cast<std::size_t>(length) <= limits.frame_bytes_max;
  if (!plausible || (first_ && !kafka::foreign_protocol(received).empty()))
    return look_at_length(received, length);
  const auto bytes = static_cast<std::size_t>(length);
  const auto header = kafka::decode_request_header(received.subspan(4, std::min(bytes, received.size() - 4)));
  if (!header) {
    const bool whole_seen = received.size() - 4 >= std::min(bytes, kHeaderBytesMax);
    if (header.error().code() != ErrorCode::truncated || whole_seen) {
      return refuse(CloseReason::not_kafka, header.error().message());
    }
    return {.need = received.size() + 1};
  }
  header_ = *header;
  if (!seen_whole(header_.api_key) && !kafka::passes_unread(header_.api_key, header_.api_version)) {
    return refuse(CloseReason::unsupported_version, "version " + std::to_string(header_.api_version) +
                                                        " of api " + std::to_string(header_.api_key) +
                                                        " was not offered: its answer could name brokers");
  }
  Head refused;
  if (too_early(header->api_key, bytes, refused)) return refused;
  if (seen_whole(header->api_key)) return {.kind = Head::Kind::whole, .frame_bytes = bytes + 4};
  passing_ = bytes + 4;
  seen();
  push(source_of(header_));
  return {.kind = Head::Kind::pass};
}

bool RequestMachine::too_early(std::int16_t api_key, std::size_t length, Head& refused) {
  const bool stranger = conversation_.must_authenticate();
  if (stranger && is_produce(api_key)) {
    refused = refuse(CloseReason::unauthenticated_produce,
                     "a produce request before a successful SaslAuthenticate");
    return true;
  }
  // What is seen whole for its names only must be small for everybody.
  const bool small = stranger || (seen_whole(api_key) && !is_produce(api_key));
  if (!small || length <= conversation_.options.limits.unauthenticated_frame_bytes_max) return false;
  refused = refuse(stranger ? CloseReason::unauthenticated_frame : CloseReason::frame_too_large,
                   "a request of " + std::to_string(length) + " bytes");
  return true;
}

// Bytes of requests that nobody has business with, as far as they have come: one step for all of them.
Step RequestMachine::pass(Bytes received) {
  std::size_t run = 0;
  for (;;) {
    const std::size_t n = std::min(passing_, received.size() - run);
    run += n;
    passing_ -= n;
    if (passing_ != 0 || run == received.size()) break;
    if (look(received.subspan(run)).kind != Head::Kind::pass) break;
  }
  if (run == 0) return {.need = 1};
  return {.kind = Step::Kind::send, .consumed = run, .bytes = received.first(run)};
}

void RequestMachine::seen() {
  first_ = false;
  conversation_.surroundings.on_request(header_.api_key);
  if (header_.client_id) conversation_.client_id_seen(*header_.client_id);
}

void RequestMachine::push(Slot::Source source) {
  conversation_.pending.push({.source = source,
                              .api_key = header_.api_key,
                              .api_version = header_.api_version,
                              .correlation_id = header_.correlation_id});
}

Step RequestMachine::close(CloseReason reason, std::string why) {
  why_ = std::move(why);
  return {.kind = Step::Kind::close, .reason = reason};
}

Step RequestMachine::whole(Bytes frame, std::size_t consumed) {
  frame_ = frame;
  finished_ = true;
  const auto header = kafka::decode_request_header(frame.subspan(4));
  if (!header) return close(CloseReason::not_kafka, header.error().message());
  header_ = *header;
  seen();
  const Step step{.kind = Step::Kind::send, .consumed = consumed, .bytes = frame};
  switch (static_cast<kafka::ApiKey>(header_.api_key)) {
    case kafka::ApiKey::api_versions:
      return api_versions(step);
    case kafka::ApiKey::sasl_handshake:
      return sasl_handshake(step);
    case kafka::ApiKey::sasl_authenticate:
      return sasl_authenticate(step);
    default:
      return produce(step);
  }
}

Step RequestMachine::api_versions(Step step) {
  conversation_.api_versions_asked = std::max(conversation_.api_versions_asked, header_.api_version);
  const auto request = kafka::decode_api_versions_request(frame_.subspan(4));
  if (request) {
    if (!request->client_software_name.empty()) {
      conversation_.software_seen(request->client_software_name, request->client_software_version);
    }
    push(Slot::Source::versions);
    return step;
  }
  if (request.error().code() != ErrorCode::unsupported) {
    return close(CloseReason::undecodable_request, request.error().message());
  }
  Slot slot{.source = Slot::Source::local,
            .api_key = header_.api_key,
            .api_version = 0,
            .correlation_id = header_.correlation_id};
  kafka::encode(kafka::unsupported_api_versions(header_.correlation_id), 0, slot.bytes);
  conversation_.pending.push(std::move(slot));
  return {.kind = Step::Kind::answered, .consumed = step.consumed};
}

Step RequestMachine::sasl_handshake(Step step) {
  if (header_.api_version == 0) {
    return close(CloseReason::sasl_handshake_v0,
                 "SaslHandshake v0 is not supported: raw tokens would follow it");
  }
  const auto request = kafka::decode_sasl_handshake_request(frame_.subspan(4));
  if (!request) return close(CloseReason::undecodable_request, request.error().message());
  mechanism_ = request->mechanism;
  conversation_.sasl_seen = true;
  conversation_.claimed_principal.clear();
  push(Slot::Source::upstream);
  return step;
}

Step RequestMachine::sasl_authenticate(Step step) {
  const auto request = kafka::decode_sasl_authenticate_request(frame_.subspan(4));
  if (!request) return close(CloseReason::undecodable_request, request.error().message());
  conversation_.sasl_seen = true;
  if (conversation_.claimed_principal.empty()) {
    conversation_.claimed_principal = kafka::claimed_principal(mechanism_, request->auth_bytes).value_or("");
  }
  push(Slot::Source::sasl);
  return step;
}

Step RequestMachine::produce(Step step) {
  const auto decoded = kafka::decode(frame_.subspan(4), conversation_.options.limits, request_);
  if (!decoded) {
    const bool version = decoded.error().code() == ErrorCode::unsupported;
    return close(version ? CloseReason::unsupported_version : CloseReason::undecodable_request,
                 decoded.error().message());
  }
  finished_ = false;
  inspecting_ = true;
  step.kind = Step::Kind::inspect;
  return step;
}

RequestMachine::Dispatch RequestMachine::decide(Decision decision, bool keeping) {
  inspecting_ = false;
  finished_ = true;
  Dispatch out;
  if (decision.forward == Decision::Forward::untouched) {
    out.pieces = std::span<const Bytes>(&frame_, 1);
  } else if (decision.forward == Decision::Forward::edited) {
    gathered_ = kafka::edit_request(request_, frame_.subspan(4), std::move(decision.edits));
    out.pieces = gathered_.pieces;
  }
  if (conversation_.lowers_produce(request_.header.api_version) && !out.pieces.empty()) {
    lowered_ = lowered(out.pieces);
    out.pieces = lowered_;
  }
  out.close = decision.close;
  if (request_.acks == 0) return out;
  out.slot = push_produce(decision, keeping);
  out.answered = decision.forward == Decision::Forward::nothing && !keeping;
  return out;
}

std::uint64_t RequestMachine::push_produce(Decision& decision, bool keeping) {
  const kafka::RequestHeader& header = request_.header;
  const bool forwarded = decision.forward != Decision::Forward::nothing;
  const bool lower = conversation_.lowers_produce(header.api_version);
  Slot slot{.source = forwarded ? Slot::Source::produce : Slot::Source::local,
            .api_key = header.api_key,
            .api_version = header.api_version,
            .upstream_version = lower ? kafka::kProduceVersionWithoutRecordErrors : header.api_version,
            .correlation_id = header.correlation_id};
  if (!forwarded || keeping || !decision.answers.empty()) {
    slot.local = std::make_unique<LocalPart>();
    slot.local->requested = requested_topics(request_);
    slot.local->answers = std::move(decision.answers);
    slot.local->unless_kept = std::move(decision.unless_kept);
    slot.local->keeping = keeping;
    if (!forwarded && !keeping) answer_here(slot);
  } else if (header.api_version < kEndpointsVersionMin && !lower) {
    slot.source = Slot::Source::upstream;
  }
  return conversation_.pending.push(std::move(slot));
}

}  // namespace assay::proxy
