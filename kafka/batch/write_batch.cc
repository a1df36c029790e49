#include <fmt/format.h>

#include <algorithm>

#include "kafka/batch/record_batch.h"
#include "kafka/batch/record_cursor.h"
#include "kafka/wire/writer.h"

namespace assay::kafka {
namespace {

constexpr std::size_t kLengthAt = 8;
constexpr std::size_t kLengthCountsFrom = 12;
constexpr std::size_t kCrcAt = 17;
constexpr std::size_t kCrcCoversFrom = 21;
constexpr std::int16_t kTransactionalBit = 0x10;
constexpr std::int32_t kNoLeaderEpoch = -1;

Error broken(std::string_view why) {
  return Error(ErrorCode::internal, fmt::format("rebuilding a batch: {}", why));
}

// Length and CRC of a batch whose records are in place.
Result<Buffer> seal(Buffer batch) {
  if (batch.size() - kLengthCountsFrom > 0x7fffffffU)
    return Error(ErrorCode::too_large, "a batch of over 2 GB");
  store_i32(batch, kLengthAt, static_cast<std::int32_t>(batch.size() - kLengthCountsFrom));
  store_i32(batch, kCrcAt, static_cast<std::int32_t>(crc32c(Bytes(batch).subspan(kCrcCoversFrom))));
  return batch;
}

void write_bytes(Writer& out, std::optional<Bytes> bytes) {
  out.varint(bytes ? static_cast<std::int64_t>(bytes->size()) : -1);
  if (bytes) out.raw(*bytes);
}

void write_header(Writer& out, std::string_view name, std::optional<Bytes> value) {
  write_bytes(out, as_bytes(name));
  write_bytes(out, value);
}

// The length of a record stands before it: the body is written beside, into a buffer that is used again.
void write_record(Writer& out, const Buffer& body) {
  out.varint(static_cast<std::int64_t>(body.size()));
  out.raw(body);
}

// Where a record's header count stands, and what it is.
struct HeaderCount {
  std::size_t at = 0;
  std::size_t end = 0;
  std::int32_t count = 0;
};

bool find_header_count(Bytes record, HeaderCount& out) {
  RecordCursor in(record);
  std::int64_t timestamp_delta = 0;
  std::int32_t offset_delta = 0;
  std::optional<Bytes> skipped;
  if (!in.byte() || !in.varlong(timestamp_delta) || !in.varint(offset_delta) || !in.bytes(skipped) ||
      !in.bytes(skipped)) {
    return false;
  }
  out.at = record.size() - in.remaining();
  if (!in.varint(out.count)) return false;
  out.end = record.size() - in.remaining();
  return true;
}

// `added` are those of this record.
bool extend_record(Bytes record, std::span<const AddedHeader> added, Buffer& body) {
  HeaderCount count;
  if (!find_header_count(record, count)) return false;
  body.clear();
  Writer out(body);
  out.raw(record.first(count.at));
  out.varint(count.count + static_cast<std::int64_t>(added.size()));
  out.raw(record.subspan(count.end));
  for (const AddedHeader& header : added) write_header(out, header.name, as_bytes(header.value));
  return true;
}

Result<Buffer> extend_records(Bytes records, std::uint32_t record_count, std::span<const AddedHeader> added) {
  Buffer plain, body;
  plain.reserve(records.size() + added.size() * 64);
  Writer out(plain);
  RecordCursor in(records);
  for (std::uint32_t i = 0; i < record_count && !added.empty(); ++i) {
    const std::size_t begin = records.size() - in.remaining();
    std::int32_t size = 0;
    Bytes record;
    if (!in.varint(size) || size < 0 || !in.take(static_cast<std::size_t>(size), record)) {
      return broken("its records are not those that were opened");
    }
    const auto mine = std::find_if(added.begin(), added.end(),
                                   [i](const AddedHeader& header) { return header.record_index != i; }) -
                      added.begin();
    if (mine == 0) {
      out.raw(records.subspan(begin, records.size() - in.remaining() - begin));
      continue;
    }
    if (!extend_record(record, added.first(static_cast<std::size_t>(mine)), body)) {
      return broken("its records are not those that were opened");
    }
    write_record(out, body);
    added = added.subspan(static_cast<std::size_t>(mine));
  }
  if (!added.empty()) return broken("a header for a record that is not there, or out of order");
  out.raw(records.last(in.remaining()));
  return plain;
}

void write_batch_header(Writer& out, const BatchHeader& header) {
  out.i64(header.base_offset);
  out.i32(0);
  out.i32(kNoLeaderEpoch);
  out.i8(header.magic);
  out.i32(0);
  out.i16(header.attributes);
  out.i32(header.last_offset_delta);
  out.i64(header.base_timestamp_ms);
  out.i64(header.max_timestamp_ms);
  out.i64(header.producer_id);
  out.i16(header.producer_epoch);
  out.i32(header.base_sequence);
  out.i32(header.record_count);
}

Buffer write_records(std::span<const RecordView> records, std::int64_t base_timestamp_ms) {
  Buffer plain, body;
  Writer out(plain);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RecordView& record = records[i];
    body.clear();
    Writer in(body);
    in.i8(0);
    in.varint(static_cast<std::int64_t>(static_cast<std::uint64_t>(record.timestamp_ms) -
                                        static_cast<std::uint64_t>(base_timestamp_ms)));
    in.varint(static_cast<std::int64_t>(i));
    write_bytes(in, record.key);
    write_bytes(in, record.value);
    in.varint(static_cast<std::int64_t>(record.headers.size()));
    for (const HeaderView& header : record.headers) write_header(in, header.name, header.value);
    write_record(out, body);
  }
  return plain;
}

}  // namespace

Result<Buffer> rebuild_with_headers(Bytes batch, const OpenBatch& open, std::span<const AddedHeader> added) {
  if (batch.size() < kBatchHeaderBytes) return broken("it has no header");
  const Codec codec = open.header.codec();
  const Bytes records = codec == Codec::none ? batch.subspan(kBatchHeaderBytes) : Bytes(open.arena);
  auto plain = extend_records(records, static_cast<std::uint32_t>(open.header.record_count), added);
  if (!plain) return plain.error();
  const Bytes header = batch.first(kBatchHeaderBytes);
  Buffer out(header.begin(), header.end());
  if (const auto done = deflate(codec, *plain, out); !done) return done.error();
  return seal(std::move(out));
}

Result<Buffer> build_batch(std::span<const RecordView> records, const BatchSpec& spec) {
  if (records.empty()) return Error(ErrorCode::invalid, "a batch has at least one record");
  BatchHeader header;
  header.attributes =
      static_cast<std::int16_t>(static_cast<int>(spec.codec) | (spec.transactional ? kTransactionalBit : 0));
  header.record_count = static_cast<std::int32_t>(records.size());
  header.last_offset_delta = header.record_count - 1;
  header.base_timestamp_ms = records.front().timestamp_ms;
  header.max_timestamp_ms =
      std::max_element(records.begin(), records.end(), [](const RecordView& a, const RecordView& b) {
        return a.timestamp_ms < b.timestamp_ms;
      })->timestamp_ms;
  header.producer_id = spec.producer_id;
  header.producer_epoch = spec.producer_epoch;
  header.base_sequence = spec.base_sequence;
  Buffer out;
  Writer writer(out);
  write_batch_header(writer, header);
  if (const auto done = deflate(spec.codec, write_records(records, header.base_timestamp_ms), out); !done) {
    return done.error();
  }
  return seal(std::move(out));
}

}  // namespace assay::kafka
