// The pump from the client to the broker.
#include <algorithm>
#include <utility>

#include "proxy/net/connection.h"

namespace assay::proxy {
namespace {

// Beyond these no request is read until the client has taken its answers, or the store has caught up.
constexpr std::size_t kLocalAnswerBytesMax = 1UL << 20;
constexpr std::size_t kTicketsMax = 64;
// And so many may wait for their answers: far more than clients have in flight (five, mostly).
constexpr std::size_t kOutstandingMax = 20'000;
// Requests that came together and pass untouched are written together, up to here: less where judging the
// next one would keep the first waiting.
constexpr std::size_t kRunBytesMax = 256UL << 10;
constexpr std::size_t kJudgedRunBytesMax = 64UL << 10;
constexpr std::span<const Bytes> kNothingMore;

}  // namespace

io::Task<void> Connection::pump_requests() {
  const auto self = shared_from_this();
  ReadBuffer in(parts_.chunks);
  bool alive = true;
  while (alive && !closed_) {
    const Step step = requests_.next(in.data());
    if (step.kind == Step::Kind::read) {
      const bool flushed = co_await forward(kNothingMore);
      if (!flushed) break;
      if (draining_ && in.empty() && requests_.at_boundary()) break;
      if (co_await fill(client_side_, *client_, in, step.need) == Filled::end) break;
      continue;
    }
    if (step.kind == Step::Kind::read_into) in.consume(step.consumed);
    alive = co_await serve_request_step(step, in);
    if (step.kind != Step::Kind::read_into) in.consume(step.consumed);
    while (!closed_ && (tickets_ >= kTicketsMax || conversation_.pending.size() >= kOutstandingMax ||
                        conversation_.pending.local_bytes() >= kLocalAnswerBytesMax)) {
      const bool flushed = co_await forward(kNothingMore);
      if (!flushed) break;
      co_await room_.wait();
    }
  }
  if (!alive) close();
  requests_ended();
}

void Connection::requests_ended() {
  requests_over_ = true;
  if (closed_ || !upstream_ || responses_over_) return close();
  // A drain leaves the broker's side open: a broker that sees its end drops what it has not answered.
  if (draining_) return close_if_drained();
  upstream_->shutdown_send();
  left_since_ = parts_.tick;
}

io::Task<bool> Connection::serve_request_step(const Step& step, ReadBuffer& in) {
  const bool forwards = step.kind == Step::Kind::send || step.kind == Step::Kind::inspect;
  bool sent = true;
  if (!forwards) sent = co_await forward(kNothingMore);
  if (!sent) co_return false;
  switch (step.kind) {
    case Step::Kind::close:
      refuse(step.reason, requests_.why());
      co_return false;
    case Step::Kind::reserve:
      in.settle();
      request_lease_ = co_await shared_.budget.acquire(parts_.loop, step.need);
      requests_.reserved();
      co_return !closed_;
    case Step::Kind::read_into: {
      std::size_t got = 0;
      if (!co_await fill_frame(client_side_, *client_, step.into, got)) co_return false;
      requests_.filled(got);
      co_return true;
    }
    default:
      break;
  }
  if (responses_over_) co_return false;
  if (!upstream_) sent = co_await connect_upstream();
  if (!sent) co_return false;
  if (step.kind == Step::Kind::answered) upstream_->wake();
  if (step.kind == Step::Kind::send) {
    if (!join_run(step.bytes, in, kRunBytesMax)) sent = co_await forward(std::span(&step.bytes, 1));
  } else if (step.kind == Step::Kind::inspect) {
    Wanted wanted;
    std::optional<Decision> decision = judge(false, wanted);
    if (!decision) {
      sent = co_await forward(kNothingMore);
      if (!sent) co_return false;
      decision = co_await judge_later(std::move(wanted));
    }
    if (!decision) co_return false;
    const std::size_t run_bytes_max = decision->judged.empty() ? kRunBytesMax : kJudgedRunBytesMax;
    const auto dispatch = settle(std::move(*decision));
    const bool joined = dispatch.pieces.size() == 1 && join_run(dispatch.pieces.front(), in, run_bytes_max);
    if (!joined) sent = co_await forward(dispatch.pieces);
    if (dispatch.answered) upstream_->wake();
    if (dispatch.close) {
      co_await forward(kNothingMore);
      refuse(CloseReason::refused_acks0, "a part of an acks=0 request was refused");
      co_return false;
    }
  }
  request_lease_.reset();
  co_return sent;
}

// True: the bytes will go with those before them.
bool Connection::join_run(Bytes bytes, const ReadBuffer& in, std::size_t run_bytes_max) {
  const bool follows = run_.empty() || run_.data() + run_.size() == bytes.data();
  if (!follows || !in.holds(bytes) || run_.size() + bytes.size() > run_bytes_max) return false;
  run_ = {run_.empty() ? bytes.data() : run_.data(), run_.size() + bytes.size()};
  return true;
}

io::Task<bool> Connection::forward(std::span<const Bytes> pieces) {
  std::vector<Bytes> all;
  all.reserve(pieces.size() + 1);
  if (!run_.empty()) all.push_back(std::exchange(run_, {}));
  all.insert(all.end(), pieces.begin(), pieces.end());
  if (all.empty()) co_return true;
  const bool sent = co_await send(upstream_side_, *upstream_, all, shared_.counters.bytes_to_broker);
  co_return sent;
}

io::Task<bool> Connection::connect_upstream() {
  std::vector<io::HostPort> servers = shared_.options.upstream;
  if (node_) {
    const auto broker = shared_.topology->upstream_of(*node_);
    if (!broker) co_return false;
    servers.assign(1, *broker);
  } else {
    const std::size_t first = shared_.next_server.fetch_add(1) % servers.size();
    std::rotate(servers.begin(), servers.begin() + static_cast<std::ptrdiff_t>(first), servers.end());
  }
  for (const io::HostPort& server : servers) {
    auto stream =
        co_await shared_.parts.connector.connect(parts_.loop, server, shared_.options.connect_timeout);
    if (closed_) co_return false;
    if (stream) {
      upstream_ = std::move(*stream);
      parts_.loop.spawn(pump_responses());
      co_return true;
    }
    shared_.counters.upstream_connect_failures.Increment();
    std::uint64_t suppressed = 0;
    if (shared_.connect_failures.admit(shared_.parts.clock.now_ms(), suppressed)) {
      spdlog::warn("{}: no connection upstream: {} ({} such lines suppressed)", client_->peer(),
                   stream.error().message(), suppressed);
    }
  }
  co_return false;
}

// Nothing: `wanted` says what must be known first.
std::optional<Decision> Connection::judge(bool last_try, Wanted& wanted) {
  const auto snapshot = parts_.catalog.current();
  InspectContext context{.limits = shared_.options.limits,
                         .now_ms = shared_.parts.clock.now_ms(),
                         .ids = parts_.ids,
                         .client = conversation_.client(),
                         .last_try = last_try,
                         .producers = shared_.parts.producers,
                         .traits = {.software = conversation_.client()->software,
                                    .api_versions_asked = conversation_.api_versions_asked}};
  Inspection found = shared_.parts.inspector(requests_.request(), *snapshot, context, parts_.scratch);
  if (auto* decision = std::get_if<Decision>(&found)) return std::move(*decision);
  wanted = std::move(std::get<Wanted>(found));
  return std::nullopt;
}

// Asks until everything that the judging needs is known, or the time for it is over.
io::Task<std::optional<Decision>> Connection::judge_later(Wanted wanted) {
  const auto deadline = std::chrono::steady_clock::now() + shared_.options.judge_timeout;
  for (bool last_try = false; !last_try;) {
    shared_.counters.judge_waits.Increment();
    co_await parts_.catalog.resolve(std::move(wanted), deadline);
    co_await io::yield(parts_.loop);
    if (closed_) co_return std::nullopt;
    last_try = std::chrono::steady_clock::now() >= deadline;
    if (last_try) shared_.counters.judge_timeouts.Increment();
    auto decision = judge(last_try, wanted);
    if (decision) co_return decision;
  }
  spdlog::error("{}: a produce request could not be decided at its last try; closed", client_->peer());
  co_return std::nullopt;
}

// Hands on what the decision leaves behind, and puts its answer in line.
RequestMachine::Dispatch Connection::settle(Decision decision) {
  if (!decision.judged.empty()) shared_.parts.judged(decision.judged, conversation_.client());
  if (!decision.keep_if_possible.empty()) {
    shared_.parts.rejects.keep_if_possible(std::move(decision.keep_if_possible));
  }
  std::vector<BatchNote> notes = std::move(decision.notes);
  // Before the next request is looked at, and before this one goes anywhere.
  if (!notes.empty()) shared_.parts.producers->settle(notes, shared_.parts.clock.now_ms());
  std::vector<rejects::Draft> must_keep = std::move(decision.must_keep);
  const bool keeping = !must_keep.empty();
  const auto dispatch = requests_.decide(std::move(decision), keeping);
  if (keeping) keep(std::move(must_keep), std::move(notes), dispatch.slot);
  return dispatch;
}

// The producers' gates are told though the connection may be gone by then.
void Connection::keep(std::vector<rejects::Draft> drafts, std::vector<BatchNote> notes, std::uint64_t slot) {
  ++tickets_;
  shared_.parts.rejects.keep(
      std::move(drafts),
      [connection = weak_from_this(), loop = &parts_.loop, slot, notes = std::move(notes),
       producers = shared_.parts.producers, clock = &shared_.parts.clock](const Result<void>& durable) {
        if (!notes.empty()) producers->kept(notes, durable.has_value(), clock->now_ms());
        loop->post([connection, slot, ok = durable.has_value()] {
          if (const auto self = connection.lock()) self->kept(slot, ok);
        });
      });
}

void Connection::kept(std::uint64_t slot, bool durable) {
  --tickets_;
  if (!durable) shared_.counters.rejects_not_kept.Increment();
  conversation_.kept(slot, durable);
  durable_.notify();
  room_.notify();
  if (upstream_) upstream_->wake();
}

}  // namespace assay::proxy
