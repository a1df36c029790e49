#include "proxy/command/api_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::proxy {
namespace {

TEST(ApiUrl, IsHostAndPortAsForServeOrAUrl) {
  EXPECT_EQ(*api_url("127.0.0.1:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(*api_url("[::1]:8080"), "http://[::1]:8080");
  EXPECT_EQ(*api_url("http://assay:1"), "http://assay:1");
  EXPECT_EQ(*api_url("https://assay.example/at/"), "https://assay.example/at");
}

TEST(ApiUrl, SaysWhatToWriteInstead) {
  for (const char* text : {"", "assay", ":8080", "a:0x1", "a:99999"}) {
    const auto url = api_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_THAT(url.error().message(), testing::HasSubstr("127.0.0.1:8080")) << text;
  }
}

}  // namespace
}  // namespace assay::proxy
