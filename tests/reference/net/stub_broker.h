// A broker small enough to be understood at a glance: answers ApiVersions, Metadata, Produce, and anything
// else with an echo of its correlation id. It remembers what it was sent.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "io/net/runtime.h"
#include "io/net/tcp.h"
#include "tests/reference/session/messages.h"

namespace assay::kit {

// Thread-safe; serves on a thread of its own.
class StubBroker {
 public:
  explicit StubBroker(std::int32_t node_id);
  ~StubBroker();

  std::int32_t node_id() const { return node_id_; }
  io::HostPort address() const { return listener_->address(); }
  Broker as_broker() const;

  // What Metadata says; by default the broker itself.
  void set_cluster(std::vector<Broker> brokers, std::vector<Topic> topics = {});
  // Answers wait until this is turned off again.
  void hold_answers(bool hold) { hold_ = hold; }
  // Hangs up on Metadata, as brokers do that want authentication.
  void refuse_questions(bool refuse) { refuse_ = refuse; }
  // Hangs up after so many bytes of an answer.
  void cut_answers(std::size_t bytes) { cut_ = bytes; }
  void kill_connections();

  // Frames, with their length fields, of all connections in order; Metadata of the gateway's own is not among
  // them.
  std::vector<Buffer> received() const;
  void forget();
  std::size_t connections() const { return connections_; }
  // How many connections were ended by the other side.
  std::size_t ends_seen() const { return ends_; }

 private:
  io::Task<void> accept();
  io::Task<void> serve(std::shared_ptr<io::Stream> stream);
  Buffer answer(Bytes frame);

  const std::int32_t node_id_;
  io::Runtime runtime_{1};
  std::unique_ptr<io::Listener> listener_;
  mutable std::mutex mutex_;
  std::vector<Broker> brokers_;
  std::vector<Topic> topics_;
  std::vector<Buffer> received_;
  std::set<std::shared_ptr<io::Stream>> streams_;
  std::atomic<bool> hold_{false}, refuse_{false};
  std::atomic<std::size_t> connections_{0}, ends_{0}, cut_{SIZE_MAX};
};

}  // namespace assay::kit
