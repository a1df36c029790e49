#include <fmt/format.h>
#include <isa-l/crc.h>

#include <algorithm>

#include "kafka/batch/record_batch.h"
#include "kafka/batch/record_cursor.h"
#include "kafka/wire/reader.h"

namespace assay::kafka {
namespace {

constexpr std::size_t kMagicAt = 16;
constexpr std::size_t kCrcCoversFrom = 21;
constexpr std::size_t kLengthCountsFrom = 12;
constexpr std::int8_t kMagic = 2;
constexpr std::size_t kRecordBytesMin = 7;  // seven fields of one byte
constexpr std::size_t kHeaderBytesMin = 2;
// Two bytes on the wire become forty here: headers of a batch are bounded as a whole, by its records.
constexpr std::size_t kHeadersPerRecordOnAverage = 2;

// Room for `more` headers, with the spans that records hold into the storage moved along.
void reserve_headers(OpenBatch& out, std::size_t records_done, std::size_t more) {
  if (out.headers.capacity() - out.headers.size() >= more) return;
  out.headers.reserve(std::max(out.headers.capacity() * 2, out.headers.size() + more));
  const HeaderView* at = out.headers.data();
  for (RecordView& record : std::span(out.records).first(records_done)) {
    record.headers = {at, record.headers.size()};
    at += record.headers.size();
  }
}

class RecordsReader {
 public:
  RecordsReader(const Limits& limits, OpenBatch& out, std::string& detail)
      : limits_(limits), out_(out), detail_(detail) {}

  BatchFault read(Bytes bytes) {
    const auto count = static_cast<std::uint32_t>(out_.header.record_count);
    if (count > bytes.size() / kRecordBytesMin) {
      detail_ = fmt::format("{} records do not fit into {} bytes", count, bytes.size());
      return BatchFault::count;
    }
    out_.records.resize(count);
    RecordCursor in(bytes);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::int32_t size = 0;
      if (in.remaining() == 0) return fault(BatchFault::count, i, "is missing");
      Bytes record;
      if (!in.varint(size) || size < 0 || !in.take(static_cast<std::size_t>(size), record)) {
        return fault(BatchFault::record, i, "has no length that fits");
      }
      RecordCursor body(record);
      if (const BatchFault found = read_record(body, i); found != BatchFault::none) return found;
    }
    if (in.remaining() == 0) return BatchFault::none;
    detail_ = fmt::format("{} bytes are left behind the last of {} records", in.remaining(), count);
    return BatchFault::record;
  }

 private:
  BatchFault fault(BatchFault what, std::uint32_t index, std::string_view why) {
    detail_ = fmt::format("record {} {}", index, why);
    return what;
  }

  BatchFault read_record(RecordCursor& in, std::uint32_t index) {
    RecordView& record = out_.records[index];
    std::int64_t timestamp_delta = 0;
    std::int32_t offset_delta = 0, header_count = 0;
    if (!in.byte() || !in.varlong(timestamp_delta) || !in.varint(offset_delta) || !in.bytes(record.key) ||
        !in.bytes(record.value) || !in.varint(header_count) || header_count < 0) {
      return fault(BatchFault::record, index, "does not decode");
    }
    record.index = index;
    // Wraps as Java's addition does.
    record.timestamp_ms =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(out_.header.base_timestamp_ms) +
                                  static_cast<std::uint64_t>(timestamp_delta));
    record.headers = {};
    if (header_count > 0) {
      if (const BatchFault found = read_headers(in, index, static_cast<std::uint32_t>(header_count));
          found != BatchFault::none) {
        return found;
      }
    }
    return in.remaining() == 0 ? BatchFault::none : fault(BatchFault::record, index, "has bytes left over");
  }

  BatchFault read_headers(RecordCursor& in, std::uint32_t index, std::uint32_t count) {
    const std::size_t batch_max = kHeadersPerRecordOnAverage * std::size_t{limits_.records_per_batch_max};
    if (count > limits_.headers_per_record_max || out_.headers.size() + count > batch_max) {
      return fault(BatchFault::too_large, index, "has too many headers");
    }
    if (count > in.remaining() / kHeaderBytesMin)
      return fault(BatchFault::record, index, "has fewer headers than it says");
    reserve_headers(out_, index, count);
    const std::size_t begin = out_.headers.size();
    for (std::uint32_t i = 0; i < count; ++i) {
      std::optional<Bytes> name;
      HeaderView header;
      if (!in.bytes(name) || !name || !in.bytes(header.value)) {
        return fault(BatchFault::record, index, "has a header that does not decode");
      }
      header.name = as_text(*name);
      out_.headers.push_back(header);
    }
    out_.records[index].headers = {out_.headers.data() + begin, count};
    return BatchFault::none;
  }

  const Limits& limits_;
  OpenBatch& out_;
  std::string& detail_;
};

// Everything that can be said before the records are looked at.
BatchFault check_header(Bytes batch, const Limits& limits, const BatchHeader& header, std::string& detail) {
  const std::size_t stated = kLengthCountsFrom + static_cast<std::size_t>(std::max(header.batch_length, 0));
  if (header.batch_length < 0 || stated > batch.size() || stated < kBatchHeaderBytes) {
    detail = fmt::format("states a length of {}, has {} bytes", header.batch_length, batch.size());
    return BatchFault::truncated;
  }
  if (stated < batch.size()) {
    detail =
        fmt::format("{} bytes behind the batch; one batch per partition is allowed", batch.size() - stated);
    return BatchFault::trailing;
  }
  if (crc32c(batch.subspan(kCrcCoversFrom)) != header.crc) {
    detail = "its CRC-32C does not match";
    return BatchFault::crc;
  }
  if (header.record_count <= 0 || std::int64_t{header.last_offset_delta} + 1 != header.record_count) {
    detail = fmt::format("states {} records and a last offset delta of {}", header.record_count,
                         header.last_offset_delta);
    return BatchFault::count;
  }
  if (static_cast<std::uint32_t>(header.record_count) > limits.records_per_batch_max) {
    detail =
        fmt::format("{} records, at most {} are allowed", header.record_count, limits.records_per_batch_max);
    return BatchFault::too_large;
  }
  return BatchFault::none;
}

}  // namespace

std::string_view to_string(BatchFault fault) {
  switch (fault) {
    case BatchFault::none:
      return "none";
    case BatchFault::truncated:
      return "truncated";
    case BatchFault::trailing:
      return "trailing";
    case BatchFault::magic:
      return "magic";
    case BatchFault::crc:
      return "crc";
    case BatchFault::count:
      return "count";
    case BatchFault::codec:
      return "codec";
    case BatchFault::too_large:
      return "too_large";
    case BatchFault::record:
      return "record";
  }
  return "unknown";
}

std::uint32_t crc32c(Bytes bytes) {
  std::uint32_t crc = ~0U;
  while (!bytes.empty()) {
    const std::size_t part = std::min<std::size_t>(bytes.size(), 1UL << 30);  // isa-l counts in int
    crc = crc32_iscsi(const_cast<std::uint8_t*>(bytes.data()), static_cast<int>(part), crc);
    bytes = bytes.subspan(part);
  }
  return ~crc;
}

bool read_batch_header(Bytes batch, BatchHeader& out) {
  if (batch.size() < kBatchHeaderBytes) return false;
  Reader in(batch);
  out.base_offset = in.i64();
  out.batch_length = in.i32();
  in.i32();  // partition leader epoch: the broker's
  out.magic = in.i8();
  out.crc = in.u32();
  out.attributes = in.i16();
  out.last_offset_delta = in.i32();
  out.base_timestamp_ms = in.i64();
  out.max_timestamp_ms = in.i64();
  out.producer_id = in.i64();
  out.producer_epoch = in.i16();
  out.base_sequence = in.i32();
  out.record_count = in.i32();
  return true;
}

BatchFault open_batch(Bytes batch, const Limits& limits, OpenBatch& out, std::string& detail) {
  out.records.clear();
  out.headers.clear();
  // The older formats have their magic at the same place, and may be shorter than this header.
  if (batch.size() > kMagicAt && static_cast<std::int8_t>(batch[kMagicAt]) != kMagic) {
    detail =
        fmt::format("message format {} is not supported, only 2", static_cast<std::int8_t>(batch[kMagicAt]));
    return BatchFault::magic;
  }
  if (!read_batch_header(batch, out.header)) {
    detail = fmt::format("{} bytes are no record batch", batch.size());
    return BatchFault::truncated;
  }
  if (const BatchFault found = check_header(batch, limits, out.header, detail); found != BatchFault::none)
    return found;
  Bytes records = batch.subspan(kBatchHeaderBytes);
  if (out.header.codec() != Codec::none) {
    if (const auto done = inflate(out.header.codec(), records, limits.inflated_batch_bytes_max, out.arena);
        !done) {
      detail = done.error().message();
      return done.error().code() == ErrorCode::too_large ? BatchFault::too_large : BatchFault::codec;
    }
    records = out.arena;
  }
  const BatchFault found = RecordsReader(limits, out, detail).read(records);
  if (found != BatchFault::none) out.records.clear();
  return found;
}

}  // namespace assay::kafka
