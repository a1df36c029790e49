// Records, batches and whole Produce requests for tests, in exact-size buffers.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/batch/record_batch.h"
#include "kafka/messages/produce.h"
#include "tests/reference/kafka/encoders.h"
#include "tests/reference/kafka/naive_records.h"

namespace assay::kit {

using Record = kafka::reference::OwnedRecord;

Buffer buffer_of(std::string_view text);
// A record with that value, and perhaps that key and those headers.
Record record(std::string_view value);
Record record(std::optional<std::string> key, std::optional<std::string> value,
              std::vector<std::pair<std::string, std::optional<std::string>>> headers = {});
Record tombstone(std::string_view key);

// 00 | schema id | body: Confluent's frame.
std::string framed(std::int32_t schema_id, std::string_view body);
// Avro's long (also int) and string.
std::string avro_long(std::int64_t value);
std::string avro_text(std::string_view text);

Buffer batch(const std::vector<Record>& records, const kafka::BatchSpec& spec = {});
// The same with one bit of its records flipped: the CRC is wrong.
Buffer corrupted(Buffer batch);
// The records of a batch as anybody reads them; nothing when it does not open.
std::optional<std::vector<Record>> records_of(Bytes batch);

// A request as it came from a client: the frame, and what it decodes to.
class Request {
 public:
  struct Options {
    std::int16_t version = 9;
    std::int16_t acks = -1;
  };
  Request(std::vector<kafka::reference::Topic> topics, Options options);
  explicit Request(std::vector<kafka::reference::Topic> topics) : Request(std::move(topics), Options{}) {}
  // One batch for partition 0.
  Request(std::string topic, const std::vector<Record>& records);

  Bytes frame() const { return frame_; }
  const kafka::ProduceRequest& decoded() const { return decoded_; }

 private:
  Buffer frame_;
  kafka::ProduceRequest decoded_;
};

// A topic whose partitions 0, 1, … have these batches.
kafka::reference::Topic topic(std::string name, std::vector<Buffer> batches);

}  // namespace assay::kit
