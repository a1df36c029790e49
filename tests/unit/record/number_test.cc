#include "record/number.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace assay {
namespace {

Number number(std::string_view text) {
  return Number::parse(text).value();
}

Value integer(std::int64_t i) {
  Value value;
  value.kind = Kind::integer;
  value.integer = i;
  return value;
}

Value real(double d) {
  Value value;
  value.kind = Kind::real;
  value.real = d;
  return value;
}

// As the JSON walker makes them.
Value json_number(std::string_view text) {
  Value value;
  value.kind = Kind::number;
  value.raw = as_bytes(text);
  if (std::from_chars(text.data(), text.data() + text.size(), value.real).ec ==
      std::errc::result_out_of_range) {
    value.real = text.find("e-") == std::string_view::npos ? std::numeric_limits<double>::infinity() : 0.0;
  }
  return value;
}

Value decimal(const Buffer& unscaled, std::uint8_t scale) {
  Value value;
  value.kind = Kind::decimal;
  value.raw = unscaled;
  value.scale = scale;
  return value;
}

TEST(Number, ReadsJsonNumbersOnly) {
  for (const char* text : {"", "-", "01", "1.", ".5", "1e", "+1", "0x1", "1 ", "NaN"})
    EXPECT_FALSE(Number::parse(text)) << text;
  EXPECT_TRUE(number("1e2").is_integer());
  EXPECT_TRUE(number("1.0").fits_int64());
  EXPECT_EQ(number("-120e1").int64(), -1200);
  EXPECT_FALSE(number("9223372036854775808").fits_int64());
  EXPECT_EQ(number("-9223372036854775808").int64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(number("-0").int64(), 0);
}

TEST(Number, IntegersCompareExactlyBeyondDoubles) {
  EXPECT_TRUE(compare(integer(9007199254740993), number("9007199254740992")) > 0);
  EXPECT_TRUE(compare(integer(std::numeric_limits<std::int64_t>::max()), number("9223372036854775807.5")) <
              0);
  EXPECT_TRUE(compare(integer(-1), number("0")) < 0);
  EXPECT_TRUE(compare(integer(0), number("-0.0")) == 0);
}

TEST(Number, JsonNumbersCompareAsTheDecimalsThatStandThere) {
  EXPECT_TRUE(compare(json_number("0.1"), number("0.1")) == 0);
  EXPECT_TRUE(compare(json_number("1.50"), number("1.5")) == 0);
  EXPECT_TRUE(compare(json_number("0.10000000000000000001"), number("0.1")) > 0);
  EXPECT_TRUE(compare(json_number("9007199254740993.5"), number("9007199254740993")) > 0);
  EXPECT_TRUE(compare(json_number("1e400"), number("1e399")) > 0);
  EXPECT_TRUE(compare(json_number("1e999999999999999999"), number("1e400")) > 0);
  EXPECT_TRUE(compare(json_number("1e-400"), number("0")) > 0);
}

TEST(Number, StoredDoublesCompareWithTheNearestDouble) {
  EXPECT_TRUE(compare(real(0.1), number("0.1")) == 0);
  EXPECT_TRUE(compare(real(std::nan("")), number("0")) == std::partial_ordering::unordered);
  EXPECT_TRUE(compare(real(std::numeric_limits<double>::infinity()), number("1e308")) > 0);
  Value single = real(static_cast<double>(0.1F));
  single.single = true;
  EXPECT_TRUE(compare(single, number("0.1")) == 0);
}

TEST(Number, DecimalsCompareByTheirScale) {
  EXPECT_TRUE(compare(decimal({0xff}, 2), number("-0.01")) == 0);
  EXPECT_TRUE(compare(decimal({0x04, 0xd2}, 2), number("12.34")) == 0);
  EXPECT_TRUE(compare(decimal(Buffer(20, 0x7f), 0), number("1e40")) > 0);
  EXPECT_EQ(number_text(decimal({0x04, 0xd2}, 2)), "12.34");
  EXPECT_EQ(number_text(decimal({0xff}, 3)), "-0.001");
}

TEST(Number, MultiplesAreDecimalArithmetic) {
  EXPECT_TRUE(is_multiple_of(json_number("0.3"), number("0.1")));
  EXPECT_TRUE(is_multiple_of(real(0.3), number("0.1")));
  EXPECT_FALSE(is_multiple_of(json_number("0.35"), number("0.1")));
  EXPECT_TRUE(is_multiple_of(integer(-9), number("3")));
  EXPECT_TRUE(is_multiple_of(json_number("1e400"), number("7e300")) == false);
  EXPECT_TRUE(is_multiple_of(json_number("1e400"), number("4")));
  EXPECT_TRUE(is_multiple_of(integer(0), number("0.7")));
  EXPECT_FALSE(is_multiple_of(real(std::numeric_limits<double>::infinity()), number("1")));
}

TEST(Number, OnePointZeroIsIntegral) {
  EXPECT_TRUE(is_integral(json_number("1.0")));
  EXPECT_TRUE(is_integral(json_number("1e2")));
  EXPECT_FALSE(is_integral(json_number("1.5")));
  EXPECT_TRUE(is_integral(real(4)));
  EXPECT_FALSE(is_integral(real(std::nan(""))));
}

}  // namespace
}  // namespace assay
