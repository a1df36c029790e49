#include "io/crypto/keyed_hash.h"

#include <gtest/gtest.h>

#include <array>

namespace assay::io {
namespace {

std::array<Bytes, 2> pieces(std::string_view a, std::string_view b) {
  return {as_bytes(a), as_bytes(b)};
}

TEST(KeyedHash, IsTheSameForTheSameBytesHoweverTheyAreCut) {
  const auto hash = KeyedHash::random();
  ASSERT_TRUE(hash);
  const auto whole = hash->of(pieces("abcdef", ""));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole, hash->of(pieces("abc", "def")));
  EXPECT_EQ(whole, hash->of(pieces("", "abcdef")));
  EXPECT_NE(whole, hash->of(pieces("abcdeg", "")));
  EXPECT_NE(whole, hash->of(pieces("abcdef", std::string_view("\0", 1))));
  EXPECT_NE(hash->of(pieces("", "")), whole);
}

TEST(KeyedHash, DependsOnAKeyThatIsNewEachTime) {
  const auto one = KeyedHash::random(), other = KeyedHash::random();
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->of(pieces("abc", "")), other->of(pieces("abc", "")));
}

}  // namespace
}  // namespace assay::io
