#include "tests/bench/serve/records.h"

#include "kafka/batch/record_batch.h"
#include "tests/bench/common/avro_orders.h"
#include "tests/bench/common/json_orders.h"
#include "tests/bench/net/traffic.h"

namespace assay::bench {
namespace {

constexpr std::size_t kFrameBytes = 5;

Buffer framed(std::int32_t schema_id, Bytes body) {
  const auto id = static_cast<std::uint32_t>(schema_id);
  Buffer out{0, static_cast<std::uint8_t>(id >> 24U), static_cast<std::uint8_t>(id >> 16U),
             static_cast<std::uint8_t>(id >> 8U), static_cast<std::uint8_t>(id)};
  append(out, body);
  return out;
}

// Uses up `bodies` from `next` on.
Buffer request(const char* topic, std::int32_t schema_id, const std::vector<Buffer>& bodies,
               std::size_t& next, std::size_t batch_bytes) {
  std::vector<Buffer> values;
  for (std::size_t bytes = 0;
       next < bodies.size() && bytes + bodies[next].size() + kFrameBytes <= batch_bytes; ++next) {
    values.push_back(framed(schema_id, bodies[next]));
    bytes += values.back().size();
  }
  std::vector<RecordView> records(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    records[i].index = static_cast<std::uint32_t>(i);
    records[i].timestamp_ms = 1'700'000'000'000;
    records[i].value = values[i];
  }
  return request_of(topic, kafka::build_batch(records, {}).value());
}

std::vector<Buffer> requests(const char* topic, std::int32_t schema_id, const std::vector<Buffer>& bodies,
                             std::size_t count, std::size_t batch_bytes) {
  std::vector<Buffer> out;
  for (std::size_t next = 0; out.size() < count;)
    out.push_back(request(topic, schema_id, bodies, next, batch_bytes));
  return out;
}

}  // namespace

std::vector<Buffer> json_requests(const char* topic, std::int32_t schema_id, std::size_t count,
                                  std::size_t batch_bytes, Content content) {
  std::vector<Buffer> bodies;
  for (std::string& order : orders(count * (batch_bytes / 250), content.seed)) {
    if (content.bad) order[order.find('@')] = '.';
    bodies.emplace_back(order.begin(), order.end());
  }
  return requests(topic, schema_id, bodies, count, batch_bytes);
}

std::vector<Buffer> avro_requests(const char* topic, std::int32_t schema_id, std::size_t count,
                                  std::size_t batch_bytes) {
  return requests(topic, schema_id, avro_orders(count * (batch_bytes / 80), 7), count, batch_bytes);
}

}  // namespace assay::bench
