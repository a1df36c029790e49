#include "tests/reference/kafka/naive_records.h"

#include "kafka/wire/reader.h"

namespace assay::kafka::reference {
namespace {

std::optional<Buffer> copied(std::optional<Bytes> bytes) {
  if (!bytes) return std::nullopt;
  return Buffer(bytes->begin(), bytes->end());
}

std::optional<Buffer> read_bytes(Reader& in) {
  const std::int32_t size = in.varint();
  if (size < -1) in.fail(ErrorCode::invalid, "a length");
  if (size < 0) return std::nullopt;
  return copied(in.raw(static_cast<std::size_t>(size)));
}

std::optional<OwnedRecord> read_record(Bytes bytes, std::int64_t base_timestamp_ms) {
  Reader in(bytes);
  OwnedRecord out;
  in.i8();
  out.timestamp_ms = static_cast<std::int64_t>(static_cast<std::uint64_t>(base_timestamp_ms) +
                                               static_cast<std::uint64_t>(in.varlong()));
  in.varint();
  out.key = read_bytes(in);
  out.value = read_bytes(in);
  const std::int32_t headers = in.varint();
  if (headers < 0) in.fail(ErrorCode::invalid, "a count");
  for (std::int32_t i = 0; i < headers && in.ok(); ++i) {
    const auto name = read_bytes(in);
    if (!name) in.fail(ErrorCode::invalid, "a name");
    auto value = read_bytes(in);
    if (in.ok()) out.headers.emplace_back(std::string(name->begin(), name->end()), std::move(value));
  }
  in.finish();
  if (!in.ok()) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::vector<OwnedRecord>> read_records(Bytes records, std::size_t count,
                                                     std::int64_t base_timestamp_ms) {
  std::vector<OwnedRecord> out;
  Reader in(records);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t size = in.varint();
    if (!in.ok() || size < 0) return std::nullopt;
    auto record = read_record(in.raw(static_cast<std::size_t>(size)), base_timestamp_ms);
    if (!record || !in.ok()) return std::nullopt;
    out.push_back(*std::move(record));
  }
  in.finish();
  if (!in.ok()) return std::nullopt;
  return out;
}

OwnedRecord own(const RecordView& record) {
  OwnedRecord out{record.timestamp_ms, copied(record.key), copied(record.value), {}};
  for (const HeaderView& header : record.headers)
    out.headers.emplace_back(std::string(header.name), copied(header.value));
  return out;
}

std::vector<RecordView> views_of(const std::vector<OwnedRecord>& records,
                                 std::vector<std::vector<HeaderView>>& headers) {
  std::vector<RecordView> out;
  headers.assign(records.size(), {});
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const auto& [name, value] : records[i].headers) {
      headers[i].push_back({name, value ? std::optional<Bytes>(*value) : std::nullopt});
    }
    RecordView view;
    view.index = static_cast<std::uint32_t>(i);
    view.timestamp_ms = records[i].timestamp_ms;
    if (records[i].key) view.key = *records[i].key;
    if (records[i].value) view.value = *records[i].value;
    view.headers = headers[i];
    out.push_back(view);
  }
  return out;
}

}  // namespace assay::kafka::reference
