// Every bound on what the outside may make Assay hold or do. Each names the attack or accident that it stops.
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay {

struct Limits {
  // A request or response frame. Kafka's own `socket.request.max.bytes`. Stops: a length field as an
  // allocation.
  std::size_t frame_bytes_max = 104'857'600;
  // Before SASL is through. Kafka's `sasl.server.max.receive.size`. Stops: memory for strangers.
  std::size_t unauthenticated_frame_bytes_max = 524'288;
  // All frames held by the process at once. Stops: many large frames.
  std::size_t frames_in_flight_bytes_max = 512UL << 20;
  // One record batch, inflated. Stops: compression bombs.
  std::size_t inflated_batch_bytes_max = 64UL << 20;
  // Records of one batch. Stops: a count field as an allocation, and batches of empty records.
  std::uint32_t records_per_batch_max = 1'000'000;
  std::uint32_t headers_per_record_max = 1'000;
  // Topics and partitions named in one request.
  std::uint32_t partitions_per_request_max = 20'000;
  // Nesting of one value, and recursion of a schema. Stops: stack exhaustion.
  std::uint32_t depth_max = 256;
  // Schema nodes and elements visited for one record. Stops: `oneOf` of `oneOf`, arrays of nothing.
  std::uint64_t steps_per_record_max = 4'000'000;
  // A schema's text with its references, and the program it becomes.
  std::size_t schema_bytes_max = 4UL << 20;
  std::uint32_t schema_nodes_max = 200'000;
  // One rule file, and the memory of one pattern's automaton.
  std::size_t rule_file_bytes_max = 10UL << 20;
  std::size_t pattern_bytes_max = 1UL << 20;
  // What a producer is told, per record and per partition batch (KIP-467 answers).
  std::size_t record_error_text_bytes_max = 512;
  std::size_t record_errors_max = 100;
  // A batch that `mark` made longer. Kafka's own `message.max.bytes`. Stops: a mark that makes the broker
  // refuse.
  std::size_t marked_batch_bytes_max = 1'048'588;
  // Rows kept of one request (and so of one batch); the rest becomes a bitmap.
  std::size_t rejects_per_batch_max = 10'000;
  // Violations listed for one record, and bytes of an offending fragment.
  std::size_t violations_per_record_max = 50;
  std::size_t fragment_bytes_max = 120;
  // Drafts waiting for the reject journal. Stops: a burst of bad records as memory.
  std::size_t reject_queue_bytes_max = 64UL << 20;
  // An HTTP request.
  std::size_t http_header_bytes_max = 16UL << 10;
  std::size_t http_body_bytes_max = 8UL << 20;
};

}  // namespace assay
