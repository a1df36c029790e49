#include "kafka/compression/codec.h"

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <snappy.h>
#include <zstd.h>

#include "kafka/compression/xerial.h"
#include "tests/unit/kafka/golden.h"

namespace assay::kafka {
namespace {

constexpr std::size_t kBytesMax = 1UL << 20;

// Text that compresses, but not to nothing.
Buffer sample(std::size_t bytes) {
  Buffer out;
  std::uint32_t state = 1;
  while (out.size() < bytes) {
    state = state * 1'664'525U + 1'013'904'223U;
    append(out, as_bytes("{\"id\":" + std::to_string(state) + ",\"currency\":\"EUR\"}\n"));
  }
  out.resize(bytes);
  return out;
}

Buffer deflated(Codec codec, Bytes plain) {
  Buffer out;
  EXPECT_TRUE(deflate(codec, plain, out));
  return out;
}

void expect_inflates(Codec codec, Bytes compressed, Bytes plain) {
  Buffer out;
  const auto done = inflate(codec, Exact(compressed).bytes(), kBytesMax, out);
  ASSERT_TRUE(done) << to_string(codec) << ": " << done.error().message();
  EXPECT_TRUE(same_bytes(out, plain)) << to_string(codec);
}

void expect_invalid(Codec codec, Bytes compressed, const std::string& what) {
  Buffer out;
  const auto done = inflate(codec, Exact(compressed).bytes(), kBytesMax, out);
  ASSERT_FALSE(done) << to_string(codec) << ' ' << what;
  EXPECT_EQ(done.error().code(), ErrorCode::invalid) << to_string(codec) << ' ' << what;
  EXPECT_LE(out.capacity(), kBytesMax);
}

class EveryCompression : public testing::TestWithParam<Codec> {};
INSTANTIATE_TEST_SUITE_P(Codec, EveryCompression,
                         testing::Values(Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd),
                         [](const auto& codec) { return std::string(to_string(codec.param)); });

TEST_P(EveryCompression, InflatesWhatItDeflated) {
  for (const std::size_t bytes : {0UL, 1UL, 100UL, 32'768UL, 65'537UL, 500'000UL, kBytesMax}) {
    expect_inflates(GetParam(), deflated(GetParam(), sample(bytes)), sample(bytes));
  }
}

TEST_P(EveryCompression, RefusesEveryTruncation) {
  const Buffer whole = deflated(GetParam(), sample(700));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // The xerial framing has no end of its own: it may stop between chunks.
    if (GetParam() == Codec::snappy && size == kXerialHeaderBytes) continue;
    expect_invalid(GetParam(), Bytes(whole).first(size), std::to_string(size));
  }
}

TEST_P(EveryCompression, RefusesNoise) {
  Buffer noise = sample(300);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<std::uint8_t>(noise[i] * 167U + i);
  expect_invalid(GetParam(), noise, "noise");
}

TEST_P(EveryCompression, StopsAtTheLimitExactly) {
  const Buffer plain = sample(100'000);
  const Buffer compressed = deflated(GetParam(), plain);
  Buffer out;
  ASSERT_TRUE(inflate(GetParam(), compressed, 100'000, out));
  EXPECT_TRUE(same_bytes(out, plain));
  for (const std::size_t limit : {99'999UL, 65'536UL, 1000UL, 1UL, 0UL}) {
    Buffer small;
    const auto done = inflate(GetParam(), compressed, limit, small);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), ErrorCode::too_large) << limit;
    EXPECT_LE(small.capacity(), limit);
  }
}

TEST_P(EveryCompression, ABombStaysWithinTheLimit) {
  const Buffer bomb = deflated(GetParam(), Buffer(64UL << 20));
  Buffer out;
  const auto done = inflate(GetParam(), bomb, kBytesMax, out);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), ErrorCode::too_large);
  EXPECT_LE(out.capacity(), kBytesMax);
}

TEST_P(EveryCompression, ReplacesWhatWasThere) {
  Buffer out = sample(kBytesMax * 2);  // left over from a larger limit
  for (const std::size_t bytes : {10UL, 300'000UL, 0UL, 5000UL}) {
    const Buffer plain = sample(bytes);
    ASSERT_TRUE(inflate(GetParam(), deflated(GetParam(), plain), kBytesMax, out));
    EXPECT_TRUE(same_bytes(out, plain));
  }
}

TEST_P(EveryCompression, AppendsWhenItDeflates) {
  Buffer out = {1, 2, 3};
  ASSERT_TRUE(deflate(GetParam(), sample(1000), out));
  EXPECT_TRUE(same_bytes(Bytes(out).first(3), Buffer{1, 2, 3}));
  expect_inflates(GetParam(), Bytes(out).subspan(3), sample(1000));
}

TEST(Codecs, SeveralMembersAndFramesAreOneStream) {
  for (const Codec codec : {Codec::gzip, Codec::lz4, Codec::zstd, Codec::snappy}) {
    Buffer compressed, plain;
    for (const std::size_t bytes : {70'000UL, 0UL, 10UL, 200'000UL}) {
      append(compressed, deflated(codec, sample(bytes)));  // snappy: its header comes again
      append(plain, sample(bytes));
    }
    expect_inflates(codec, compressed, plain);
    compressed.push_back(0);
    expect_invalid(codec, compressed, "a byte behind");
  }
}

TEST(Codecs, RawSnappyIsReadToo) {
  const Buffer plain = sample(100'000);
  std::string raw;
  snappy::Compress(as_text(plain).data(), plain.size(), &raw);
  expect_inflates(Codec::snappy, as_bytes(raw), plain);
  for (std::size_t size = 0; size < 600; ++size)
    expect_invalid(Codec::snappy, as_bytes(raw).first(size), "cut");
  const Buffer lies = {0xff, 0xff, 0x3f, 0,
                       'x'};  // a length of one megabyte in front of a literal of one byte
  expect_invalid(Codec::snappy, lies, "a length that lies");
}

TEST(Codecs, StreamedZstdAndLinkedLz4AreRead) {
  const Buffer plain = sample(300'000);
  Buffer zstd(ZSTD_compressBound(plain.size()));
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_outBuffer out{zstd.data(), zstd.size(), 0};
  for (std::size_t at = 0; at < plain.size(); at += 10'000) {
    ZSTD_inBuffer in{plain.data() + at, 10'000, 0};
    ASSERT_EQ(ZSTD_isError(ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue)), 0U);
  }
  ZSTD_inBuffer end{nullptr, 0, 0};
  ASSERT_EQ(ZSTD_compressStream2(context, &out, &end, ZSTD_e_end), 0U);
  ZSTD_freeCCtx(context);
  zstd.resize(out.pos);
  EXPECT_EQ(ZSTD_getFrameContentSize(zstd.data(), zstd.size()), ZSTD_CONTENTSIZE_UNKNOWN);
  expect_inflates(Codec::zstd, zstd, plain);

  for (const auto block : {LZ4F_max64KB, LZ4F_max256KB, LZ4F_max4MB}) {
    LZ4F_preferences_t preferences{};
    preferences.frameInfo.blockMode = LZ4F_blockLinked;
    preferences.frameInfo.blockSizeID = block;
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    Buffer lz4(LZ4F_compressFrameBound(plain.size(), &preferences));
    lz4.resize(LZ4F_compressFrame(lz4.data(), lz4.size(), plain.data(), plain.size(), &preferences));
    expect_inflates(Codec::lz4, lz4, plain);
    lz4.back() ^= 1U;
    expect_invalid(Codec::lz4, lz4, "a checksum that does not match");
  }
}

TEST(Codecs, AreKnownByNumber) {
  Buffer out;
  EXPECT_EQ(inflate(static_cast<Codec>(5), Buffer{1}, 10, out).error().code(), ErrorCode::unsupported);
  EXPECT_EQ(deflate(static_cast<Codec>(7), Buffer{1}, out).error().code(), ErrorCode::unsupported);
  EXPECT_TRUE(inflate(Codec::none, Buffer{1, 2}, 2, out));
  EXPECT_EQ(out, (Buffer{1, 2}));
  EXPECT_EQ(inflate(Codec::none, Buffer{1, 2, 3}, 2, out).error().code(), ErrorCode::too_large);
}

}  // namespace
}  // namespace assay::kafka
