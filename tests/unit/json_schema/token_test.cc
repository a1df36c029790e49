#include "registry/schema/json_schema/token.h"

#include <gtest/gtest.h>

#include <charconv>
#include <limits>

namespace assay::schema::json {
namespace {

struct Padded {
  explicit Padded(std::string_view text) : bytes(std::string(text) + std::string(64, ' ')) {}
  const std::uint8_t* begin() const { return reinterpret_cast<const std::uint8_t*>(bytes.data()); }
  std::string bytes;
};

TEST(NumberToken, EndsWhereTheNumberEnds) {
  for (const std::string_view text :
       {"0", "-0", "7", "12345678", "123456789", "-1234567890123456789", "18446744073709551615",
        "99999999999999999999", "0.5", "1.25", "12345678.12345678", "123456789.1", "1.123456789", "1e5",
        "1E-5", "-1.5e+300", "0.0000000000000000001", "10.0", "1.0e0"}) {
    const Padded padded(text);
    for (const NumberToken& token : {read_number(padded.begin()), read_long_number(padded.begin())}) {
      ASSERT_NE(token.end, nullptr) << text;
      EXPECT_EQ(token.end, padded.begin() + text.size()) << text;
      EXPECT_EQ(token.integer, text.find_first_of(".eE") == std::string_view::npos) << text;
      const Value value = number_value(token, padded.begin());
      double wanted = 0;
      std::from_chars(text.data(), text.data() + text.size(), wanted);
      if (value.kind == Kind::number) {
        EXPECT_EQ(value.real, wanted) << text;
      }
    }
  }
}

TEST(NumberToken, IsNoneWhereJsonHasNone) {
  for (const std::string_view text :
       {"-", "01", "00", "-01", "1.", "1.e5", "1e", "1e+", ".5", "--1", "-.5", "123456789.", "0123456789"}) {
    const Padded padded(text);
    EXPECT_EQ(read_number(padded.begin()).end, nullptr) << text;
    EXPECT_EQ(read_long_number(padded.begin()).end, nullptr) << text;
  }
}

TEST(NumberToken, BothWaysReadTheSame) {
  std::uint64_t state = 1;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    std::string text = std::to_string(state >> (state % 63));
    if (i % 3 != 0) text.insert(state % text.size(), ".");
    if (i % 2 == 0) text.insert(0, "-");
    const Padded padded(text);
    const NumberToken a = read_number(padded.begin());
    const NumberToken b = read_long_number(padded.begin());
    ASSERT_EQ(a.end, b.end) << text;
    if (a.end == nullptr) continue;
    EXPECT_EQ(a.mantissa, b.mantissa) << text;
    EXPECT_EQ(a.exponent, b.exponent) << text;
    EXPECT_EQ(a.exact, b.exact) << text;
    EXPECT_EQ(a.negative, b.negative) << text;
  }
}

TEST(NumberToken, OverflowsToInfinityAndToZero) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::pair<std::string_view, double> cases[] = {
      {"1e999", kInfinity}, {"-1e999", -kInfinity}, {"1e-999", 0.0}, {"0.1e400", kInfinity}};
  for (const auto& [text, wanted] : cases) {
    const Padded padded(text);
    EXPECT_EQ(number_value(read_number(padded.begin()), padded.begin()).real, wanted) << text;
  }
}

TEST(NumberToken, HasOneCanonicalText) {
  const auto canonical = [](std::string_view text) {
    const Padded padded(text);
    std::string out;
    append_canonical(padded.begin(), padded.begin() + text.size(), out);
    return out;
  };
  for (const std::string_view text : {"150", "1.5e2", "150.0", "15e1", "0.15E3", "1500e-1", "150.00e0"})
    EXPECT_EQ(canonical(text), "15e1");
  for (const std::string_view text : {"0", "-0", "0.0", "0e5", "-0.00e-7"}) EXPECT_EQ(canonical(text), "e0");
  EXPECT_EQ(canonical("-0.025"), "-25e-3");
}

TEST(StringToken, CountsCodePoints) {
  EXPECT_EQ(code_points(""), 0U);
  EXPECT_EQ(code_points("a\u20ac\U0001F600"), 3U);
}

}  // namespace
}  // namespace assay::schema::json
