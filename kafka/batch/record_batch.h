// Record batch v2 (KIP-98; Apache Kafka's DefaultRecordBatch): a header of 61 bytes, then records, compressed
// or not.
//
//   baseOffset i64 | batchLength i32 | partitionLeaderEpoch i32 | magic i8 = 2 | crc u32 | attributes i16 |
//   lastOffsetDelta i32 | baseTimestamp i64 | maxTimestamp i64 | producerId i64 | producerEpoch i16 |
//   baseSequence i32 | recordsCount i32 | records
//
// crc is CRC-32C over everything behind it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "kafka/compression/codec.h"
#include "record/record_view.h"

namespace assay::kafka {

inline constexpr std::size_t kBatchHeaderBytes = 61;

struct BatchHeader {
  std::int64_t base_offset = 0;
  std::int32_t batch_length = 0;
  std::int8_t magic = 2;
  std::uint32_t crc = 0;
  std::int16_t attributes = 0;
  std::int32_t last_offset_delta = 0;
  std::int64_t base_timestamp_ms = 0;
  std::int64_t max_timestamp_ms = 0;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  std::int32_t record_count = 0;

  Codec codec() const { return static_cast<Codec>(attributes & 7); }
  bool transactional() const { return (attributes & 0x10) != 0; }
  bool control() const { return (attributes & 0x20) != 0; }
};

// What a batch is refused for before any record is judged. The proxy answers these as the broker would.
enum class BatchFault : std::uint8_t {
  none,
  truncated,  // shorter than it says
  trailing,   // more than one batch, or bytes behind it
  magic,      // an old message format
  crc,
  count,      // recordsCount does not fit lastOffsetDelta or the records
  codec,      // unknown compression, or a stream that does not inflate
  too_large,  // inflates beyond inflated_batch_bytes_max, or has too many records or headers
  record,     // a record that does not decode, or bytes left behind the last one
};

std::string_view to_string(BatchFault fault);

// An opened batch. `records` view the batch or the arena: both must outlive them. Reused from batch to batch.
struct OpenBatch {
  BatchHeader header;
  std::vector<RecordView> records;
  std::vector<HeaderView> headers;  // storage behind RecordView::headers
  Buffer arena;                     // inflated bytes, when compressed
};

// Reads header, CRC, records. Never reads outside `batch`, never allocates beyond the limits, nothing per
// record once grown. `detail` says more for a person when the result is a fault.
BatchFault open_batch(Bytes batch, const Limits& limits, OpenBatch& out, std::string& detail);

// Just the header, unchecked beyond its size: for ids and sequences. Nothing when shorter than 61 bytes.
bool read_batch_header(Bytes batch, BatchHeader& out);

struct AddedHeader {
  std::uint32_t record_index = 0;
  std::string_view name;
  std::string_view value;
};

// The same batch with headers added to some records (ascending by index): same codec, producer, sequences,
// timestamps and order; counts, lengths and CRC made new. `batch` is the received one, `open` its opened
// form.
Result<Buffer> rebuild_with_headers(Bytes batch, const OpenBatch& open, std::span<const AddedHeader> added);

// A batch from records, for tests, the demo and tools.
struct BatchSpec {
  Codec codec = Codec::none;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  bool transactional = false;
};
Result<Buffer> build_batch(std::span<const RecordView> records, const BatchSpec& spec);

// CRC-32C (Castagnoli).
std::uint32_t crc32c(Bytes bytes);

}  // namespace assay::kafka
