#include <gtest/gtest.h>

#include <limits>

#include "kafka/wire/reader.h"
#include "kafka/wire/writer.h"
#include "tests/unit/kafka/golden.h"

namespace assay::kafka {
namespace {

constexpr std::int64_t kNumbers[] = {0,
                                     1,
                                     -1,
                                     63,
                                     64,
                                     -64,
                                     -65,
                                     8191,
                                     8192,
                                     std::numeric_limits<std::int32_t>::max(),
                                     std::numeric_limits<std::int32_t>::min(),
                                     std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min()};

TEST(Wire, NumbersComeBack) {
  for (const std::int64_t number : kNumbers) {
    Buffer bytes;
    Writer out(bytes);
    out.i8(static_cast<std::int8_t>(number));
    out.i16(static_cast<std::int16_t>(number));
    out.i32(static_cast<std::int32_t>(number));
    out.i64(number);
    out.varint(number);
    out.varint(static_cast<std::int32_t>(number));
    out.uvarint(static_cast<std::uint32_t>(number));
    const Exact exact(bytes);
    Reader in(exact.bytes());
    EXPECT_EQ(in.i8(), static_cast<std::int8_t>(number));
    EXPECT_EQ(in.i16(), static_cast<std::int16_t>(number));
    EXPECT_EQ(in.i32(), static_cast<std::int32_t>(number));
    EXPECT_EQ(in.i64(), number);
    EXPECT_EQ(in.varlong(), number);
    EXPECT_EQ(in.varint(), static_cast<std::int32_t>(number));
    EXPECT_EQ(in.uvarint(), static_cast<std::uint32_t>(number));
    in.finish();
    EXPECT_TRUE(in.ok());
  }
}

TEST(Wire, NumbersHaveTheBytesOfTheSpecification) {
  Buffer bytes;
  Writer out(bytes);
  out.varint(-2);
  out.uvarint(300);
  out.i32(0x01020304);
  EXPECT_EQ(bytes, (Buffer{0x03, 0xac, 0x02, 1, 2, 3, 4}));
  for (const std::uint64_t number : {0ULL, 127ULL, 128ULL, 16383ULL, 16384ULL, ~0ULL}) {
    Buffer one;
    Writer(one).uvarint(number);
    EXPECT_EQ(one.size(), uvarint_bytes(number));
  }
}

TEST(Wire, LongNumbersAreRefused) {
  const struct {
    Buffer bytes;
    bool wide;
    ErrorCode code;
  } cases[] = {
      {{0xff, 0xff, 0xff, 0xff, 0x1f}, false, ErrorCode::invalid},  // 33 bits
      {{0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, false, ErrorCode::invalid},
      {{0x80}, false, ErrorCode::truncated},
      {{}, false, ErrorCode::truncated},
      {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}, true, ErrorCode::invalid},  // 65 bits
      {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x81, 0x00}, true, ErrorCode::invalid},
      {{0xff, 0xff}, true, ErrorCode::truncated},
  };
  for (const auto& one : cases) {
    const Exact exact(one.bytes);
    Reader in(exact.bytes());
    EXPECT_EQ(one.wide ? in.varlong() : in.uvarint(), 0);
    ASSERT_FALSE(in.ok());
    EXPECT_EQ(in.error("it").code(), one.code);
  }
}

TEST(Wire, StringsBytesAndArraysComeBackInBothForms) {
  for (const bool flexible : {false, true}) {
    Buffer bytes;
    Writer out(bytes, flexible);
    out.string("");
    out.string("text");
    out.nullable_string(std::nullopt);
    out.nullable_bytes(std::nullopt);
    out.bytes(as_bytes("bytes"));
    out.array(2);
    out.i16(1);
    out.i16(2);
    out.null_array();
    out.uuid({1, 2, 3});
    out.tag_count(1);
    if (flexible) out.tag(9, as_bytes("data"));
    const auto read = [&](Bytes from) {
      Reader in(from, flexible);
      EXPECT_EQ(in.string(), "");
      const bool text = in.string() == "text";
      const bool null_string = !in.nullable_string();
      const bool null_bytes = !in.nullable_bytes();
      const bool some = as_text(in.bytes()) == "bytes";
      const bool two = in.array(2) == 2;
      in.i16();
      in.i16();
      const bool null_array = !in.nullable_array(1);
      const bool id = in.uuid() == Uuid{1, 2, 3};
      std::size_t fields = 0;
      in.tags(
          [&](const TagView& field) { fields += field.tag == 9 && as_text(field.data) == "data" ? 1U : 9U; });
      in.finish();
      return in.ok() && text && null_string && null_bytes && some && two && null_array && id &&
             fields == (flexible ? 1U : 0U);
    };
    EXPECT_TRUE(read(Exact(bytes).bytes()));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const Exact cut(Bytes(bytes).first(size));
      Reader in(cut.bytes(), flexible);
      in.string(), in.string(), in.nullable_string(), in.nullable_bytes(), in.bytes(), in.array(2), in.i16(),
          in.i16();
      in.nullable_array(1), in.uuid(), in.skip_tags();
      EXPECT_FALSE(in.ok()) << size;
    }
  }
}

TEST(Wire, LengthsThatLieAreRefused) {
  const struct {
    const char* what;
    bool flexible;
    Buffer bytes;
    void (*read)(Reader&);
    ErrorCode code;
  } cases[] = {
      {"a string of -2", false, {0xff, 0xfe}, [](Reader& in) { in.nullable_string(); }, ErrorCode::invalid},
      {"a null string", false, {0xff, 0xff}, [](Reader& in) { in.string(); }, ErrorCode::invalid},
      {"a null compact string", true, {0}, [](Reader& in) { in.string(); }, ErrorCode::invalid},
      {"a compact string of 32,768",
       true,
       {0x81, 0x80, 0x02},
       [](Reader& in) { in.string(); },
       ErrorCode::invalid},
      {"bytes of -2",
       false,
       {0xff, 0xff, 0xff, 0xfe},
       [](Reader& in) { in.nullable_bytes(); },
       ErrorCode::invalid},
      {"null bytes", false, {0xff, 0xff, 0xff, 0xff}, [](Reader& in) { in.bytes(); }, ErrorCode::invalid},
      {"a null array", true, {0}, [](Reader& in) { in.array(1); }, ErrorCode::invalid},
      {"an array of 2^31-1",
       false,
       {0x7f, 0xff, 0xff, 0xff},
       [](Reader& in) { in.array(1); },
       ErrorCode::truncated},
      {"tags of 2^28",
       true,
       {0x80, 0x80, 0x80, 0x80, 0x01},
       [](Reader& in) { in.skip_tags(); },
       ErrorCode::truncated},
      {"a tag beyond the end", true, {1, 5, 9, 0}, [](Reader& in) { in.skip_tags(); }, ErrorCode::truncated},
  };
  for (const auto& one : cases) {
    const Exact exact(one.bytes);
    Reader in(exact.bytes(), one.flexible);
    one.read(in);
    ASSERT_FALSE(in.ok()) << one.what;
    EXPECT_EQ(in.error("it").code(), one.code) << one.what;
  }
}

TEST(Wire, AFailureSticks) {
  const Buffer bytes = {0, 1, 2, 3};
  Reader in(bytes);
  EXPECT_EQ(in.i64(), 0);
  EXPECT_EQ(in.i16(), 0);
  EXPECT_EQ(in.raw(1).size(), 0U);
  EXPECT_EQ(in.remaining(), 0U);
  in.fail(ErrorCode::too_large, "later");
  EXPECT_EQ(in.error("it").code(), ErrorCode::truncated);
  EXPECT_EQ(in.error("it").message(), "it: ends too early at byte 0");
}

TEST(Wire, StringsAreCutAtACodePoint) {
  std::string text(0x7ffe, 'a');
  text += "\u20ac";  // three bytes across the limit
  Buffer bytes;
  Writer(bytes).string(text);
  EXPECT_EQ(bytes.size(), 2U + 0x7ffe);
}

TEST(Wire, FramesKnowTheirLength) {
  Buffer bytes = {9};
  Writer out(bytes);
  const auto frame = out.begin_frame();
  out.i16(5);
  out.end_frame(frame);
  EXPECT_EQ(bytes, (Buffer{9, 0, 0, 0, 2, 0, 5}));
}

}  // namespace
}  // namespace assay::kafka
