// One client, one connection upstream, and the two pumps between them. The machines say what is to be done
// (proxy/session/); this does it. Neither pump reads while what it read before is not taken by the other
// side.
#pragma once

#include <memory>
#include <optional>

#include "io/net/timer.h"
#include "proxy/net/shared.h"
#include "proxy/session/request_machine.h"
#include "proxy/session/response_machine.h"

namespace assay::proxy {

// Lives on one loop, as long as one of its pumps runs.
class Connection : public std::enable_shared_from_this<Connection>, private Surroundings {
 public:
  // `node`: the broker whose listener accepted it; nothing: the bootstrap listener.
  Connection(Shared& shared, LoopParts& loop_parts, std::unique_ptr<io::Stream> client,
             std::optional<std::int32_t> node);
  ~Connection() override;

  static void begin(Shared& shared, LoopParts& loop_parts, std::unique_ptr<io::Stream> client,
                    std::optional<std::int32_t> node);

  // No more requests are read; when what is in flight was answered, it closes.
  void drain();
  void close();
  // Once a tick. Who has waited since before `oldest`: for the rest of a request, is closed; with a buffer,
  // gives it back. Who has since before `idlest` said nothing at all, or taken nothing, is closed.
  void sweep(std::uint64_t oldest, std::uint64_t idlest);

 private:
  enum class Filled : std::uint8_t { more, again, end };
  // A direction's reading end.
  struct Side {
    std::uint64_t waiting_since = 0;  // the tick; 0: it does not wait
    std::uint64_t writing_since = 0;  // the tick since which it does not take what it is sent; 0: it does
    std::size_t due = 0;              // of a large frame: that much must come before the wait begins anew
    FrameBudget::Lease large;         // where chunks are scarce: for having one
    bool partial = false;             // for the rest of something
    bool warm = false;                // with a buffer in hand
    bool cool = false;                // the next wait shall be without
  };

  kafka::AddressMap& addresses() override { return *shared_.topology; }
  void learn(const kafka::TopicId& id, std::string_view name) override { parts_.catalog.learn(id, name); }
  void produce_ends_at_7(bool ends) override {
    shared_.produce_ends_at_7.store(ends, std::memory_order_relaxed);
  }
  bool produce_ends_at_7() const override {
    return shared_.produce_ends_at_7.load(std::memory_order_relaxed);
  }
  void on_request(std::int16_t api_key) override { shared_.counters.requests(api_key).Increment(); }

  io::Task<void> pump_requests();
  io::Task<bool> serve_request_step(const Step& step, ReadBuffer& in);
  bool join_run(Bytes bytes, const ReadBuffer& in, std::size_t run_bytes_max);
  io::Task<bool> forward(std::span<const Bytes> pieces);  // behind the run that waits
  std::optional<Decision> judge(bool last_try, Wanted& wanted);
  io::Task<std::optional<Decision>> judge_later(Wanted wanted);
  RequestMachine::Dispatch settle(Decision decision);
  void keep(std::vector<rejects::Draft> drafts, std::vector<BatchNote> notes, std::uint64_t slot);
  void kept(std::uint64_t slot, bool durable);
  io::Task<bool> connect_upstream();
  void requests_ended();

  io::Task<void> pump_responses();
  io::Task<bool> serve_response_step(const Step& step);
  void responses_ended(bool cut_off);
  void close_if_drained();

  io::Task<Filled> fill(Side& side, io::Stream& from, ReadBuffer& in, std::size_t need);
  bool stalled(std::uint64_t oldest, std::uint64_t idlest) const;
  io::Task<void> lend_large(Side& side, ReadBuffer& in);
  io::Task<bool> fill_frame(Side& side, io::Stream& from, MutableBytes into, std::size_t& got);
  static void cool_down(Side& side, io::Stream& stream, std::uint64_t oldest);
  io::Task<bool> send(Side& side, io::Stream& to, std::span<const Bytes> pieces, prometheus::Counter& bytes);
  void refuse(CloseReason reason, const std::string& why);

  Shared& shared_;
  LoopParts& parts_;
  std::unique_ptr<io::Stream> client_;
  std::unique_ptr<io::Stream> upstream_;
  const std::optional<std::int32_t> node_;
  Conversation conversation_;
  RequestMachine requests_;
  ResponseMachine responses_;
  FrameBudget::Lease request_lease_, response_lease_;
  io::Event durable_;               // an answer that waited for its rejects may go
  io::Event room_;                  // there may be room for more requests
  std::size_t tickets_ = 0;         // calls to the reject store that are not answered
  std::uint64_t ending_since_ = 0;  // the tick since which the client's end is awaited; 0: it is not
  std::uint64_t left_since_ =
      0;  // the tick since which only the broker's answers are awaited; 0: they are not
  Side client_side_, upstream_side_;
  Bytes run_;  // requests in a row that wait to be written together; they stand in the pump's buffer
  bool draining_ = false;
  bool requests_over_ = false;
  bool responses_over_ = false;
  bool closed_ = false;
};

}  // namespace assay::proxy
