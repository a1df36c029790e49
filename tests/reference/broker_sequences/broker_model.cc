#include "tests/reference/broker_sequences/broker_model.h"

#include <stdexcept>

#include "kafka/batch/record_batch.h"

namespace assay::kit {

std::int16_t BrokerModel::append(Bytes batch) {
  kafka::OpenBatch open;
  std::string detail;
  if (kafka::open_batch(batch, Limits{}, open, detail) != kafka::BatchFault::none)
    throw std::logic_error("the broker was sent a batch that does not open: " + detail);
  const std::int64_t wide_last = std::int64_t{open.header.base_sequence} + open.header.last_offset_delta;
  const Appended range{open.header.base_sequence, static_cast<std::int32_t>(wide_last % (1LL << 31))};
  const bool known = producers_.count(open.header.producer_id) != 0;
  Producer& producer = producers_[open.header.producer_id];
  if (known) {
    if (open.header.producer_epoch < producer.epoch) return kInvalidProducerEpoch;
    if (open.header.producer_epoch == producer.epoch) {
      for (const Appended& before : producer.batches) {
        if (before.first == range.first && before.last == range.last) return kNone;
      }
      const std::int64_t expected = (std::int64_t{producer.batches.back().last} + 1) % (1LL << 31);
      if (range.first != expected) return kOutOfOrderSequence;
    } else if (range.first != 0) {
      return kOutOfOrderSequence;
    }
  }
  // Without any state, whatever number comes is the first.
  if (producer.epoch != open.header.producer_epoch) producer.batches.clear();
  producer.epoch = open.header.producer_epoch;
  producer.batches.push_back(range);
  if (producer.batches.size() > 5) producer.batches.pop_front();
  for (const RecordView& record : open.records) log_.emplace_back(as_text(*record.value));
  return kNone;
}

}  // namespace assay::kit
