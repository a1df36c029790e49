#include "io/crypto/seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::io {
namespace {

using testing::HasSubstr;

const Buffer kKeyBytes(32, 7);
const Buffer kContext{1, 2, 3};

SealKey key_of(std::uint8_t fill) {
  return SealKey::from_bytes(Buffer(32, fill)).value();
}

TEST(Seal, OpensWithTheSameKeyAndContext) {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 5000U}) {
    const Buffer plain(size, 0x5a);
    const Buffer sealed = seal(key_of(7), plain, kContext).value();
    EXPECT_EQ(sealed.size(), size + 33);
    EXPECT_EQ(unseal(key_of(7), sealed, kContext).value(), plain);
  }
}

TEST(Seal, SealsDifferentlyEachTime) {
  const Buffer plain(20, 1);
  EXPECT_NE(seal(key_of(7), plain, {}).value(), seal(key_of(7), plain, {}).value());
}

TEST(Seal, RefusesEveryChangedBitAndEveryTruncation) {
  const Buffer sealed = seal(key_of(7), Buffer{9, 8, 7}, kContext).value();
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Buffer changed = sealed;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_FALSE(unseal(key_of(7), changed, kContext)) << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(unseal(key_of(7), Buffer(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(size)),
                        kContext));
  }
}

TEST(Seal, RefusesAnotherContext) {
  const Buffer sealed = seal(key_of(7), Buffer{9}, kContext).value();
  EXPECT_EQ(unseal(key_of(7), sealed, {}).error().code(), ErrorCode::invalid);
}

TEST(Seal, SaysWhichKeyIsMissing) {
  const Buffer sealed = seal(key_of(7), Buffer{9}, kContext).value();
  const auto refused = unseal(key_of(8), sealed, kContext);
  EXPECT_EQ(refused.error().code(), ErrorCode::denied);
  EXPECT_THAT(refused.error().message(), HasSubstr(key_of(7).id()));
}

// Known answer: the tag and ciphertext of AES-256-GCM as another implementation computes them (NIST test case
// 14's key and text sizes), sealed format around it.
TEST(Seal, IsAes256Gcm) {
  const SealKey zero = SealKey::from_bytes(Buffer(32, 0)).value();
  Buffer sealed{1};
  for (std::size_t i = 0; i < 8; i += 2) {
    sealed.push_back(static_cast<std::uint8_t>(std::stoi(zero.id().substr(i, 2), nullptr, 16)));
  }
  sealed.resize(sealed.size() + 12, 0);  // a nonce of zeroes
  append(sealed, Buffer{0xce, 0xa7, 0x40, 0x3d, 0x4d, 0x60, 0x6b, 0x6e, 0x07, 0x4e, 0xc5, 0xd3, 0xba, 0xf3,
                        0x9d, 0x18});
  append(sealed, Buffer{0xd0, 0xd1, 0xc8, 0xa7, 0x99, 0x99, 0x6b, 0xf0, 0x26, 0x5b, 0x98, 0xb5, 0xd4, 0x8a,
                        0xb9, 0x19});
  EXPECT_EQ(unseal(zero, sealed, {}).value(), Buffer(16, 0));
}

TEST(SealKeys, ComeFromBase64) {
  const std::string text = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
  EXPECT_EQ(SealKey::from_base64(text + "=")->id(), key_of(7).id());
  EXPECT_EQ(SealKey::from_base64(text)->id(), key_of(7).id());
  for (const auto* bad : {"", "BwcH", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw!="}) {
    EXPECT_EQ(SealKey::from_base64(bad).error().code(), ErrorCode::invalid) << bad;
  }
}

}  // namespace
}  // namespace assay::io
