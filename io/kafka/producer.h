// A Kafka producer (librdkafka), for the demo and the gateway's own records.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace assay::io {

struct OutgoingRecord {
  std::string topic;
  std::optional<Buffer> key;
  std::optional<Buffer> value;
  std::vector<std::pair<std::string, Buffer>> headers;
};

class Producer {
 public:
  // librdkafka's configuration names. `invalid` names the entry that it does not take.
  static Result<std::unique_ptr<Producer>> create(const std::map<std::string, std::string>& config);
  ~Producer();  // what is not delivered by then is dropped: flush first

  // Called once per record from `flush`, with what became of it: delivered, or the broker's error in words.
  using Delivered = std::function<void(Result<>)>;
  // `unavailable`: the queue is full.
  Result<> produce(const OutgoingRecord& record, Delivered delivered);
  // Waits until everything is delivered or failed. `unavailable` when time is over first.
  Result<> flush(std::chrono::milliseconds timeout);

 private:
  struct Parts;
  explicit Producer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace assay::io
