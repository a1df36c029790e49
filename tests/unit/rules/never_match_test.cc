#include <gmock/gmock.h>

#include "tests/unit/rules/support.h"

namespace assay::rules {
namespace {

using ::testing::HasSubstr;

struct Refused {
  const char* check;
  const char* pointer;  // behind /rules/0/check
  const char* message;
};

class NeverMatch : public ::testing::TestWithParam<Refused> {};

TEST_P(NeverMatch, IsRefusedWhenLoadedAtItsPlace) {
  const LoadedRules loaded = load_text(one_rule(GetParam().check));
  EXPECT_EQ(loaded.set, nullptr);
  ASSERT_EQ(loaded.problems.size(), 1U) << problems_text(loaded);
  EXPECT_EQ(loaded.problems[0].pointer, std::string("/rules/0/check") + GetParam().pointer);
  EXPECT_THAT(to_string(loaded.problems[0]), HasSubstr(GetParam().message));
}

constexpr Refused kBounds[] = {
    {R"({"minimum":5,"maximum":4})", "/minimum", "no number is between"},
    {R"({"minimum":5,"exclusiveMaximum":5})", "/minimum", "no number is between"},
    {R"({"exclusiveMinimum":5.0,"maximum":5})", "/exclusiveMinimum", "no number is between"},
    {R"({"minimum":9007199254740993,"maximum":9007199254740992})", "/minimum", "no number"},
    {R"({"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":1})", "/type", "no integer"},
    {R"({"type":"integer","minimum":0.1,"maximum":0.9})", "/type", "no integer"},
    {R"({"multipleOf":10,"minimum":-9,"maximum":-1})", "/multipleOf", "no multiple of 10"},
    {R"({"multipleOf":0.5,"type":"integer","minimum":0.1,"maximum":0.9})", "/multipleOf", "no multiple"},
    {R"({"multipleOf":0})", "/multipleOf", "above 0"},
    {R"({"multipleOf":-1})", "/multipleOf", "above 0"},
    {R"({"minLength":3,"maxLength":2})", "/minLength", "no value fits"},
    {R"({"minItems":3,"maxItems":2})", "/minItems", "no value fits"},
    {R"({"maxLength":2,"contains":"äöü"})", "/contains", "longer than maxLength"},
    {R"({"maxLength":2,"startsWith":"abc"})", "/startsWith", "longer than maxLength"},
    {R"({"format":"uuid","maxLength":35})", "/maxLength", "no text of format uuid"},
    {R"({"format":"date","minLength":11})", "/minLength", "no text of format date"},
    {R"({"encrypted":true,"maxLength":37})", "/maxLength", "at least 38"},
};
INSTANTIATE_TEST_SUITE_P(Bounds, NeverMatch, ::testing::ValuesIn(kBounds));

constexpr Refused kTypes[] = {
    {R"({"minimum":1,"minLength":1})", "/minLength", "different types"},
    {R"({"encrypted":true,"minimum":1})", "/minimum", "different types"},
    {R"({"type":"integer","format":"email"})", "/format", "different types"},
    {R"({"type":["boolean","array"],"pattern":"a"})", "/pattern", "different types"},
    {R"({"const":5,"type":"string"})", "/type", "different types"},
    {R"({"enum":["a"],"minimum":1})", "/minimum", "different types"},
    {R"({"type":"null","minimum":1})", "/type", "only null"},
    {R"({"const":null,"required":true})", "/const", "only null"},
    {R"({"encrypted":true,"format":"email"})", "/format", "no format"},
    {R"({"type":[]})", "/type", "empty list"},
    {R"({"type":["string","string"]})", "/type/1", "twice"},
    {R"({"type":"text"})", "/type", "known types"},
    {R"({"type":"strin"})", "/type", "did you mean \"string\"?"},
    {R"({"type":5})", "/type", "the name of a type"},
};
INSTANTIATE_TEST_SUITE_P(Types, NeverMatch, ::testing::ValuesIn(kTypes));

constexpr Refused kConstants[] = {
    {R"({"enum":[]})", "/enum", "empty list"},
    {R"({"enum":[1,1.0]})", "/enum/1", "twice"},
    {R"({"enum":["a","b","a"]})", "/enum/2", "twice"},
    {R"({"enum":[1,200],"maximum":100})", "/enum/1", "breaks maximum"},
    {R"({"enum":["eu","x"],"minLength":2})", "/enum/1", "breaks minLength"},
    {R"({"enum":["a",5],"pattern":"a"})", "/enum/1", "breaks pattern"},
    {R"({"const":"b","enum":["a"]})", "/const", "breaks enum"},
    {R"({"const":1.5,"type":"integer"})", "/const", "breaks type"},
    {R"({"const":"a","not":{"const":"a"}})", "/const", "breaks not"},
    {R"({"enum":["plain"],"encrypted":true})", "/enum/0", "breaks encrypted"},
    {R"({"enum":[[1]]})", "/enum/0", "not an array"},
    {R"({"const":{}})", "/const", "not an object"},
    {R"({"enum":5})", "/enum", "a list of values"},
    {R"({"not":{"minimum":2,"maximum":1}})", "/not/minimum", "no number"},
};
INSTANTIATE_TEST_SUITE_P(Constants, NeverMatch, ::testing::ValuesIn(kConstants));

constexpr Refused kOperands[] = {
    {R"({})", "", "asks for nothing"},
    {R"({"uniqueItems":false})", "", "asks for nothing"},
    {R"({"not":{}})", "/not", "asks for nothing"},
    {R"([])", "", "an object of keywords"},
    {R"({"required":false})", "/required", "not\": { \"required\": true"},
    {R"({"encrypted":false})", "/encrypted", "not\": { \"encrypted\": true"},
    {R"({"required":"yes"})", "/required", "can only be true"},
    {R"({"minimum":"1"})", "/minimum", "minimum takes a number, not a string"},
    {R"({"minLength":-1})", "/minLength", "whole number"},
    {R"({"minLength":1.5})", "/minLength", "whole number"},
    {R"({"minItems":1e40})", "/minItems", "whole number"},
    {R"({"uniqueItems":1})", "/uniqueItems", "true or false"},
    {R"({"contains":""})", "/contains", "every string contains"},
    {R"({"startsWith":5})", "/startsWith", "takes a string"},
    {R"({"pattern":"("})", "/pattern", "pattern"},
    {R"({"pattern":"(?=a)b"})", "/pattern", "look-around"},
    {R"({"format":"emial"})", "/format", "did you mean \"email\"?"},
    {R"({"format":"json-pointer"})", "/format", "unknown format"},
    {R"({"minimun":1})", "/minimun", "did you mean \"minimum\"?"},
    {R"({"gte":1})", "/gte", "the keyword is \"minimum\""},
    {R"({"properties":{}})", "/properties", "one rule for each field"},
    {R"({"not":{"regex":"a"}})", "/not/regex", "the keyword is \"pattern\""},
    {R"({"$comment":"x","minimum":1})", "/$comment", "unknown keyword"},
};
INSTANTIATE_TEST_SUITE_P(Operands, NeverMatch, ::testing::ValuesIn(kOperands));

TEST(NeverMatchHeader, TakesTextKeywordsOnly) {
  EXPECT_THAT(problems_text(load_text(one_rule(R"({"minimum":1})", "header:h"))),
              HasSubstr("a header, which is text"));
  EXPECT_THAT(problems_text(load_text(one_rule(R"({"enum":[1]})", "header:h"))),
              HasSubstr("a header, which is text"));
  EXPECT_NE(load_text(one_rule(R"({"encrypted":true})", "header:h")).set, nullptr);
}

TEST(PossibleChecks, AreLoaded) {
  for (const char* check :
       {R"({"minimum":5,"maximum":5})", R"({"type":"integer","minimum":0.5,"maximum":1})",
        R"({"multipleOf":10,"minimum":-10,"maximum":-1})",
        R"({"multipleOf":0.1,"minimum":0.05,"maximum":0.1})", R"({"minimum":1e100,"maximum":1e200})",
        R"({"enum":[1,2,null,"a",true]})", R"({"type":"null"})", R"({"const":1,"enum":[1,2]})",
        R"({"format":"uuid","minLength":36,"maxLength":36})",
        R"({"type":["integer","string"],"format":"date"})", R"({"not":{"required":true}})",
        R"({"uniqueItems":false,"minItems":1})", R"({"minLength":3.0})",
        R"({"encrypted":true,"maxLength":38})"}) {
    EXPECT_NE(load_text(one_rule(check)).set, nullptr) << check << "\n"
                                                       << problems_text(load_text(one_rule(check)));
  }
}

}  // namespace
}  // namespace assay::rules
