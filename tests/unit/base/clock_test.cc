#include "base/clock.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Time, FormatsAndParsesBack) {
  EXPECT_EQ(format_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_time(1'795'516'300'123), "2026-11-24T10:31:40.123Z");
  EXPECT_EQ(parse_time("2026-11-24T10:31:40.123Z").value(), 1'795'516'300'123);
  EXPECT_EQ(parse_time("2026-11-24T11:31:40.123+01:00").value(), 1'795'516'300'123);
  EXPECT_EQ(parse_time("2026-11-24T10:31:40Z").value(), 1'795'516'300'000);
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-24T24:00:00Z",
        "2026-11-24T10:31:40", "2026-11-24T10:31:40.Z", "2026-11-24T10:31:40Z "}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

}  // namespace
}  // namespace assay
