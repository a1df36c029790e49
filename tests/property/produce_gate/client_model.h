// A network of one producer, the proxy and a broker, in which everything happens at somebody else's choice:
// connections that break with requests and answers on them, copies that arrive late, the leader moving, the
// registry going away, rules reloaded, a reject store that cannot write.
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/reference/broker_sequences/broker_model.h"
#include "tests/reference/broker_sequences/gate_rig.h"

namespace assay::kit {

// Idempotent, one partition. Two kinds:
//   pipelining  five batches under way; after 87 it waits until it knows what became of the others, and
//   numbers
//               what is left anew under the next epoch (Java, librdkafka)
//   rewinding   one batch under way; after 87 the next one gets the same numbers (franz-go, kafka-python 2)
enum class ClientKind { pipelining, rewinding };

class Network {
 public:
  // Values of each batch, in order.
  Network(ClientKind kind, std::vector<std::vector<std::string>> batches);

  // One thing happens; which, `choice` says. False: nothing was possible.
  bool step(std::uint8_t choice);
  // No more faults until all is done. False: the producer got stuck.
  bool finish();

  GateRig proxy;
  BrokerModel broker;
  // What the producer was told.
  std::set<std::size_t> acknowledged, refused;  // batches
  // The producer gave up: its first unanswered batch is out of order, as librdkafka takes it.
  bool fatal = false;

 private:
  struct Batch {
    std::vector<std::string> values;
    std::int32_t first = -1;  // -1: not numbered yet
    std::int16_t epoch = 0;
    Buffer bytes;
    bool under_way = false;  // a request with it is on the living connection
    bool uncertain = false;  // it was sent, and its answer was lost
    bool done = false;
  };
  struct Request {
    std::size_t batch = 0;
    Buffer bytes;
  };
  struct Answer {
    std::size_t batch = 0;
    std::int16_t code = 0;
  };
  struct Wire {
    std::deque<Request> requests;
    std::deque<Answer> answers;
    int broker = 0;  // at its end
  };

  bool send();
  bool serve(Wire& wire);
  bool receive();
  void told(std::size_t batch, std::int16_t code);
  void refused_for_good(std::size_t batch);
  void break_connection();
  void number(Batch& batch);
  void renumber_if_drained();
  std::size_t first_open() const;
  bool all_done() const;

  const ClientKind kind_;
  std::vector<Batch> batches_;
  std::int16_t epoch_ = 0;
  std::int32_t next_ = 0;
  bool draining_ = false;
  bool store_broken_ = false;
  int leader_ = 0;  // which broker is
  Wire wire_;
  std::deque<Wire> dead_;  // connections that the producer has given up; requests may still arrive
};

}  // namespace assay::kit
