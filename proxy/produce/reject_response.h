// What a producer is told for a partition that the proxy answers itself. The only file outside kafka/ with
// Kafka's error numbers in it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "kafka/messages/produce.h"
#include "proxy/produce/findings.h"

namespace assay::proxy {

// `rule age-positive: person.age is -1, must be greater than 0 [reject 01JD…]`: the violations that fit, and
// always the id.
std::string reason_of(const ViolatingRecord& record, std::size_t bytes_max);

// INVALID_RECORD (87), which no client retries: the records and their reasons, ascending, within the limits
// (KIP-467). `told`: those whose rows are kept, at least one, of `violating` in a batch of `records`.
kafka::ProducePartitionResponse refused(std::int32_t partition, std::span<const ViolatingRecord> told,
                                        std::size_t violating, std::uint32_t records, const Limits& limits);

// NOT_ENOUGH_REPLICAS (19), which every client retries and which triggers no metadata refresh. The text says
// that no replica is missing.
kafka::ProducePartitionResponse undecided(std::int32_t partition, std::string_view why);

// The same, for a batch that another one of its producer must come before: the one from that sequence number.
kafka::ProducePartitionResponse held_back(std::int32_t partition, std::int32_t awaited);

// For a partition that nothing is wrong with, where the client takes one answer for the whole request: error
// 87, or 19 when that is what the others get.
kafka::ProducePartitionResponse refused_with_others(std::int32_t partition, bool retried);
// Whether clients send such a partition again.
bool is_retried(const kafka::ProducePartitionResponse& response);

// CORRUPT_MESSAGE (2): as the broker itself answers a wrong CRC.
kafka::ProducePartitionResponse corrupt(std::int32_t partition);

// UNKNOWN_TOPIC_ID (100): the client asks for metadata again.
kafka::ProducePartitionResponse unknown_topic_id(std::int32_t partition);

}  // namespace assay::proxy
