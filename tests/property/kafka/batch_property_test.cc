#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "kafka/batch/record_batch.h"
#include "kafka/wire/writer.h"
#include "tests/reference/kafka/naive_records.h"

namespace assay::kafka {
namespace {

using reference::OwnedRecord;

rc::Gen<std::optional<Buffer>> nullable_bytes() {
  const auto short_or_long = rc::gen::weightedOneOf<Buffer>(
      {{30, rc::gen::container<Buffer>(rc::gen::arbitrary<std::uint8_t>())},
       {1, rc::gen::map(rc::gen::inRange<std::size_t>(0, 40'000),
                        [](std::size_t bytes) { return Buffer(bytes, 'x'); })}});
  return rc::gen::oneOf(rc::gen::just(std::optional<Buffer>()), rc::gen::map(short_or_long, [](Buffer bytes) {
                          return std::optional(std::move(bytes));
                        }));
}

rc::Gen<OwnedRecord> record() {
  const auto header =
      rc::gen::pair(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')), nullable_bytes());
  return rc::gen::map(
      rc::gen::tuple(rc::gen::arbitrary<std::int64_t>(), nullable_bytes(), nullable_bytes(),
                     rc::gen::container<std::vector<std::pair<std::string, std::optional<Buffer>>>>(header)),
      [](auto parts) {
        return OwnedRecord{std::get<0>(parts), std::get<1>(parts), std::get<2>(parts), std::get<3>(parts)};
      });
}

rc::Gen<std::vector<OwnedRecord>> records() {
  return rc::gen::scale(0.4, rc::gen::nonEmpty(rc::gen::container<std::vector<OwnedRecord>>(record())));
}

rc::Gen<Codec> codec() {
  return rc::gen::element(Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd);
}

std::vector<OwnedRecord> owned(const OpenBatch& open) {
  std::vector<OwnedRecord> out;
  for (const RecordView& view : open.records) out.push_back(reference::own(view));
  return out;
}

RC_GTEST_PROP(BatchProperty, OpensWhatWasBuilt, ()) {
  const auto wanted = *records();
  std::vector<std::vector<HeaderView>> storage;
  const BatchSpec spec{*codec(), *rc::gen::arbitrary<std::int64_t>(), *rc::gen::arbitrary<std::int16_t>(),
                       *rc::gen::arbitrary<std::int32_t>(), *rc::gen::arbitrary<bool>()};
  const auto batch = build_batch(reference::views_of(wanted, storage), spec);
  RC_ASSERT(batch.has_value());
  static OpenBatch open;  // reused from case to case, as a session does
  std::string detail;
  RC_ASSERT(open_batch(*batch, {}, open, detail) == BatchFault::none);
  RC_ASSERT(owned(open) == wanted);
  RC_ASSERT(open.header.codec() == spec.codec);
  RC_ASSERT(open.header.producer_id == spec.producer_id);
  RC_ASSERT(open.header.producer_epoch == spec.producer_epoch);
  RC_ASSERT(open.header.base_sequence == spec.base_sequence);
  RC_ASSERT(open.header.transactional() == spec.transactional);
}

RC_GTEST_PROP(BatchProperty, RebuildingWithHeadersIsBuildingWithThem, ()) {
  const auto before = *records();
  const BatchSpec spec{*codec()};
  std::vector<std::vector<HeaderView>> storage;
  const auto batch = build_batch(reference::views_of(before, storage), spec);
  RC_ASSERT(batch.has_value());
  auto after = before;
  std::vector<AddedHeader> added;
  for (std::uint32_t i = 0; i < before.size(); ++i) {
    for (int more = *rc::gen::inRange(0, 3); more > 0; --more) {
      added.push_back({i, "assay.violation", "a reason"});
      const Bytes value = as_bytes("a reason");
      after[i].headers.emplace_back("assay.violation", Buffer(value.begin(), value.end()));
    }
  }
  OpenBatch open;
  std::string detail;
  RC_ASSERT(open_batch(*batch, {}, open, detail) == BatchFault::none);
  const auto rebuilt = rebuild_with_headers(*batch, open, added);
  RC_ASSERT(rebuilt.has_value());
  const auto expected = build_batch(reference::views_of(after, storage), spec);
  RC_ASSERT(*rebuilt == *expected);
}

// Bytes changed anywhere behind the header, with a CRC that fits: the fast reader and the plain one say the
// same.
RC_GTEST_PROP(BatchProperty, AgreesWithThePlainReaderOnBrokenRecords, ()) {
  const auto before = *records();
  std::vector<std::vector<HeaderView>> storage;
  Buffer batch = build_batch(reference::views_of(before, storage), {}).value();
  const auto changes = *rc::gen::container<std::vector<std::pair<std::size_t, std::uint8_t>>>(
      rc::gen::pair(rc::gen::inRange(kBatchHeaderBytes, batch.size()), rc::gen::arbitrary<std::uint8_t>()));
  for (const auto& [at, byte] : changes) batch[at] = byte;
  if (*rc::gen::arbitrary<bool>()) batch.resize(*rc::gen::inRange(kBatchHeaderBytes, batch.size()));
  store_i32(batch, 8, static_cast<std::int32_t>(batch.size() - 12));
  store_i32(batch, 17, static_cast<std::int32_t>(crc32c(Bytes(batch).subspan(21))));
  OpenBatch open;
  std::string detail;
  const BatchFault fault = open_batch(batch, {}, open, detail);
  const auto expected = reference::read_records(Bytes(batch).subspan(kBatchHeaderBytes),
                                                static_cast<std::size_t>(open.header.record_count),
                                                open.header.base_timestamp_ms);
  RC_ASSERT((fault == BatchFault::none) == expected.has_value());
  if (expected) {
    RC_ASSERT(owned(open) == *expected);
  }
}

RC_GTEST_PROP(CodecProperty, InflatesWhatItDeflatedAndStopsAtTheLimit, ()) {
  const auto which = *rc::gen::element(Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd);
  Buffer plain;
  for (const auto& [byte, times] : *rc::gen::container<std::vector<std::pair<std::uint8_t, std::uint16_t>>>(
           rc::gen::pair(rc::gen::arbitrary<std::uint8_t>(), rc::gen::inRange<std::uint16_t>(1, 5000)))) {
    plain.insert(plain.end(), times, byte);
  }
  Buffer compressed, out = *rc::gen::container<Buffer>(rc::gen::arbitrary<std::uint8_t>());
  RC_ASSERT(deflate(which, plain, compressed).has_value());
  RC_ASSERT(inflate(which, compressed, plain.size(), out).has_value());
  RC_ASSERT(out == plain);
  if (!plain.empty()) {
    const auto limited = inflate(which, compressed, *rc::gen::inRange<std::size_t>(0, plain.size()), out);
    RC_ASSERT(limited.has_error());
    RC_ASSERT(limited.error().code() == ErrorCode::too_large);
  }
}

}  // namespace
}  // namespace assay::kafka
