#include "rejects/pack.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include "rejects/pack_codec.h"
#include "tests/reference/rejects/drafts.h"

namespace assay::rejects {
namespace {

using testing::draft_of;

TEST(Codec, NumbersComeBackFromTheirEnds) {
  Buffer out;
  Packer to(out);
  const std::vector<std::int64_t> numbers{0, -1, 1, 63, -64, 64, INT64_MAX, INT64_MIN};
  for (const auto number : numbers) to.svar(number);
  to.var(UINT64_MAX);
  Unpacker from(out);
  for (const auto number : numbers) EXPECT_EQ(from.svar(), number);
  EXPECT_EQ(from.var(), UINT64_MAX);
  EXPECT_TRUE(from.ok());
  EXPECT_EQ(from.left(), 0U);
}

TEST(Codec, NumberBeyond64BitsIsRefused) {
  const Buffer eleven(11, 0x80), ten_too_large{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
  for (const Buffer& bytes : {eleven, ten_too_large}) {
    Unpacker from(bytes);
    EXPECT_EQ(from.var(), 0U);
    EXPECT_FALSE(from.ok());
  }
}

TEST(Codec, NumberThatDoesNotFitIsRefused) {
  Buffer out;
  Packer to(out);
  to.svar(40'000);
  Unpacker from(out);
  EXPECT_EQ(from.fit<std::int16_t>(), 0);
  EXPECT_FALSE(from.ok());
}

TEST(Codec, NullIsNotEmpty) {
  Buffer out;
  Packer to(out);
  to.nbytes(std::nullopt);
  to.nbytes(Buffer());
  Unpacker from(out);
  EXPECT_EQ(from.nbytes(), std::nullopt);
  EXPECT_TRUE(from.nbytes()->empty());
}

TEST(Pack, EveryTruncationAndEveryChangedByteIsRefused) {
  const Entry entry = pack_draft(draft_of(1, 2), nullptr).value();
  ASSERT_TRUE(unpack_draft(entry.body));
  for (std::size_t size = 0; size < entry.body.size(); ++size) {
    const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[size]);
    std::copy_n(entry.body.begin(), size, exact.get());
    EXPECT_FALSE(unpack_draft({exact.get(), size}));
    if (size > 9) {
      EXPECT_FALSE(unpack_draft_fields({exact.get() + 1, size - 9})) << size;
    }
    Buffer changed = entry.body;
    changed[size] ^= 0x10;
    EXPECT_FALSE(unpack_draft(changed)) << size;
  }
}

TEST(Pack, NewerVersionIsUnsupported) {
  Buffer body = pack_draft(draft_of(1), nullptr)->body;
  body[0] = 2;
  body.resize(body.size() - 8);
  const std::uint64_t sum = XXH3_64bits(body.data(), body.size());
  for (unsigned i = 0; i < 8; ++i) body.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
  EXPECT_EQ(unpack_draft(body).error().code(), ErrorCode::unsupported);
}

TEST(Pack, StateChangeComesBackWholeOrNotAtAll) {
  Entry entry = pack_state_change({RejectState::replayed, {testing::id_of(1)}}, 5);
  EXPECT_EQ(unpack_state_change(entry.body)->ids, std::vector{testing::id_of(1)});
  EXPECT_EQ(unpack_state_change(entry.body)->state, RejectState::replayed);
  for (std::size_t size = 0; size < entry.body.size(); ++size) {
    EXPECT_FALSE(unpack_state_change(Bytes(entry.body).first(size)));
  }
  EXPECT_FALSE(unpack_draft(entry.body)) << "another kind";
}

TEST(Pack, IdsOfAnEntryBoundItsRecords) {
  Draft draft = draft_of(10, 3);
  std::swap(draft.violating[0], draft.violating[2]);
  const Entry entry = pack_draft(std::move(draft), nullptr).value();
  EXPECT_EQ(entry.first_id, testing::id_of(10));
  EXPECT_EQ(entry.last_id, testing::id_of(12));
  EXPECT_EQ(entry.records, 3U);
}

TEST(Pack, RecordsBeyondTheRowsAreABitmap) {
  Draft draft = draft_of(1);
  draft.violating_more = {9, 2, 1'000'000, 2};
  const Entry entry = pack_draft(std::move(draft), nullptr).value();
  EXPECT_EQ(unpack_draft(entry.body)->more, (std::vector<std::uint32_t>{2, 9, 1'000'000}));
}

TEST(Pack, DraftOfNobodyIsFine) {
  Draft draft;
  const Entry entry = pack_draft(std::move(draft), nullptr).value();
  const auto stored = unpack_draft(entry.body).value();
  EXPECT_EQ(stored.client.client_id, "");
  EXPECT_TRUE(stored.records.empty());
}

TEST(Pack, CountIsNotBelieved) {
  Buffer bytes;
  Packer to(bytes);
  to.nbytes(std::nullopt);
  to.nbytes(std::nullopt);
  to.var(1ULL << 40);
  EXPECT_FALSE(unpack_payload(bytes)) << "and nothing of that size is allocated";
}

}  // namespace
}  // namespace assay::rejects
