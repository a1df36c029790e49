// A conversation without sockets: what the client and the broker send goes in, in pieces of any size; what
// comes out on the other side is kept. It carries out what the two machines say, as the shell does.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "proxy/session/conversation.h"
#include "proxy/session/request_machine.h"
#include "proxy/session/response_machine.h"

namespace assay::kit {

class Script : private proxy::Surroundings, private kafka::AddressMap {
 public:
  // How many of `left` bytes come at once: 1 to left.
  using Split = std::function<std::size_t(std::size_t left)>;
  using Judge = std::function<proxy::Decision(const kafka::ProduceRequest&)>;

  explicit Script(const proxy::ConversationOptions& options = {});

  Split split = [](std::size_t left) { return left; };
  // By default everything is forwarded untouched.
  Judge judge = [](const kafka::ProduceRequest&) { return proxy::Decision{}; };

  // Each sends, then lets both machines run as far as they can.
  Script& client(Bytes bytes);
  Script& broker(Bytes bytes);
  // The rejects of the oldest decision that waits for them.
  Script& kept(bool durable);

  // What came out since the last call.
  Buffer to_broker();
  Buffer to_client();

  proxy::CloseReason closed() const { return closed_; }
  const std::string& why() const { return why_; }
  bool owes_answers() const { return !conversation_.pending.empty(); }
  bool between_requests() const { return requests_.at_boundary() && client_in_.held.empty(); }
  const rejects::Client& who() const { return *conversation_.client(); }

  std::map<kafka::TopicId, std::string> learnt;
  std::vector<std::int16_t> requests_seen;
  // Nodes that the address map knows; Metadata and the like add to it. They are told "gate", port 20000 +
  // node.
  std::set<std::int32_t> nodes;
  std::size_t reserved_most = 0;
  bool elsewhere_ends_at_7 = false;  // what other connections heard of brokers of that kind

 private:
  struct Pipe {
    Buffer unseen;  // sent, and not shown to the machine yet
    Buffer held;    // shown, and not consumed
  };

  kafka::AddressMap& addresses() override { return *this; }
  void learn(const kafka::TopicId& id, std::string_view name) override { learnt[id] = name; }
  void produce_ends_at_7(bool ends) override { elsewhere_ends_at_7 = ends; }
  bool produce_ends_at_7() const override { return elsewhere_ends_at_7; }
  void on_request(std::int16_t api_key) override { requests_seen.push_back(api_key); }
  kafka::HostPort place(const kafka::BrokerAddress& broker) override;
  std::optional<kafka::HostPort> find(std::int32_t node) const override;

  void run();
  bool run_requests();
  bool run_responses();
  bool show(Pipe& pipe);
  template <class Machine>
  bool read_into(Machine& machine, Pipe& pipe, const proxy::Step& step);
  void decide();
  void close(const proxy::Step& step, const std::string& why);

  proxy::Conversation conversation_;
  proxy::RequestMachine requests_;
  proxy::ResponseMachine responses_;
  Pipe client_in_, broker_in_;
  Buffer to_broker_, to_client_;
  std::vector<std::uint64_t> keeping_;
  proxy::CloseReason closed_ = proxy::CloseReason::none;
  std::string why_;
};

}  // namespace assay::kit
