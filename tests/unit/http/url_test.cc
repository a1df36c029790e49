#include "io/http/url.h"

#include <gmock/gmock.h>

namespace assay::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Url, ReadsEveryPart) {
  const Url url = parse_url("https://me%40x:p%3Aw@registry.example:8443/a/b/").value();
  EXPECT_TRUE(url.tls);
  EXPECT_EQ(url.host, "registry.example");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(url.user, "me@x");
  EXPECT_EQ(url.password, "p:w");
  EXPECT_EQ(url.text(), "https://registry.example:8443/a/b");
}

TEST(Url, KnowsTheSchemesPorts) {
  EXPECT_EQ(parse_url("http://h").value().port, 80);
  EXPECT_EQ(parse_url("https://h/").value().port, 443);
  EXPECT_EQ(parse_url("http://h").value().authority(), "h");
  EXPECT_EQ(parse_url("https://[::1]:81").value().authority(), "[::1]:81");
  EXPECT_EQ(parse_url("http://[::1]").value().host, "::1");
}

TEST(Url, RefusesWhatIsNone) {
  for (const char* text : {"", "h", "ftp://h", "http://", "http://:80", "http://h:0", "http://h:65536",
                           "http://h:8x", "http://h:", "http://[::1", "http://[::1]x", "http://h/a b",
                           "http://h?q=1", "http://h#f", "http://u%4:p@h", "http://h\r\nx"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, NeverTellsAPassword) {
  EXPECT_THAT(parse_url("http://me:secret@h:x").error().message(), testing::Not(HasSubstr("secret")));
}

TEST(PercentCoding, ReturnsWhatItTook) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_encode("a/b c~"), "a%2Fb%20c~");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  for (const char* text : {"%", "%4", "a%", "%g0", "%0g", "%%41"}) EXPECT_FALSE(percent_decode(text)) << text;
}

HttpRequest parsed(std::string_view target) {
  HttpRequest request;
  parse_target(target, request);
  return request;
}

TEST(Target, SplitsBeforeItDecodes) {
  const HttpRequest request = parsed("/subjects/a%2Fb/versions?deleted=true&x=1+2&x=%263&&flag");
  EXPECT_EQ(request.path, "/subjects/a%2Fb/versions");
  EXPECT_THAT(request.segments, ElementsAre("subjects", "a/b", "versions"));
  EXPECT_THAT(request.query,
              ElementsAre(Pair("deleted", "true"), Pair("x", "1 2"), Pair("x", "&3"), Pair("flag", "")));
  EXPECT_TRUE(request.target_problem.empty());
  ASSERT_NE(request.parameter("x"), nullptr);
  EXPECT_EQ(*request.parameter("x"), "1 2");
  EXPECT_EQ(request.parameter("y"), nullptr);
}

TEST(Target, TakesEveryForm) {
  EXPECT_THAT(parsed("/").segments, testing::IsEmpty());
  EXPECT_EQ(parsed("/").path, "/");
  EXPECT_EQ(parsed("/a/").path, "/a");
  EXPECT_THAT(parsed("http://h:80/a?b=c").segments, ElementsAre("a"));
  EXPECT_THAT(parsed("http://h?b=c").query, ElementsAre(Pair("b", "c")));
  EXPECT_THAT(parsed("*").segments, testing::IsEmpty());
  EXPECT_THAT(parsed("/a//b").segments, ElementsAre("a", "", "b"));
}

TEST(Target, FlagsWhatIsNotText) {
  for (const char* target : {"/a%", "/%zz", "/%ff", "/%00", "/%ed%a0%80", "/%c0%af", "/%f4%90%80%80"}) {
    EXPECT_THAT(parsed(target).target_problem, HasSubstr("path")) << target;
    EXPECT_TRUE(parsed(target).segments.empty());
  }
  for (const char* target : {"/?a=%", "/?%=1", "/a?b=%ff"}) {
    EXPECT_THAT(parsed(target).target_problem, HasSubstr("query")) << target;
    EXPECT_TRUE(parsed(target).query.empty());
  }
  EXPECT_TRUE(parsed("/%f0%9f%98%80").target_problem.empty());
}

}  // namespace
}  // namespace assay::io
