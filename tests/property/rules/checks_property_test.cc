// Generated rules over generated records: the program and its slow twin agree, and so do the yes/no pass and
// the explaining one.
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "tests/reference/rules/naive_walk.h"
#include "tests/reference/rules/sample.h"
#include "tests/unit/rules/support.h"

namespace assay::rules {
namespace {

using reference::Broken;
using reference::Json;
using reference::Sample;

rc::Gen<Json> json_of(std::vector<const char*> texts) {
  return rc::gen::map(rc::gen::elementOf(std::move(texts)),
                      [](const char* text) { return Json::parse(text); });
}

// Few values, so that records often sit on the edge of a check.
rc::Gen<Json> numbers() {
  return json_of({"0", "1", "-1", "2", "3", "0.1", "0.3", "1.5", "-0.5", "10", "1e2", "1e-7",
                  "9007199254740993", "9007199254740992", "9223372036854775807", "-9223372036854775808",
                  "18446744073709551615", "1e19", "2.50"});
}
rc::Gen<Json> texts() {
  return json_of({R"("")", R"("a")", R"("ab")", R"("@")", R"("a@b.co")", R"("äö")", R"("\n")", R"("a\"b\\")",
                  R"("😀")", R"("2024-02-29")", R"("192.0.2.1")", R"("550e8400-e29b-41d4-a716-446655440000")",
                  R"("1")", R"("abab")", R"("oQ4nQ1mXv9bYzT0uVw3k5Jc8Rr7GdLhE2sPfAaKtZyNiXpM6")"});
}
rc::Gen<Json> scalars() {
  return rc::gen::oneOf(numbers(), texts(), json_of({"true", "false", "null"}));
}

rc::Gen<Json> values(int depth) {
  if (depth == 0) return scalars();
  const auto items = rc::gen::resize(
      4, rc::gen::container<std::vector<Json>>(rc::gen::lazy([=] { return values(depth - 1); })));
  const auto list = rc::gen::map(items, [](std::vector<Json> all) {
    Json array = Json::array();
    for (Json& each : all) array.push_back(std::move(each));
    return array;
  });
  const auto object = rc::gen::map(items, [](std::vector<Json> all) {
    Json made = Json::object();
    const char* names[] = {"a", "b", "c d", "e"};
    for (std::size_t i = 0; i < all.size() && i < 4; ++i) made[names[i]] = std::move(all[i]);
    return made;
  });
  return rc::gen::weightedOneOf<Json>({{3, scalars()}, {2, list}, {3, object}});
}

rc::Gen<std::pair<std::string, Json>> keywords(int depth) {
  using rc::gen::pair;
  const auto named = [](std::vector<std::string> names, rc::Gen<Json> operand) {
    return pair(rc::gen::elementOf(std::move(names)), std::move(operand));
  };
  const auto counts = json_of({"0", "1", "2", "3"});
  auto all = std::vector<rc::Gen<std::pair<std::string, Json>>>{
      named({"required", "encrypted", "uniqueItems"}, json_of({"true"})),
      named({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}, numbers()),
      named({"multipleOf"}, json_of({"1", "2", "0.1", "0.01", "3", "1e-7"})),
      named({"minLength", "maxLength", "minItems", "maxItems"}, counts),
      named({"contains", "startsWith", "endsWith"},
            json_of({R"("a")", R"("@")", R"("ä")", R"("b")", R"("\n")", R"("\"")"})),
      named({"pattern"},
            json_of({R"("^a")", R"("b$")", R"("[0-9]+")", R"("^[a-z]{1,2}$")", R"("a.b")", R"("^$")"})),
      named({"format"}, json_of({R"("email")", R"("date")", R"("uuid")", R"("ipv4")"})),
      named({"type"}, json_of({R"("integer")", R"("number")", R"("string")", R"(["boolean","array"])",
                               R"(["object","integer"])"})),
      named({"const"}, scalars()),
      pair(rc::gen::just(std::string("enum")),
           rc::gen::map(
               rc::gen::nonEmpty(rc::gen::resize(4, rc::gen::container<std::vector<Json>>(scalars()))),
               [](std::vector<Json> each) { return Json(std::move(each)); }))};
  if (depth > 0) {
    all.push_back(
        pair(rc::gen::just(std::string("not")), rc::gen::map(keywords(depth - 1), [](const auto& keyword) {
               return Json{{keyword.first, keyword.second}};
             })));
  }
  return rc::gen::join(rc::gen::elementOf(std::move(all)));
}

rc::Gen<Json> checks() {
  return rc::gen::map(rc::gen::nonEmpty(rc::gen::resize(
                          3, rc::gen::container<std::vector<std::pair<std::string, Json>>>(keywords(2)))),
                      [](std::vector<std::pair<std::string, Json>> all) {
                        Json check = Json::object();
                        for (auto& [name, operand] : all) check[name] = std::move(operand);
                        return check;
                      });
}

rc::Gen<Sample> samples() {
  return rc::gen::exec([] {
    Sample sample;
    sample.value = *values(3);
    if (*rc::gen::inRange(0, 8) == 0) sample.value.reset();
    if (*rc::gen::inRange(0, 3) == 0) sample.key = *values(2);
    const int headers = *rc::gen::inRange(0, 3);
    for (int i = 0; i < headers; ++i) {
      const Json text = *texts();
      sample.headers.emplace_back(
          *rc::gen::element<std::string>("h", "i"),
          *rc::gen::inRange(0, 6) == 0 ? std::nullopt : std::optional(text.get<std::string>()));
    }
    return sample;
  });
}

rc::Gen<std::string> fields() {
  return rc::gen::element<std::string>("a", "a.b", "a[*]", "a[*].b", "[\"c d\"]", "b[*][*]", "$", "[*]", "e",
                                       "key:", "key:a", "key:a[*]", "header:h", "header:i", "a.b.a",
                                       "b[*].a[*]");
}

// Rules that load; those that the loader finds impossible are left out one by one.
LoadedRules some_rules() {
  const int wanted = *rc::gen::inRange(1, 6);
  Json rules = Json::array();
  LoadedRules loaded;
  for (int i = 0; i < wanted; ++i) {
    const std::string field = *fields();
    rules.push_back({{"name", "r" + std::to_string(i)}, {"field", field}, {"check", *checks()}});
    LoadedRules next = load_text(Json{{"topics", {"t"}}, {"rules", rules}}.dump());
    if (next.set == nullptr) {
      rules.erase(rules.size() - 1);
    } else {
      loaded = std::move(next);
    }
  }
  return loaded;
}

std::set<std::pair<std::string, std::string>> places(const Broken& broken) {
  std::set<std::pair<std::string, std::string>> all;
  for (const auto& [rule, path, keyword] : broken) all.emplace(rule, path);
  return all;
}

RC_GTEST_PROP(RulesProperty, ProgramAndTwinAgree, ()) {
  const LoadedRules loaded = some_rules();
  if (loaded.set == nullptr) RC_DISCARD("no rule that can match");
  const auto rules = loaded.set->for_topic("t");
  const auto program = compile(rules, nullptr, nullptr, Limits{}).value().program;
  for (int i = 0; i < 20; ++i) {
    const Sample sample = *samples();
    bool passes = false;
    const Broken fast = reference::judge_by_program(*program, sample, passes);
    const Broken slow = reference::judge_naively(rules, sample);
    for (const Rule* rule : rules) RC_LOG() << rule->json << '\n';
    RC_LOG() << "value " << (sample.value ? sample.value->dump() : "none") << '\n';
    RC_ASSERT(passes == fast.empty());
    if (fast.size() < Limits{}.violations_per_record_max) {
      RC_ASSERT(places(fast) == places(slow));
      // A wrong type is told once; everything else is told in full.
      RC_ASSERT(std::includes(slow.begin(), slow.end(), fast.begin(), fast.end()));
    }
  }
}

RC_GTEST_PROP(RulesProperty, ARuleIsToldAsItLoadsAgain, ()) {
  const LoadedRules loaded = some_rules();
  if (loaded.set == nullptr) RC_DISCARD("no rule that can match");
  std::string text = R"({"rules":[)";
  for (const Rule& rule : loaded.set->rules()) text += rule.json + ',';
  text.back() = ']';
  const LoadedRules again = load_text(text + '}');
  RC_ASSERT(again.set != nullptr);
  for (std::size_t i = 0; i < loaded.set->rules().size(); ++i) {
    RC_ASSERT(again.set->rules()[i].json == loaded.set->rules()[i].json);
    RC_ASSERT(again.set->rules()[i].field == loaded.set->rules()[i].field);
  }
}

// Native numbers that JSON does not have: by their decimal text, they are judged as that number in JSON would
// be.
RC_GTEST_PROP(RulesProperty, NativeNumbersAreJudgedLikeTheirText, ()) {
  const auto unscaled = *rc::gen::arbitrary<std::int32_t>();
  const auto scale = *rc::gen::inRange<std::uint8_t>(0, 8);
  const Buffer bytes{static_cast<std::uint8_t>(unscaled >> 24), static_cast<std::uint8_t>(unscaled >> 16),
                     static_cast<std::uint8_t>(unscaled >> 8), static_cast<std::uint8_t>(unscaled)};
  const Value decimal = decimal_value(bytes, scale);
  const std::string text = number_text(decimal);
  const Json bound = *numbers();
  const std::string keyword =
      *rc::gen::element<std::string>("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "const");
  const OneCheck check(Json{{keyword, bound}}.dump());
  RC_ASSERT(check.passes(decimal) == check.passes(number_value(text)));
}

RC_GTEST_PROP(RulesProperty, LoadingArbitraryTextReportsAndReturns, (const std::string& text)) {
  const LoadedRules loaded = load_text(text);
  RC_ASSERT(loaded.set != nullptr || !loaded.problems.empty());
}

}  // namespace
}  // namespace assay::rules
