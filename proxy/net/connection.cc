#include "proxy/net/connection.h"

#include <array>
#include <utility>

namespace assay::proxy {
namespace {

constexpr std::size_t kDueBytesMin = 64UL << 10;

}  // namespace

Connection::Connection(Shared& shared, LoopParts& loop_parts, std::unique_ptr<io::Stream> client,
                       std::optional<std::int32_t> node)
    : shared_(shared),
      parts_(loop_parts),
      client_(std::move(client)),
      node_(node),
      conversation_(shared.conversation_options, *this, client_->peer()),
      requests_(conversation_),
      responses_(conversation_),
      durable_(loop_parts.loop),
      room_(loop_parts.loop) {
  parts_.connections.insert(this);
  shared_.counters.connections_accepted.Increment();
  shared_.counters.connections.Increment();
  shared_.running.enter();
}

Connection::~Connection() {
  parts_.connections.erase(this);
  shared_.counters.connections.Decrement();
  shared_.running.leave();
}

void Connection::begin(Shared& shared, LoopParts& loop_parts, std::unique_ptr<io::Stream> client,
                       std::optional<std::int32_t> node) {
  if (loop_parts.draining) return;
  auto connection = std::make_shared<Connection>(shared, loop_parts, std::move(client), node);
  loop_parts.loop.spawn(connection->pump_requests());
}

void Connection::drain() {
  draining_ = true;
  client_->wake();
  close_if_drained();
}

void Connection::close() {
  closed_ = true;
  client_->close();
  if (upstream_) upstream_->close();
  durable_.notify();
  room_.notify();
}

void Connection::cool_down(Side& side, io::Stream& stream, std::uint64_t oldest) {
  if (!side.warm || side.waiting_since == 0 || side.waiting_since > oldest) return;
  side.cool = true;
  stream.wake();
}

bool Connection::stalled(std::uint64_t oldest, std::uint64_t idlest) const {
  const auto since = [](std::uint64_t tick, std::uint64_t last) { return tick != 0 && tick <= last; };
  // Where there is a broker, that one ends connections that say nothing.
  return (client_side_.partial && since(client_side_.waiting_since, oldest)) ||
         since(ending_since_, oldest) || since(left_since_, idlest) ||
         (!upstream_ && since(client_side_.waiting_since, idlest)) ||
         since(client_side_.writing_since, idlest) || since(upstream_side_.writing_since, idlest);
}

void Connection::sweep(std::uint64_t oldest, std::uint64_t idlest) {
  if (stalled(oldest, idlest)) {
    shared_.counters.connections_stalled.Increment();
    spdlog::debug("{}: closed: it says or takes nothing any more", client_->peer());
    return close();
  }
  cool_down(client_side_, *client_, oldest);
  if (upstream_) cool_down(upstream_side_, *upstream_, oldest);
}

void Connection::refuse(CloseReason reason, const std::string& why) {
  shared_.counters.refused(reason).Increment();
  std::uint64_t suppressed = 0;
  if (shared_.refusals.admit(shared_.parts.clock.now_ms(), suppressed)) {
    spdlog::warn("{}: closed ({}): {} ({} such lines suppressed)", client_->peer(), to_string(reason), why,
                 suppressed);
  }
  close();
}

// Chunks that many slow senders hold are memory of frames in flight.
io::Task<void> Connection::lend_large(Side& side, ReadBuffer& in) {
  const std::size_t bytes = parts_.chunks.chunk_bytes();
  if (&side == &upstream_side_) {
    side.large = shared_.budget.acquire_at_once(bytes);
  } else {
    in.settle();
    side.large = co_await shared_.budget.acquire(parts_.loop, bytes);
  }
}

// With a buffer in hand, reading is one system call less than waiting first.
io::Task<Connection::Filled> Connection::fill(Side& side, io::Stream& from, ReadBuffer& in,
                                              std::size_t need) {
  if (need <= ReadBuffer::kSmallBytes) {
    side.large.reset();
  } else if (!parts_.chunks.roomy() && !in.fits(need) && !side.large.held()) {
    co_await lend_large(side, in);
    if (closed_) co_return Filled::end;
  }
  side.partial = !in.empty() || !requests_.at_boundary();
  side.waiting_since = parts_.tick;
  side.warm = !std::exchange(side.cool, false) && parts_.chunks.plenty();
  Result<std::size_t> n = Error(ErrorCode::unavailable, "");
  if (side.warm) {
    n = co_await from.read_some(in.room(need));
  } else {
    n = from.read_now(in.room(need));
    if (n) {
      co_await io::yield(parts_.loop);
    } else if (n.error().code() == ErrorCode::unavailable) {
      in.settle();
      co_await from.wait_readable();
    }
  }
  side.waiting_since = 0;
  if (closed_) co_return Filled::end;
  if (n && *n != 0) {
    in.added(*n);
    co_return Filled::more;
  }
  co_return n || n.error().code() != ErrorCode::unavailable ? Filled::end : Filled::again;
}

// Its memory is taken already, so it must keep coming: an eighth of the rest within a stall timeout.
io::Task<bool> Connection::fill_frame(Side& side, io::Stream& from, MutableBytes into, std::size_t& got) {
  if (side.due == 0) {
    side.due = std::max(kDueBytesMin, into.size() / 8);
    side.waiting_since = parts_.tick;
  }
  side.partial = true;
  const auto n = co_await from.read_some(into);
  got = n ? *n : 0;
  side.due -= std::min(side.due, got == into.size() ? side.due : got);
  if (side.due == 0) side.waiting_since = 0;
  const bool woken = !n && n.error().code() == ErrorCode::unavailable;
  co_return !closed_ && (got != 0 || woken);
}

io::Task<bool> Connection::send(Side& side, io::Stream& to, std::span<const Bytes> pieces,
                                prometheus::Counter& bytes) {
  std::size_t total = 0;
  for (const Bytes piece : pieces) total += piece.size();
  side.writing_since = parts_.tick;
  const auto sent = co_await to.write(pieces);
  side.writing_since = 0;
  if (!sent || closed_) co_return false;
  bytes.Increment(static_cast<double>(total));
  co_return true;
}

io::Task<void> Connection::pump_responses() {
  const auto self = shared_from_this();
  ReadBuffer in(parts_.chunks);
  bool alive = true;
  while (alive && !closed_) {
    const Step step = responses_.next(in.data());
    if (step.kind == Step::Kind::read) {
      const Filled filled = co_await fill(upstream_side_, *upstream_, in, step.need);
      if (filled == Filled::end) break;
      continue;
    }
    // Bytes of the machine's own stay; then a slow reader holds them, and not what they were made from as
    // well.
    const bool sends = step.kind == Step::Kind::send;
    const bool shown = sends && in.shows(step.bytes);
    if (!shown) in.consume(step.consumed);
    if (sends && !shown && !parts_.chunks.roomy()) in.settle();
    alive = co_await serve_response_step(step);
    if (shown) in.consume(step.consumed);
    close_if_drained();
  }
  // The broker has ended. What is answered here, and was due anyway, still goes.
  Pending& pending = conversation_.pending;
  const auto cut_off = [&] {
    return !alive || !in.empty() || !responses_.at_boundary() || pending.owed_by_upstream();
  };
  while (!closed_ && !cut_off() && !pending.empty())
    alive = co_await serve_response_step(responses_.next({}));
  responses_ended(cut_off());
}

io::Task<bool> Connection::serve_response_step(const Step& step) {
  switch (step.kind) {
    case Step::Kind::read_into: {
      std::size_t got = 0;
      if (!co_await fill_frame(upstream_side_, *upstream_, step.into, got)) co_return false;
      responses_.filled(got);
      co_return true;
    }
    case Step::Kind::reserve:
      response_lease_ = shared_.budget.acquire_at_once(step.need);
      responses_.reserved();
      co_return true;
    case Step::Kind::send: {
      const std::array<Bytes, 2> pieces{step.bytes, step.more};
      const bool sent =
          co_await send(client_side_, *client_, std::span(pieces.data(), step.more.empty() ? 1 : 2),
                        shared_.counters.bytes_to_client);
      response_lease_.reset();
      room_.notify();
      co_return sent;
    }
    case Step::Kind::wait:
      co_await durable_.wait();
      co_return !closed_;
    case Step::Kind::close:
      refuse(step.reason, responses_.why());
      co_return false;
    default:
      co_return true;
  }
}

// Nobody invents an answer: a broker that ends while it owes some takes the client's connection with it.
void Connection::responses_ended(bool cut_off) {
  responses_over_ = true;
  if (cut_off && !closed_ && conversation_.pending.owed_by_upstream()) {
    shared_.counters.upstream_lost.Increment();
    spdlog::debug("{}: the broker ended the connection while it owed answers", client_->peer());
  }
  if (closed_ || cut_off || requests_over_) return close();
  client_->shutdown_send();
  ending_since_ = parts_.tick;
}

void Connection::close_if_drained() {
  const bool idle = conversation_.pending.empty() && responses_.at_boundary();
  if (draining_ && requests_over_ && idle) close();
}

}  // namespace assay::proxy
