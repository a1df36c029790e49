#include "base/base64.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Base64, RoundTripsTheVectorsOfTheRfc) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(encode_base64(as_bytes(plain)), coded);
    const auto decoded = decode_base64(coded);
    ASSERT_TRUE(decoded) << coded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

TEST(Base64, RefusesWhatOnlyLooksLikeIt) {
  for (const char* text : {"Zg", "Zg=", "Z", "Zg==Zg==", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "====", "-_8="}) {
    EXPECT_FALSE(decode_base64(text)) << text;
  }
}

TEST(Base64, OfAnyAlphabetIsWhatAnEncoderWouldWrite) {
  Buffer out{1, 2, 3};
  EXPECT_TRUE(decode_base64("", out, Base64::any));
  EXPECT_TRUE(out.empty());
  for (const char* text : {"YWI=", "YWI"}) {
    EXPECT_TRUE(decode_base64(text, out, Base64::any));
    EXPECT_EQ(as_text(out), "ab");
  }
  EXPECT_EQ(*decode_base64("-_8", Base64::any), (Buffer{0xfb, 0xff}));
  EXPECT_EQ(*decode_base64("+/8=", Base64::any), (Buffer{0xfb, 0xff}));
  for (const char* bad :
       {"Y", "YQ=", "YQ===", "YR==", "YWJ", "YWJj=", "Y=Q=", "YW J", "+_aa", "YW\nJj", "=", "===="}) {
    EXPECT_FALSE(decode_base64(bad, out, Base64::any)) << bad;
  }
}

TEST(Base64, InLinesHasThemAnywhere) {
  Buffer out;
  EXPECT_TRUE(decode_base64("YW\r\nJj\n", out, Base64::any_in_lines));
  EXPECT_EQ(as_text(out), "abc");
  EXPECT_FALSE(decode_base64("YW Jj", out, Base64::any_in_lines));
}

TEST(Base64, UnpaddedMeansNoPaddingAtAll) {
  EXPECT_EQ(*decode_base64("-_8", Base64::url_unpadded), (Buffer{0xfb, 0xff}));
  EXPECT_FALSE(decode_base64("+/8", Base64::url_unpadded));
  EXPECT_FALSE(decode_base64("YQ==", Base64::url_unpadded));
}

TEST(Base64, TheUrlAlphabetNeedsNoPadding) {
  EXPECT_EQ(*decode_base64("-_8", Base64::url), (Buffer{0xfb, 0xff}));
  EXPECT_EQ(*decode_base64("-_8=", Base64::url), (Buffer{0xfb, 0xff}));
  EXPECT_FALSE(decode_base64("+/8=", Base64::url));
}

}  // namespace
}  // namespace assay
