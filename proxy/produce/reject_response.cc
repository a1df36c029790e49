#include "proxy/produce/reject_response.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::proxy {
namespace {

// Apache Kafka, Errors.
constexpr std::int16_t kCorruptMessage = 2;
constexpr std::int16_t kNotEnoughReplicas = 19;
constexpr std::int16_t kInvalidRecord = 87;
constexpr std::int16_t kUnknownTopicId = 100;

kafka::ProducePartitionResponse answer(std::int32_t partition, std::int16_t error_code) {
  kafka::ProducePartitionResponse response;
  response.index = partition;
  response.error_code = error_code;
  return response;
}

}  // namespace

std::string reason_of(const ViolatingRecord& record, std::size_t bytes_max) {
  const std::string id = fmt::format(" [reject {}]", record.id.text());
  std::string text;
  for (const Violation& violation : record.violations) {
    const std::size_t used = text.size() + id.size() + 2;
    if (used + 24 > bytes_max) break;  // no room for anything readable
    if (!text.empty()) text += "; ";
    text += describe(violation, bytes_max - used);
  }
  return text + id;
}

kafka::ProducePartitionResponse refused(std::int32_t partition, std::span<const ViolatingRecord> told,
                                        std::size_t violating, std::uint32_t records, const Limits& limits) {
  auto response = answer(partition, kInvalidRecord);
  const std::size_t listed = std::min(told.size(), limits.record_errors_max);
  for (const ViolatingRecord& record : told.first(listed)) {
    response.record_errors.push_back(
        {static_cast<std::int32_t>(record.index), reason_of(record, limits.record_error_text_bytes_max)});
  }
  response.error_message = fmt::format("assay: {} of {} records refused: {}", violating, records,
                                       reason_of(told.front(), limits.record_error_text_bytes_max));
  return response;
}

kafka::ProducePartitionResponse undecided(std::int32_t partition, std::string_view why) {
  auto response = answer(partition, kNotEnoughReplicas);
  response.error_message = fmt::format("assay: undecided: {}", why);
  return response;
}

kafka::ProducePartitionResponse held_back(std::int32_t partition, std::int32_t awaited) {
  auto response = answer(partition, kNotEnoughReplicas);
  response.error_message = fmt::format(
      "assay: held back: this producer's batch from sequence {} comes first, and was told to come again",
      awaited);
  return response;
}

kafka::ProducePartitionResponse refused_with_others(std::int32_t partition, bool retried) {
  auto response = answer(partition, retried ? kNotEnoughReplicas : kInvalidRecord);
  response.error_message =
      "assay: not written: another partition of this request was refused, and this client takes one answer "
      "for all of them";
  return response;
}

bool is_retried(const kafka::ProducePartitionResponse& response) {
  return response.error_code != kInvalidRecord;
}

kafka::ProducePartitionResponse corrupt(std::int32_t partition) {
  auto response = answer(partition, kCorruptMessage);
  response.error_message = "assay: the batch's CRC does not match its bytes";
  return response;
}

kafka::ProducePartitionResponse unknown_topic_id(std::int32_t partition) {
  return answer(partition, kUnknownTopicId);
}

}  // namespace assay::proxy
