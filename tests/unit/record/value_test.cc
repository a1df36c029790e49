#include "record/value.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

Value text(std::string_view raw, bool escaped) {
  Value value;
  value.kind = Kind::string;
  value.raw = as_bytes(raw);
  value.escaped = escaped;
  return value;
}

TEST(Value, UndoesJsonEscapes) {
  std::string scratch;
  EXPECT_EQ(text_of(text("a\\n", false), scratch), "a\\n");
  EXPECT_EQ(text_of(text(R"(a\n\"\\\/\u0041)", true), scratch), "a\n\"\\/A");
  EXPECT_EQ(text_of(text(R"(\u00e9\u20ac\ud83d\ude00!)", true), scratch), "\u00e9\u20ac\U0001F600!");
}

TEST(Value, DescribesWithinItsBound) {
  EXPECT_EQ(describe(text("abcdef", false), 3), "\"abc...\"");
  EXPECT_EQ(describe(text("a\u20ac", false), 2), "\"a...\"");  // not inside a code point
  Value bytes;
  bytes.kind = Kind::bytes;
  const Buffer raw{1, 2, 0xff};
  bytes.raw = raw;
  EXPECT_EQ(describe(bytes, 100), "0x0102ff");
  EXPECT_EQ(describe(Value{}, 10), "absent");
}

}  // namespace
}  // namespace assay
