#include "io/kafka/producer.h"

#include <librdkafka/rdkafka.h>

#include <array>

namespace assay::io {
namespace {

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  const std::unique_ptr<Producer::Delivered> delivered(static_cast<Producer::Delivered*>(message->_private));
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return (*delivered)({});
  (*delivered)(Error(ErrorCode::invalid, rd_kafka_err2str(message->err)));
}

}  // namespace

struct Producer::Parts {
  rd_kafka_t* client = nullptr;
  ~Parts() {
    if (client == nullptr) return;
    rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client, 1'000);  // gives the purged records' reports back
    rd_kafka_destroy(client);
  }
};

Producer::Producer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Producer::~Producer() = default;

Result<std::unique_ptr<Producer>> Producer::create(const std::map<std::string, std::string>& config) {
  std::array<char, 512> why{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : config) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(conf);
      return Error(ErrorCode::invalid, why.data());
    }
  }
  rd_kafka_conf_set_dr_msg_cb(conf, &on_delivery);
  rd_kafka_conf_set_log_cb(conf, nullptr);
  auto parts = std::make_unique<Parts>();
  parts->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size());
  if (parts->client == nullptr) {
    rd_kafka_conf_destroy(conf);
    return Error(ErrorCode::invalid, why.data());
  }
  return std::unique_ptr<Producer>(new Producer(std::move(parts)));
}

Result<> Producer::produce(const OutgoingRecord& record, Delivered delivered) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers, name.c_str(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  auto* callback = new Delivered(std::move(delivered));
  // librdkafka copies both, though its interface takes them unqualified.
  void* key = record.key ? const_cast<std::uint8_t*>(record.key->data()) : nullptr;
  void* value = record.value ? const_cast<std::uint8_t*>(record.value->data()) : nullptr;
  const std::size_t key_bytes = record.key ? record.key->size() : 0;
  const std::size_t value_bytes = record.value ? record.value->size() : 0;
  const auto error = rd_kafka_producev(
      parts_->client, RD_KAFKA_V_TOPIC(record.topic.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_KEY(key, key_bytes), RD_KAFKA_V_VALUE(value, value_bytes), RD_KAFKA_V_HEADERS(headers),
      RD_KAFKA_V_OPAQUE(callback), RD_KAFKA_V_END);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  rd_kafka_headers_destroy(headers);
  delete callback;
  return Error(ErrorCode::unavailable, rd_kafka_err2str(error));
}

Result<> Producer::flush(std::chrono::milliseconds timeout) {
  if (rd_kafka_flush(parts_->client, static_cast<int>(timeout.count())) == RD_KAFKA_RESP_ERR_NO_ERROR)
    return {};
  return Error(ErrorCode::unavailable, "not everything was delivered in time");
}

}  // namespace assay::io
