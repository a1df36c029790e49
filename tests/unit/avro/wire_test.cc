#include "registry/schema/avro/wire.h"

#include <gtest/gtest.h>

#include "harness.h"

namespace assay::schema::avro {
namespace {

Varint read(const Buffer& bytes) {
  const Buffer exact(bytes.begin(), bytes.end());
  const Varint varint = read_varint(exact.data(), exact.data() + exact.size());
  return {varint.at == nullptr ? nullptr : bytes.data() + (varint.at - exact.data()), varint.raw};
}

TEST(Varint, ReadsEveryLengthNearAndFarFromTheEnd) {
  for (unsigned bits = 0; bits < 64; ++bits) {
    const std::uint64_t raw = std::uint64_t{1} << bits | 1;
    Buffer bytes = BodyWriter().integer(zigzag(raw));
    const std::size_t size = bytes.size();
    for (int padding = 0; padding < 10; ++padding) {
      const Varint varint = read(bytes);
      ASSERT_NE(varint.at, nullptr) << bits;
      EXPECT_EQ(varint.raw, raw);
      EXPECT_EQ(varint.at - bytes.data(), static_cast<std::ptrdiff_t>(size));
      bytes.push_back(0xff);
    }
  }
}

TEST(Varint, RefusesTruncationsAndElevenBytes) {
  const Buffer longest = BodyWriter().integer(INT64_MIN);
  ASSERT_EQ(longest.size(), 10U);
  for (std::size_t size = 0; size < longest.size(); ++size) {
    EXPECT_EQ(read(Buffer(longest.begin(), longest.begin() + static_cast<std::ptrdiff_t>(size))).at, nullptr);
  }
  EXPECT_EQ(read(Buffer(11, 0x80)).at, nullptr);
  Buffer overflow(9, 0xff);
  overflow.push_back(2);
  EXPECT_EQ(read(overflow).at, nullptr);
}

TEST(Varint, TakesPaddedEncodingsAsJavaDoes) {
  EXPECT_EQ(read({0x82, 0x80, 0x00}).raw, 2U);
  const Buffer padded = {0x82, 0x80, 0x80, 0x80, 0x00};
  EXPECT_NE(read_int(padded.data(), padded.data() + 5).at, nullptr);
  const Buffer too_long = {0x82, 0x80, 0x80, 0x80, 0x80, 0x00};
  EXPECT_EQ(read_int(too_long.data(), too_long.data() + 6).at, nullptr);
}

TEST(Varint, IntsFitThirtyTwoBits) {
  const Buffer most = BodyWriter().integer(INT32_MAX);
  EXPECT_NE(read_int(most.data(), most.data() + most.size()).at, nullptr);
  const Buffer more = BodyWriter().integer(INT64_C(1) + INT32_MAX);
  EXPECT_EQ(read_int(more.data(), more.data() + more.size()).at, nullptr);
  const Buffer least = BodyWriter().integer(INT32_MIN);
  EXPECT_EQ(zigzag(read_int(least.data(), least.data() + least.size()).raw), INT32_MIN);
}

TEST(IsAscii, SeesAHighByteAtEveryPlaceOfEveryLengthAndNoneAround) {
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t around = 0; around < 100; ++around) {
      const std::size_t before = around / 10;
      Buffer bytes(before + size + around % 10, 0xff);
      const At at = bytes.data() + before;
      const At end = bytes.data() + bytes.size();
      std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(before), size, 'a');
      EXPECT_TRUE(is_ascii(at, size, bytes.data(), end));
      for (std::size_t i = 0; i < size; ++i) {
        bytes[before + i] = 0x80;
        EXPECT_FALSE(is_ascii(at, size, bytes.data(), end)) << size << " " << around << " " << i;
        bytes[before + i] = 'a';
      }
    }
  }
}

}  // namespace
}  // namespace assay::schema::avro
