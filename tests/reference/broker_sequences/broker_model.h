// A partition's leader, as far as idempotent producers can tell: the rules of Apache Kafka's UnifiedLog
// (analyzeAndValidateProducerState), ProducerStateEntry and ProducerAppendInfo, written plainly.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace assay::kit {

class BrokerModel {
 public:
  static constexpr std::int16_t kNone = 0;
  static constexpr std::int16_t kOutOfOrderSequence = 45;
  static constexpr std::int16_t kInvalidProducerEpoch = 47;

  // The error code. A duplicate of one of the last five batches is a success that stores nothing. REQUIRES: a
  // batch that opens, of an idempotent producer.
  std::int16_t append(Bytes batch);

  // The values of all records, in order.
  const std::vector<std::string>& log() const { return log_; }

 private:
  struct Appended {
    std::int32_t first = 0;
    std::int32_t last = 0;
  };
  struct Producer {
    std::int16_t epoch = -1;
    std::deque<Appended> batches;  // of this epoch, the newest last
  };
  std::map<std::int64_t, Producer> producers_;
  std::vector<std::string> log_;
};

}  // namespace assay::kit
