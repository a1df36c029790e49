#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "kafka/batch/record_batch.h"
#include "kafka/wire/writer.h"
#include "tests/unit/kafka/golden.h"

namespace assay::kafka {
namespace {

constexpr std::size_t kCountAt = 57;

std::vector<RecordView> sample_records() {
  static const std::array<HeaderView, 3> headers = {
      HeaderView{"tenant", as_bytes("eu")}, HeaderView{"empty", Bytes()}, HeaderView{"null", std::nullopt}};
  return {
      {0, 1'700'000'000'000, as_bytes("key"), as_bytes("value"), {}},
      {1, 1'700'000'000'250, std::nullopt, std::nullopt, headers},
      {2, 1'699'999'999'999, Bytes(), Bytes(), std::span(headers).first(1)},
  };
}

// Length and CRC made right again, so that what lies behind them is reached.
Buffer resealed(Buffer batch) {
  store_i32(batch, 8, static_cast<std::int32_t>(batch.size() - 12));
  store_i32(batch, 17, static_cast<std::int32_t>(crc32c(Bytes(batch).subspan(21))));
  return batch;
}

Buffer with_records(Buffer records, std::int32_t count) {
  Buffer batch = build_batch(sample_records(), {}).value();
  batch.resize(kBatchHeaderBytes);
  store_i32(batch, 23, count - 1);
  store_i32(batch, kCountAt, count);
  append(batch, records);
  return resealed(std::move(batch));
}

BatchFault fault_of(Bytes batch, const Limits& limits = {}) {
  OpenBatch open;
  std::string detail;
  const Exact exact(batch);
  const BatchFault fault = open_batch(exact.bytes(), limits, open, detail);
  EXPECT_EQ(detail.empty(), fault == BatchFault::none) << detail;
  return fault;
}

void expect_same(std::span<const RecordView> a, std::span<const RecordView> b) {
  const auto same = [](const std::optional<Bytes>& x, const std::optional<Bytes>& y) {
    return x.has_value() == y.has_value() && (!x || same_bytes(*x, *y));
  };
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].index, b[i].index);
    EXPECT_EQ(a[i].timestamp_ms, b[i].timestamp_ms);
    EXPECT_TRUE(same(a[i].key, b[i].key)) << i;
    EXPECT_TRUE(same(a[i].value, b[i].value)) << i;
    ASSERT_EQ(a[i].headers.size(), b[i].headers.size()) << i;
    for (std::size_t h = 0; h < a[i].headers.size(); ++h) {
      EXPECT_EQ(a[i].headers[h].name, b[i].headers[h].name);
      EXPECT_TRUE(same(a[i].headers[h].value, b[i].headers[h].value)) << i << '/' << h;
    }
  }
}

TEST(Crc32c, IsCastagnolis) {
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283U);  // the check value of CRC-32C (RFC 3720, B.4)
  EXPECT_EQ(crc32c({}), 0U);
}

class EveryCodec : public testing::TestWithParam<Codec> {};
INSTANTIATE_TEST_SUITE_P(Batch, EveryCodec,
                         testing::Values(Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd),
                         [](const auto& codec) { return std::string(to_string(codec.param)); });

TEST_P(EveryCodec, OpensWhatWasBuilt) {
  const auto records = sample_records();
  const Buffer batch = build_batch(records, {GetParam(), 42, 7, 1000, true}).value();
  OpenBatch open;
  std::string detail;
  ASSERT_EQ(open_batch(batch, {}, open, detail), BatchFault::none) << detail;
  expect_same(open.records, records);
  EXPECT_EQ(open.header.codec(), GetParam());
  EXPECT_EQ(open.header.producer_id, 42);
  EXPECT_EQ(open.header.producer_epoch, 7);
  EXPECT_EQ(open.header.base_sequence, 1000);
  EXPECT_TRUE(open.header.transactional());
  EXPECT_FALSE(open.header.control());
  EXPECT_EQ(open.header.base_timestamp_ms, 1'700'000'000'000);
  EXPECT_EQ(open.header.max_timestamp_ms, 1'700'000'000'250);
}

TEST_P(EveryCodec, EveryTruncationIsRefused) {
  const Buffer batch = build_batch(sample_records(), {GetParam()}).value();
  for (std::size_t size = 0; size < batch.size(); ++size) {
    EXPECT_EQ(fault_of(Bytes(batch).first(size)), BatchFault::truncated) << size;
    // The same with a length and CRC that fit: the records end too early.
    if (size < kBatchHeaderBytes) continue;
    const Buffer shorter = resealed(Buffer(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_NE(fault_of(shorter), BatchFault::none) << size;
  }
}

TEST_P(EveryCodec, RebuildsWithHeaders) {
  const auto records = sample_records();
  const Buffer batch = build_batch(records, {GetParam(), 42, 7, 1000, false}).value();
  OpenBatch open;
  std::string detail;
  ASSERT_EQ(open_batch(batch, {}, open, detail), BatchFault::none);
  const std::vector<AddedHeader> added = {{1, "assay", "one"}, {1, "assay", "two"}, {2, "assay", ""}};
  const Buffer rebuilt = rebuild_with_headers(batch, open, added).value();

  auto expected = records;
  std::vector<HeaderView> second(records[1].headers.begin(), records[1].headers.end());
  second.push_back({"assay", as_bytes("one")});
  second.push_back({"assay", as_bytes("two")});
  std::vector<HeaderView> third(records[2].headers.begin(), records[2].headers.end());
  third.push_back({"assay", Bytes()});
  expected[1].headers = second;
  expected[2].headers = third;
  OpenBatch again;
  ASSERT_EQ(open_batch(rebuilt, {}, again, detail), BatchFault::none) << detail;
  expect_same(again.records, expected);
  EXPECT_EQ(again.header.codec(), GetParam());
  EXPECT_EQ(again.header.base_sequence, 1000);
  EXPECT_EQ(again.header.max_timestamp_ms, open.header.max_timestamp_ms);
}

TEST_P(EveryCodec, ReusesItsStorage) {
  std::vector<RecordView> many;
  const std::array<HeaderView, 2> headers = {HeaderView{"a", as_bytes("1")}, HeaderView{"b", as_bytes("2")}};
  for (std::uint32_t i = 0; i < 500; ++i)
    many.push_back({i, 1000 + i, as_bytes("k"), as_bytes("some value"), headers});
  const Buffer batch = build_batch(many, {GetParam()}).value();
  OpenBatch open;
  std::string detail;
  // The header storage grows many times under the records' spans here.
  ASSERT_EQ(open_batch(batch, {}, open, detail), BatchFault::none);
  expect_same(open.records, many);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(open_batch(batch, {}, open, detail), BatchFault::none);
  const auto* records_at = open.records.data();
  const auto* headers_at = open.headers.data();
  const auto* arena_at = open.arena.data();
  ASSERT_EQ(open_batch(batch, {}, open, detail), BatchFault::none);
  expect_same(open.records, many);
  EXPECT_EQ(open.records.data(), records_at);
  EXPECT_EQ(open.headers.data(), headers_at);
  EXPECT_EQ(open.arena.data(), arena_at);
}

TEST(Batch, RefusesMoreThanOneBatch) {
  Buffer batch = build_batch(sample_records(), {}).value();
  Buffer two = batch;
  append(two, batch);
  EXPECT_EQ(fault_of(two), BatchFault::trailing);
  batch.push_back(0);
  EXPECT_EQ(fault_of(batch), BatchFault::trailing);
}

TEST(Batch, RefusesOldMessageFormats) {
  for (const int magic : {0, 1, 3, -1}) {
    Buffer batch = build_batch(sample_records(), {}).value();
    batch[16] = static_cast<std::uint8_t>(magic);
    EXPECT_EQ(fault_of(batch), BatchFault::magic);
    // A message of format 1 can be shorter than a header of format 2.
    EXPECT_EQ(fault_of(Bytes(batch).first(34)), BatchFault::magic);
  }
}

TEST(Batch, RefusesAChangedByte) {
  const Buffer batch = build_batch(sample_records(), {}).value();
  for (std::size_t at = 17; at < batch.size(); ++at) {
    Buffer changed = batch;
    changed[at] ^= 0x40U;
    EXPECT_EQ(fault_of(changed), BatchFault::crc) << at;
  }
}

TEST(Batch, RefusesALengthThatLies) {
  for (const std::int32_t length : {-1, 0, 48, 0x7fffffff}) {
    Buffer batch = build_batch(sample_records(), {}).value();
    store_i32(batch, 8, length);
    EXPECT_EQ(fault_of(batch), BatchFault::truncated) << length;
  }
}

TEST(Batch, RefusesCountsThatDoNotFit) {
  struct Case {
    std::int32_t count, last_offset_delta;
  };
  for (const auto& [count, delta] :
       {Case{0, -1}, Case{-1, -2}, Case{3, 3}, Case{2, 2}, Case{4, 3}, Case{1'000'000, 999'999}}) {
    Buffer batch = build_batch(sample_records(), {}).value();
    store_i32(batch, kCountAt, count);
    store_i32(batch, 23, delta);
    EXPECT_EQ(fault_of(resealed(batch)), BatchFault::count) << count;
  }
  Buffer fewer = build_batch(sample_records(), {}).value();
  store_i32(fewer, kCountAt, 2);
  store_i32(fewer, 23, 1);
  EXPECT_EQ(fault_of(resealed(fewer)), BatchFault::record);
}

TEST(Batch, RefusesUnknownCompressionAndBrokenStreams) {
  for (const int codec : {1, 2, 3, 4, 5, 6, 7}) {
    Buffer batch = build_batch(sample_records(), {}).value();
    batch[22] = static_cast<std::uint8_t>(codec);  // says compressed, is not
    EXPECT_EQ(fault_of(resealed(batch)), BatchFault::codec) << codec;
  }
}

TEST(Batch, RefusesWhatIsTooLarge) {
  const Buffer zeros(1'000'000);
  const std::vector<RecordView> bomb = {{0, 0, std::nullopt, Bytes(zeros), {}}};
  Limits limits;
  limits.inflated_batch_bytes_max = 100'000;
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    EXPECT_EQ(fault_of(build_batch(bomb, {codec}).value(), limits), BatchFault::too_large)
        << to_string(codec);
  }
  limits.records_per_batch_max = 2;
  EXPECT_EQ(fault_of(build_batch(sample_records(), {}).value(), limits), BatchFault::too_large);
  limits.records_per_batch_max = 3;
  EXPECT_EQ(fault_of(build_batch(sample_records(), {}).value(), limits), BatchFault::none);
  limits.headers_per_record_max = 2;
  EXPECT_EQ(fault_of(build_batch(sample_records(), {}).value(), limits), BatchFault::too_large);
}

TEST(Batch, BoundsItsHeadersAsAWhole) {
  const std::array<HeaderView, 5> headers{};
  const std::vector<RecordView> records = {{0, 0, std::nullopt, Bytes(), std::span(headers).first(3)},
                                           {1, 0, std::nullopt, Bytes(), headers}};
  Limits limits;
  limits.records_per_batch_max = 4;
  EXPECT_EQ(fault_of(build_batch(records, {}).value(), limits), BatchFault::none);
  limits.records_per_batch_max = 3;
  EXPECT_EQ(fault_of(build_batch(records, {}).value(), limits), BatchFault::too_large);
}

TEST(Batch, RefusesRecordsThatDoNotDecode) {
  // length 6: attributes, timestamp delta, offset delta, null key, null value, no headers.
  const Buffer good = {12, 0, 0, 0, 1, 1, 0};
  EXPECT_EQ(fault_of(with_records(good, 1)), BatchFault::none);
  const struct {
    const char* what;
    Buffer bytes;
  } cases[] = {
      {"a negative length", {1, 0, 0, 0, 1, 1, 0}},
      {"a length beyond the end", {14, 0, 0, 0, 1, 1, 0}},
      {"a length that never ends", {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
      {"a key length below null", {12, 0, 0, 0, 3, 1, 0}},
      {"a key beyond the record", {12, 0, 0, 0, 8, 1, 0}},
      {"a value beyond the record", {12, 0, 0, 0, 1, 8, 0}},
      {"a negative header count", {12, 0, 0, 0, 1, 1, 1}},
      {"more headers than bytes", {12, 0, 0, 0, 1, 1, 2}},
      {"a null header name", {16, 0, 0, 0, 1, 1, 2, 1, 1}},
      {"a header value beyond the record", {16, 0, 0, 0, 1, 1, 2, 0, 2}},
      {"bytes left in the record", {14, 0, 0, 0, 1, 1, 0, 0}},
      {"bytes left behind the records", {12, 0, 0, 0, 1, 1, 0, 0}},
      {"an offset delta of over 32 bits", {20, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x20, 1, 1, 0}},
  };
  for (const auto& [what, bytes] : cases)
    EXPECT_EQ(fault_of(with_records(bytes, 1)), BatchFault::record) << what;
}

TEST(Batch, TimestampsWrapLikeTheBrokers) {
  const std::vector<RecordView> records = {
      {0, std::numeric_limits<std::int64_t>::max(), std::nullopt, Bytes(), {}},
      {1, std::numeric_limits<std::int64_t>::min(), std::nullopt, Bytes(), {}}};
  const Buffer batch = build_batch(records, {}).value();
  OpenBatch open;
  std::string detail;
  ASSERT_EQ(open_batch(batch, {}, open, detail), BatchFault::none);
  expect_same(open.records, records);
}

TEST(Batch, RefusesToRebuildWithHeadersOutOfOrder) {
  const Buffer batch = build_batch(sample_records(), {}).value();
  OpenBatch open;
  std::string detail;
  ASSERT_EQ(open_batch(batch, {}, open, detail), BatchFault::none);
  EXPECT_FALSE(rebuild_with_headers(batch, open, std::vector<AddedHeader>{{2, "a", ""}, {1, "a", ""}}));
  EXPECT_FALSE(rebuild_with_headers(batch, open, std::vector<AddedHeader>{{3, "a", ""}}));
  EXPECT_EQ(rebuild_with_headers(batch, open, {}).value(), batch);
}

TEST(Batch, OpensWhatJavaWrote) {
  for (const Golden& one : golden("batches", "batch_")) {
    OpenBatch open;
    std::string detail;
    ASSERT_EQ(open_batch(one.bytes, {}, open, detail), BatchFault::none) << one.name << ": " << detail;
    EXPECT_EQ("batch_" + std::string(to_string(open.header.codec())), one.name);
    EXPECT_EQ(open.header.producer_id, 4242);
    EXPECT_EQ(open.header.producer_epoch, 3);
    EXPECT_EQ(open.header.base_sequence, 17);
    EXPECT_EQ(open.header.max_timestamp_ms, 1'700'000'000'390);
    ASSERT_EQ(open.records.size(), 40U);
    for (std::uint32_t i = 0; i < 40; ++i) {
      const RecordView& record = open.records[i];
      EXPECT_EQ(record.timestamp_ms, 1'700'000'000'000 + i * 10);
      ASSERT_EQ(record.key.has_value(), i % 2 == 0);
      if (record.key) {
        EXPECT_EQ(as_text(*record.key), "key-" + std::to_string(i));
      }
      ASSERT_EQ(record.value.has_value(), i % 5 != 4);
      if (record.value) {
        EXPECT_EQ(as_text(*record.value), "value-" + std::to_string(i));
      }
      ASSERT_EQ(record.headers.size(), i % 3 == 1 ? 2U : 0U);
      if (record.headers.empty()) continue;
      EXPECT_EQ(record.headers[0].name, "tenant");
      EXPECT_EQ(as_text(record.headers[0].value.value()), "eu");
      EXPECT_FALSE(record.headers[1].value);
    }
  }
}

TEST(Batch, WritesWhatJavaWrites) {
  const Buffer java = golden("batches", "batch_none")[0].bytes;
  OpenBatch open;
  std::string detail;
  ASSERT_EQ(open_batch(java, {}, open, detail), BatchFault::none);
  EXPECT_EQ(build_batch(open.records, {Codec::none, 4242, 3, 17, false}).value(), java);
}

TEST(Batch, CannotBeEmpty) {
  EXPECT_FALSE(build_batch({}, {}));
}

}  // namespace
}  // namespace assay::kafka
