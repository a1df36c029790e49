#include <gmock/gmock.h>

#include "tests/unit/rules/support.h"

namespace assay::rules {
namespace {

using ::testing::HasSubstr;

TEST(NumberChecks, CompareNativeNumbersExactly) {
  const OneCheck above_zero(R"({"exclusiveMinimum":0,"maximum":150})");
  EXPECT_TRUE(above_zero.passes(integer_value(1)));
  EXPECT_TRUE(above_zero.passes(integer_value(150)));
  EXPECT_EQ(above_zero.reason(integer_value(-1)), "is -1, must be greater than 0");
  EXPECT_EQ(above_zero.reason(integer_value(0)), "is 0, must be greater than 0");
  EXPECT_EQ(above_zero.reason(number_value("150.5")), "is 150.5, must be at most 150");
  EXPECT_EQ(above_zero.reason(natural_value(UINT64_MAX)), "is 18446744073709551615, must be at most 150");
  const OneCheck large(R"({"maximum":9007199254740992})");
  EXPECT_TRUE(large.passes(integer_value(9007199254740992)));
  EXPECT_FALSE(large.passes(integer_value(9007199254740993)));
  const OneCheck tenth(R"({"maximum":0.1})");
  EXPECT_TRUE(tenth.passes(real_value(0.1)));
  EXPECT_TRUE(tenth.passes(real_value(static_cast<double>(0.1F), true)));
  EXPECT_FALSE(tenth.passes(number_value("0.10000000000000000001")));
  const Buffer unscaled{0xFF, 0x6A};  // -150
  EXPECT_EQ(OneCheck(R"({"minimum":-1.49})").reason(decimal_value(unscaled, 2)),
            "is -1.50, must be at least -1.49");
  EXPECT_TRUE(OneCheck(R"({"minimum":-1.5})").passes(decimal_value(unscaled, 2)));
}

TEST(NumberChecks, NotANumberSatisfiesNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const char* check :
       {R"({"minimum":0})", R"({"maximum":0})", R"({"exclusiveMaximum":0})", R"({"multipleOf":1})"}) {
    EXPECT_FALSE(OneCheck(check).passes(real_value(nan))) << check;
  }
}

TEST(NumberChecks, MultiplesAreDecimal) {
  const OneCheck cents(R"({"multipleOf":0.01})");
  EXPECT_TRUE(cents.passes(number_value("19.99")));
  EXPECT_TRUE(cents.passes(real_value(0.07)));
  EXPECT_TRUE(cents.passes(integer_value(-3)));
  EXPECT_EQ(cents.reason(number_value("0.105")), "is 0.105, must be a multiple of 0.01");
}

TEST(Checks, AKeywordImpliesItsType) {
  const OneCheck number(R"({"minimum":0,"maximum":9})");
  const auto violations = number.explain(text_value("-5"));
  ASSERT_EQ(violations.size(), 1U);  // told once
  EXPECT_EQ(violations[0].reason, "is \"-5\", must be a number");
  EXPECT_EQ(violations[0].kind, "minimum");
  EXPECT_EQ(number.reason(boolean_value(true)), "is true, must be a number");
  EXPECT_EQ(OneCheck(R"({"minLength":1})").reason(integer_value(5)), "is 5, must be a string");
  EXPECT_EQ(OneCheck(R"({"minItems":1})").reason(text_value("a")), "is \"a\", must be an array");
  EXPECT_FALSE(OneCheck(R"({"pattern":"."})").passes(bytes_value(as_bytes("abc"))));
}

TEST(Checks, AbsentAndNullPassEverythingButRequired) {
  for (const char* check :
       {R"({"minimum":0})", R"({"type":"string"})", R"({"encrypted":true})", R"({"enum":["a"]})",
        R"({"not":{"minimum":0}})", R"({"format":"email"})", R"({"not":{"required":true}})"}) {
    EXPECT_TRUE(OneCheck(check).passes(kind_value(Kind::absent))) << check;
    EXPECT_TRUE(OneCheck(check).passes(kind_value(Kind::null))) << check;
  }
  const OneCheck required(R"({"required":true,"minimum":0})");
  EXPECT_EQ(required.reason(kind_value(Kind::absent)), "is missing, but required");
  EXPECT_EQ(required.reason(kind_value(Kind::null)), "is null, but required");
  EXPECT_EQ(required.explain(kind_value(Kind::null)).front().kind, "required");
  EXPECT_TRUE(required.passes(integer_value(0)));
}

TEST(TextChecks, CountCodePoints) {
  const OneCheck length(R"({"minLength":2,"maxLength":4})");
  EXPECT_TRUE(length.passes(text_value("äö")));
  EXPECT_TRUE(length.passes(text_value("😀😀😀😀")));
  EXPECT_EQ(length.reason(text_value("ä")), "has 1 character, must have at least 2 characters");
  EXPECT_EQ(length.reason(text_value("abcde")), "has 5 characters, must have at most 4 characters");
  EXPECT_FALSE(length.passes(text_value("😀😀😀😀😀")));
  EXPECT_FALSE(length.passes(text_value("")));
}

TEST(TextChecks, LookAtTheTextBehindEscapes) {
  Value escaped = text_value(R"(a\u0040b\n)");
  escaped.escaped = true;
  EXPECT_TRUE(OneCheck(R"({"contains":"@"})").passes(escaped));
  EXPECT_TRUE(OneCheck(R"({"maxLength":4})").passes(escaped));
  EXPECT_TRUE(OneCheck(R"({"endsWith":"\n"})").passes(escaped));
  EXPECT_TRUE(OneCheck(R"({"pattern":"^a@b"})").passes(escaped));
  EXPECT_TRUE(OneCheck(R"({"const":"a@b\n"})").passes(escaped));
}

TEST(TextChecks, FindTheirPart) {
  EXPECT_EQ(OneCheck(R"({"contains":"@"})").reason(text_value("ab")), "is \"ab\", must contain \"@\"");
  EXPECT_EQ(OneCheck(R"({"startsWith":"b"})").reason(text_value("ab")), "is \"ab\", must start with \"b\"");
  EXPECT_EQ(OneCheck(R"({"endsWith":"a"})").reason(text_value("ab")), "is \"ab\", must end with \"a\"");
  EXPECT_EQ(OneCheck(R"({"pattern":"^[0-9]+$"})").reason(text_value("1a")),
            "is \"1a\", must match the pattern ^[0-9]+$");
  EXPECT_TRUE(OneCheck(R"({"pattern":"[0-9]"})").passes(text_value("a1b")));  // searches
}

TEST(FormatCheck, AssertsOnTextAndOnLogicalTypes) {
  const OneCheck uuid(R"({"format":"uuid"})");
  EXPECT_TRUE(uuid.passes(text_value("550e8400-e29b-41d4-a716-446655440000")));
  EXPECT_EQ(uuid.reason(text_value("x")), "is \"x\", must be a UUID");
  const Buffer sixteen(16, 7);
  EXPECT_TRUE(uuid.passes(logical_value(bytes_value(sixteen), Logical::uuid)));
  EXPECT_FALSE(uuid.passes(bytes_value(sixteen)));
  const OneCheck date(R"({"format":"date"})");
  EXPECT_TRUE(date.passes(text_value("2024-02-29")));
  EXPECT_TRUE(date.passes(logical_value(integer_value(19000), Logical::date)));
  EXPECT_FALSE(date.passes(integer_value(19000)));
  EXPECT_FALSE(date.passes(logical_value(integer_value(19000), Logical::time_ms)));
  EXPECT_TRUE(
      OneCheck(R"({"format":"date-time"})").passes(logical_value(integer_value(1), Logical::timestamp_us)));
  EXPECT_TRUE(OneCheck(R"({"format":"time"})").passes(logical_value(integer_value(1), Logical::time_us)));
  EXPECT_TRUE(
      OneCheck(R"({"format":"duration"})").passes(logical_value(bytes_value(sixteen), Logical::duration)));
  EXPECT_FALSE(OneCheck(R"({"format":"email"})").passes(integer_value(1)));
}

TEST(ValueChecks, CompareConstantsExactly) {
  const OneCheck one_of(R"({"enum":["eu",1,2.5,true,9007199254740993]})");
  EXPECT_TRUE(one_of.passes(text_value("eu")));
  EXPECT_TRUE(one_of.passes(integer_value(1)));
  EXPECT_TRUE(one_of.passes(number_value("1.0")));
  EXPECT_TRUE(one_of.passes(real_value(2.5)));
  EXPECT_TRUE(one_of.passes(boolean_value(true)));
  EXPECT_FALSE(one_of.passes(boolean_value(false)));
  EXPECT_FALSE(one_of.passes(integer_value(9007199254740992)));
  EXPECT_FALSE(one_of.passes(text_value("1")));
  EXPECT_FALSE(one_of.passes(list_value("[]", 0)));
  EXPECT_EQ(OneCheck(R"({"enum":["eu","us"]})").reason(text_value("x")),
            "is \"x\", must be one of \"eu\", \"us\"");
  EXPECT_EQ(OneCheck(R"({"const":false})").reason(boolean_value(true)), "is true, must be false");
  EXPECT_FALSE(OneCheck(R"({"const":null})").passes(integer_value(0)));
}

TEST(ValueChecks, NameTypesAsJsonSchemaDoes) {
  const OneCheck integer(R"({"type":"integer"})");
  EXPECT_TRUE(integer.passes(number_value("1.0")));
  EXPECT_FALSE(integer.passes(number_value("1.5")));
  EXPECT_EQ(integer.reason(text_value("1")), "is \"1\", must be an integer");
  EXPECT_TRUE(OneCheck(R"({"type":["integer","number"]})").passes(real_value(1.5)));
  EXPECT_TRUE(OneCheck(R"({"type":["integer","string"]})").passes(text_value("")));
  EXPECT_EQ(OneCheck(R"({"type":["array","null"]})").reason(integer_value(1)),
            "is 1, must be an array or null");
  EXPECT_FALSE(OneCheck(R"({"type":"null"})").passes(integer_value(1)));
  EXPECT_TRUE(OneCheck(R"({"type":"bytes"})").passes(bytes_value({})));
  EXPECT_FALSE(OneCheck(R"({"type":"string"})").passes(bytes_value({})));
  EXPECT_TRUE(OneCheck(R"({"type":"object"})").passes(list_value("{}", 0, Kind::object)));
}

TEST(ListChecks, CountAndCompareItems) {
  const OneCheck count(R"({"minItems":1,"maxItems":2})");
  EXPECT_TRUE(count.passes(list_value("[1]", 1)));
  EXPECT_EQ(count.reason(list_value("[]", 0)), "has 0 items, must have at least 1 item");
  EXPECT_EQ(count.reason(list_value("[1,2,3]", 3)), "has 3 items, must have at most 2 items");
  const OneCheck unique(R"({"uniqueItems":true})");
  for (const auto& [json, items] :
       std::initializer_list<std::pair<const char*, unsigned>>{{"[]", 0},
                                                               {"[1]", 1},
                                                               {R"([1,"1",true,null,[1],{"a":1},[[1]]])", 7},
                                                               {"[0,false,\"\",[],{},null]", 6},
                                                               {R"([{"a":1,"b":2},{"a":2,"b":1}])", 2},
                                                               {"[[1,2],[2,1]]", 2},
                                                               {"[1e400,1e401,-1,1]", 4},
                                                               {"[9007199254740993, 9007199254740992]", 2},
                                                               {R"(["ab","a","b"])", 3}}) {
    EXPECT_TRUE(unique.passes(list_value(json, items))) << json;
  }
  for (const auto& [json, items] : std::initializer_list<std::pair<const char*, unsigned>>{
           {"[1,2,1]", 3},
           {"[1,1.0]", 2},
           {"[100,1e2]", 2},
           {"[0.1,10e-2]", 2},
           {"[0,-0.0,5]", 3},
           {R"(["a","\u0061"])", 2},
           {R"([{"a":1,"b":[2]},{ "b" : [2.0] , "a" : 1 }])", 2},
           {"[[],[ ]]", 2},
           {"[null,null]", 2},
           {R"(["\ud83d\ude00","😀"])", 2}}) {
    EXPECT_EQ(unique.reason(list_value(json, items)), "has equal items, must have no equal items") << json;
  }
  EXPECT_FALSE(unique.passes(list_value("", 2)));  // nothing to compare by
}

TEST(NotCheck, HoldsWhenWhatItNegatesDoesNot) {
  const OneCheck range(R"({"not":{"minimum":10,"maximum":20}})");
  EXPECT_TRUE(range.passes(integer_value(9)));
  EXPECT_TRUE(range.passes(text_value("15")));
  EXPECT_EQ(range.reason(integer_value(15)), "is 15, must not be at least 10 and be at most 20");
  EXPECT_EQ(range.explain(integer_value(15)).front().kind, "not");
  const OneCheck twice(R"({"not":{"not":{"minimum":10}}})");
  EXPECT_TRUE(twice.passes(integer_value(10)));
  EXPECT_FALSE(twice.passes(integer_value(9)));
  const OneCheck forbidden(R"({"not":{"required":true}})");
  EXPECT_EQ(forbidden.reason(integer_value(1)), "is 1, must not be there");
}

TEST(EncryptedCheck, ShowsNothingOfTheValue) {
  const OneCheck encrypted(R"({"encrypted":true})");
  const auto violations = encrypted.explain(text_value("123-45-6789"));
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_TRUE(violations[0].masked);
  EXPECT_TRUE(violations[0].fragment.empty());
  EXPECT_EQ(violations[0].reason, "is not encrypted, must be encrypted (value not shown)");
  EXPECT_FALSE(encrypted.passes(integer_value(5)));
  EXPECT_FALSE(encrypted.passes(text_value("")));
  EXPECT_FALSE(encrypted.passes(list_value("{}", 0, Kind::object)));
  EXPECT_FALSE(encrypted.passes(list_value("", 3, Kind::object)));
}

}  // namespace
}  // namespace assay::rules
