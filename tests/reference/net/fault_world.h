// A connection of the gateway without sockets: client, broker, connector, catalog and reject store are played
// here, on one thread, and every thing that the connection asks of them is a numbered step. One of the steps
// can be made to go wrong.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "io/net/timer.h"
#include "proxy/net/connection.h"
#include "tests/reference/session/messages.h"

namespace assay::kit {

enum class Trouble : std::uint8_t {
  error,  // it fails
  end,    // reads: the other side has ended
  half,   // reads: one byte; writes: half of it goes, then it fails
  stall,  // nothing more is ever heard in that direction
  wake,   // reads: it returns with nothing; tickets: the store answers before it returns
  leave,  // it works, but the client is gone at that moment
  lose,   // it works, but the broker is gone at that moment
  stop,   // it works, but the gateway closes the connection at that moment
  drain,  // it works, but the gateway begins to drain
};
inline constexpr Trouble kTroubles[] = {Trouble::error, Trouble::end,  Trouble::half,
                                        Trouble::stall, Trouble::wake, Trouble::leave,
                                        Trouble::lose,  Trouble::stop, Trouble::drain};

struct Fault {
  std::size_t at = SIZE_MAX;  // the step
  Trouble trouble = Trouble::error;
};

class FaultWorld;

// One direction: what was sent and not read.
struct Wire {
  explicit Wire(io::Loop& loop) : moved(loop) {}
  Buffer bytes;
  bool ended = false;
  io::Event moved;
};

// The connection's end of a conversation.
class FaultStream : public io::Stream {
 public:
  FaultStream(FaultWorld& world, std::string name, Wire& in);
  ~FaultStream() override;
  Result<std::size_t> read_now(MutableBytes into) override;
  io::Task<void> wait_readable() override;
  void wake() override;
  io::Task<Result<std::size_t>> read_some(MutableBytes into) override;
  io::Task<Result<void>> write(std::span<const Bytes> pieces) override;
  void shutdown_send() override;
  void close() override;
  const std::string& peer() const override { return name_; }

 private:
  Result<std::size_t> take(MutableBytes into, std::size_t at_most);
  bool readable() const { return closed_ || woken_ || (!deaf_ && (!in_.bytes.empty() || in_.ended)); }

  FaultWorld& world_;
  const std::string name_;
  Wire& in_;
  io::Event closing_;
  bool closed_ = false, woken_ = false, deaf_ = false;
};

struct Ask {
  Buffer bytes;
  std::int32_t id = 0;
  bool answered = true;   // some time: not acks=0
  bool forwarded = true;  // the broker has to do with it
};

// A conversation from its beginning to its end.
class FaultWorld : public proxy::Catalog, public rejects::RejectSink, public io::Connector {
 public:
  // `cold`: the loop's buffers are scarce, so that waiting is done without any.
  FaultWorld(const std::vector<Ask>& asks, Fault fault, bool cold);
  ~FaultWorld() override;
  // What fails besides: every ticket, every question to the catalog.
  bool tickets_fail = false, catalog_fails = false;

  // The client sends everything at once, and leaves when it has all its answers. Then whatever is still there
  // is helped to an end: time passes, the client leaves, the broker leaves, the store answers.
  void play();

  bool over() const { return parts_->connections.empty(); }
  bool nothing_left() { return loop_.context().stopped() && streams == 0 && held_.empty(); }
  std::vector<Buffer> frames_to_client() const;
  Buffer rest_to_client() const;  // behind the last whole frame
  double metric(const std::string& series) const;

  std::size_t steps = 0;
  std::string faulted;          // the step that went wrong; empty: none did
  std::set<std::int32_t> told;  // the broker has sent the whole answer
  std::vector<bool> durable;    // what the store said, ticket by ticket
  Buffer to_client;
  std::size_t streams = 0;
  std::size_t connects_failed = 0;
  Metrics metrics;
  std::unique_ptr<proxy::Shared> shared;

  // --- for its streams
  // What goes wrong at this step, if it is one of `possible`.
  std::optional<Trouble> step(const std::string& name, std::initializer_list<Trouble> possible);
  void sent(const std::string& by, Bytes bytes);
  void half_closed(const std::string& by);
  io::Loop& loop() { return loop_; }

 private:
  std::shared_ptr<const proxy::Snapshot> current() override { return snapshot_; }
  io::Task<void> resolve(proxy::Wanted wanted, std::chrono::steady_clock::time_point deadline) override;
  void learn(const kafka::TopicId&, std::string_view) override {}
  void keep(std::vector<rejects::Draft> drafts, rejects::Ticket ticket) override;
  void keep_if_possible(std::vector<rejects::Draft>) override {}
  void count(std::vector<rejects::Evaluated>) override {}
  io::Task<Result<std::unique_ptr<io::Stream>>> connect(io::Loop& loop, io::HostPort to,
                                                        std::chrono::milliseconds timeout) override;
  proxy::Inspection inspect(const kafka::ProduceRequest& request, const proxy::InspectContext& context) const;
  void settle();
  void answer(Bytes frame);
  void client_leaves();
  void broker_leaves();
  void give(rejects::Ticket ticket, bool ok);

  io::Runtime runtime_{1};  // never started: the test's thread runs the loop
  io::Loop& loop_;
  const Fault fault_;
  const std::vector<Ask>& asks_;
  std::unique_ptr<proxy::LoopParts> parts_;
  Wire from_client_, from_broker_;
  Buffer to_broker_;
  std::size_t answers_due_ = 0;
  bool known_ = false;
  std::size_t sleeping_ = 0;
  std::vector<rejects::Ticket> held_;
  std::vector<proxy::ChunkPool::Chunk> taken_;
  std::shared_ptr<const proxy::Snapshot> snapshot_ = std::make_shared<proxy::Snapshot>();
};

// The conversation that has every kind of step in it.
std::vector<Ask> conversation_with_everything();

}  // namespace assay::kit
