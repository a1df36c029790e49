// The heart and its table of producers, with a topic whose rule is that `ok` is at least `minimum`: a proxy
// without sockets. Partitions of the topic `t`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/produce/inspect.h"
#include "proxy/produce/producer_table.h"

namespace assay::kit {

// {"ok": N, "id": "…"}
std::string value_of(int ok, const std::string& id);

struct BatchOf {
  std::int64_t producer_id = 7;
  std::int16_t epoch = 0;
  std::int32_t first = 0;
  bool transactional = false;
};
Buffer batch_of(const std::vector<std::string>& values, const BatchOf& with = {});

class GateRig {
 public:
  explicit GateRig(proxy::ProducerTable::Options options = {});

  // Rules as they are from now on, under another version.
  void rule(int minimum, Action action = Action::reject);
  // Nothing can be judged while it is.
  void away(bool is) { away_ = is; }

  struct Partition {
    std::int32_t index = 0;
    Bytes batch;
  };
  // Settled, as a connection does it; the rejects of the decision are not kept yet.
  proxy::Decision decide(const std::vector<Partition>& partitions, std::int16_t version = 9);
  // The code given here to the first partition, or -1: it goes upstream.
  std::int16_t ask(Bytes batch, bool durable = true);
  // The same where the topic's policy was not found out in time.
  std::int16_t ask_at_last(Bytes batch);
  void kept(const proxy::Decision& decision, bool durable);

  EpochMs now_ms = 1'000'000;
  std::int16_t acks = -1;
  bool remembers = true;  // false: neither gate nor memo
  proxy::ClientTraits traits;
  Metrics metrics;
  proxy::ProducerTable table;
  std::shared_ptr<rejects::Client> client = std::make_shared<rejects::Client>();
  std::size_t judged = 0;  // batches, so far

 private:
  proxy::Decision inspected(const proxy::Snapshot& snapshot, bool last_try);

  std::shared_ptr<const proxy::Snapshot> there_, away_snapshot_;
  std::uint32_t number_ = 0;
  bool away_ = false;
  kafka::ProduceRequest request_;
  proxy::InspectScratch scratch_;
  UlidGenerator ids_;
  Limits limits_;
};

double metric(const GateRig& rig, const std::string& name);

}  // namespace assay::kit
