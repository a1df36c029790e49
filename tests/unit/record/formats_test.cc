#include "record/formats.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace assay {
namespace {

struct Case {
  TextFormat format;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

TEST(Formats, TellGoodFromBad) {
  const Case cases[] = {
      {TextFormat::email,
       {"a@b", "joe.bloggs@example.com", "te~st@example.com", "\"joe bloggs\"@example.com", "\"a\\\"b\"@c.de",
        "joe@[127.0.0.1]", "joe@[IPv6:::1]"},
       {"", "a", "@b", "a@", ".a@b", "a.@b", "a..b@c", "a b@c", "a@b c", "a@-b", "a@[127.0.0.300]",
        "\"a\"b\"@c", "\"a\\\"@c", "\u00e9@b", "a@b@c", std::string(65, 'a') + "@b"}},
      {TextFormat::uuid,
       {"2EB8AA08-aa98-11ea-b4aa-73b441d16380", "00000000-0000-0000-0000-000000000000"},
       {"", "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08aa9811eab4aa73b441d16380",
        "2eb8aa08-aa98-11ea-b4aa73b441d16380-", "2eb8aa08-aa98-11ea-b4ga-73b441d16380"}},
      {TextFormat::ipv4,
       {"0.0.0.0", "255.255.255.255"},
       {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1..2.3"}},
      {TextFormat::ipv6,
       {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2::7:8",
        "::42:ff:1", "1:2:3:4:5:6:7::"},
       {"", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::1%eth0", "::1.2.3",
        "1:2:3:4:5:6:7:1.2.3.4", ":1:2", "1:2:3:4:5:6:7:", "1:2:3:4::5:6:7:8"}},
      {TextFormat::uri,
       {"http://foo.bar/?baz=qux#quux", "urn:oasis:names", "tel:+1-816-555-1212",
        "http://[2001:db8::7]:80/c=GB?a", "a:", "http://u:p@h:8080/x", "http://h/%20"},
       {"", "//foo", "/abc", "foo", "http://a b", "http://h/%2", "1a:b", "http://[::1", "http://h:8a/",
        "http://a@b@c/", "a:\\b", "http://h/\u00e9", "http://h/<>"}},
      {TextFormat::uri_reference,
       {"", "//foo", "/abc", "abc", "#frag", "?q", "./a:b", "http://x"},
       {"a\\b", "#a\\b", "1:a", "//h:x"}},
      {TextFormat::uri_template,
       {"", "http://x/{term:1}/{term}", "{+a,b*}", "{?q.r}", "plain"},
       {"http://x/{term", "{}", "{a b}", "{a:0}", "{a:12345}", "a}", "a b", "{a,}"}},
      {TextFormat::hostname,
       {"www.example.com", "a", "xn--4gbwdl.xn--wgbh1c", "1.2", std::string(63, 'a')},
       {"", ".a", "a.", "-a", "a-", "a_b", "a..b", std::string(64, 'a'), "\u00e9.de"}},
      {TextFormat::date,
       {"2026-02-28", "2024-02-29", "2000-02-29"},
       {"2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "2026-1-01", "20260101",
        "2026-01-0a", "", "2026-01-00"}},
      {TextFormat::time,
       {"08:30:06Z", "08:30:06.283185Z", "23:59:60Z", "08:30:06+00:20", "15:59:60-08:00", "01:29:60+01:30",
        "00:29:60+00:30"},
       {"08:30:06", "24:00:00Z", "23:60:00Z", "23:59:61Z", "22:59:60Z", "08:30:06+24:00", "08:30:06.Z",
        "8:30:06Z", "08:30:06-0800", "08:30:06Zx", ""}},
      {TextFormat::date_time,
       {"1963-06-19T08:30:06.283185Z", "1998-12-31t23:59:60z", "1990-12-31T15:59:59-08:00"},
       {"1963-06-19 08:30:06Z", "1963-06-19T08:30:06", "1990-02-31T15:59:59Z", "06/19/1963", "",
        "2013-350T01:01:01"}},
      {TextFormat::duration,
       {"P4DT12H30M5S", "P4Y", "PT0S", "P1M", "PT36H", "P1DT12H", "P2W", "P1Y2M3D"},
       {"", "P", "PT", "P1", "P1D2H", "P2D1Y", "P1Y2D", "PT1H2S", "P1YT", "P2S", "P1Y2W", "4D", "P1.5D",
        "P1W2D"}},
      {TextFormat::json_pointer, {"", "/", "/foo/0", "/a~1b", "/m~0n"}, {"a", "/foo~", "/~2", "#/a"}},
      {TextFormat::relative_json_pointer,
       {"0", "1/a", "12#", "0#"},
       {"", "#", "/a", "01/a", "-1/a", "1a", "0##"}},
      {TextFormat::regex, {"", "^[a-z]+$", "(?=a)", "(a)\\1"}, {"^(abc]", "a**", "\\Z"}},
  };
  for (const Case& c : cases) {
    for (const std::string& text : c.good)
      EXPECT_TRUE(holds(c.format, text)) << to_string(c.format) << " " << text;
    for (const std::string& text : c.bad)
      EXPECT_FALSE(holds(c.format, text)) << to_string(c.format) << " " << text;
  }
}

TEST(Formats, AreNamedAsJsonSchemaNamesThem) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(TextFormat::regex); ++i) {
    const auto format = static_cast<TextFormat>(i);
    EXPECT_EQ(text_format_named(to_string(format)), format);
  }
  EXPECT_EQ(to_string(TextFormat::date_time), "date-time");
  EXPECT_EQ(to_string(TextFormat::relative_json_pointer), "relative-json-pointer");
  EXPECT_FALSE(text_format_named("idn-email"));
  EXPECT_FALSE(text_format_named("int32"));
}

}  // namespace
}  // namespace assay
