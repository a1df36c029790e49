#include "tests/reference/produce/records.h"

#include <stdexcept>

namespace assay::kit {
namespace {

constexpr std::int64_t kSomeTimeMs = 1'764'000'000'000;

std::optional<Buffer> optional_buffer(const std::optional<std::string>& text) {
  return text ? std::optional(buffer_of(*text)) : std::nullopt;
}

}  // namespace

Buffer buffer_of(std::string_view text) {
  return {text.begin(), text.end()};
}

Record record(std::string_view value) {
  return record(std::nullopt, std::string(value));
}

Record record(std::optional<std::string> key, std::optional<std::string> value,
              std::vector<std::pair<std::string, std::optional<std::string>>> headers) {
  Record out;
  out.timestamp_ms = kSomeTimeMs;
  out.key = optional_buffer(key);
  out.value = optional_buffer(value);
  for (const auto& [name, text] : headers) out.headers.emplace_back(name, optional_buffer(text));
  return out;
}

Record tombstone(std::string_view key) {
  return record(std::string(key), std::nullopt);
}

std::string framed(std::int32_t schema_id, std::string_view body) {
  std::string out(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint32_t>(schema_id) >> shift & 0xffU);
  return out.append(body);
}

std::string avro_long(std::int64_t value) {
  std::string out;
  auto bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (; bits >= 0x80; bits >>= 7) out += static_cast<char>(bits | 0x80);
  return out += static_cast<char>(bits);
}

std::string avro_text(std::string_view text) {
  return avro_long(static_cast<std::int64_t>(text.size())).append(text);
}

Buffer batch(const std::vector<Record>& records, const kafka::BatchSpec& spec) {
  std::vector<std::vector<HeaderView>> headers;
  const auto views = kafka::reference::views_of(records, headers);
  Buffer out = kafka::build_batch(views, spec).value();
  out.shrink_to_fit();
  return out;
}

Buffer corrupted(Buffer batch) {
  batch.back() ^= 1U;
  return batch;
}

std::optional<std::vector<Record>> records_of(Bytes batch) {
  kafka::OpenBatch open;
  std::string detail;
  if (kafka::open_batch(batch, {}, open, detail) != kafka::BatchFault::none) return std::nullopt;
  std::vector<Record> out;
  for (const RecordView& view : open.records) out.push_back(kafka::reference::own(view));
  return out;
}

Request::Request(std::vector<kafka::reference::Topic> topics, Options options) {
  kafka::reference::ProduceRequest request;
  request.client_id = "tester";
  request.acks = options.acks;
  request.topics = std::move(topics);
  frame_ = kafka::reference::encode(request, options.version);
  frame_.shrink_to_fit();
  if (auto done = kafka::decode(frame_, {}, decoded_); !done)
    throw std::runtime_error(done.error().message());
}

Request::Request(std::string name, const std::vector<Record>& records)
    : Request({topic(std::move(name), {batch(records)})}) {}

kafka::reference::Topic topic(std::string name, std::vector<Buffer> batches) {
  kafka::reference::Topic out;
  out.name = std::move(name);
  for (Buffer& records : batches) {
    const auto index = static_cast<std::int32_t>(out.partitions.size());
    out.partitions.push_back({index, std::move(records), {}});
  }
  return out;
}

}  // namespace assay::kit
