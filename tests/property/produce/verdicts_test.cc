// Verdicts only get worse: a batch fares as its worst record, whatever the order and the company; a violating
// record more, or a stricter rule, never helps.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/reference/produce/world.h"

namespace assay::kit {
namespace {

using judge::OnUndecided;
using proxy::Decision;

// What becomes of a partition, from mild to bad.
enum class Fate { untouched, observed, marked, undecided, refused };

struct Kind {
  Fate fate;  // alone in a batch, where undecided is retried
  Record record;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {Fate::untouched, record(R"({"r":"ok","m":"ok","o":"ok"})")},
      {Fate::untouched, record("k", R"({})", {{"h", "v"}})},
      {Fate::untouched, record(framed(1, avro_text("ok") + avro_text("ok")))},
      {Fate::untouched, record(framed(1, avro_text("") + avro_text("ok")))},
      {Fate::untouched, record("k", std::nullopt)},
      {Fate::observed, record(R"({"o":"no"})")},
      {Fate::observed, record("k", R"({"r":"ok","o":1})")},
      {Fate::marked, record(R"({"m":"no"})")},
      {Fate::marked, record(framed(1, avro_text("x") + avro_text("no")))},
      {Fate::marked, record(R"({"m":"no","o":"no"})")},
      {Fate::undecided, record(framed(7, "whatever"))},
      {Fate::undecided, record(framed(8, ""))},
      {Fate::refused, record(R"({"r":"no"})")},
      {Fate::refused, record(R"({"r":"no","m":"no","o":"no"})")},
      {Fate::refused, record("")},
      {Fate::refused, record("{")},
      {Fate::refused, record("{}{}")},
      {Fate::refused, record(framed(1, avro_text("ok")))},
      {Fate::refused, record(framed(1, avro_text("ok") + avro_text("ok") + "x"))},
      {Fate::refused, record(framed(2, "ab"))},
      {Fate::refused, record(framed(99, "no such schema"))},
      {Fate::refused, record("k", "{}", {{"__value_schema_id", "nonsense"}})},
  };
  return all;
}

std::string rule(const std::string& field, Action action) {
  return R"({"name":"no-)" + field + R"(","field":")" + field +
         R"(","check":{"enum":["ok"]},"onViolation":")" + std::string(to_string(action)) + "\"}";
}

// Fields, and what their rules do.
using Rules = std::vector<std::pair<std::string, Action>>;
const Rules kRules{{"r", Action::reject}, {"m", Action::mark}, {"o", Action::observe}};

World world_with(const Rules& rules, OnUndecided on_undecided = OnUndecided::retry) {
  World world;
  judge::TopicPolicy topic_policy = policy();
  topic_policy.on_undecided = on_undecided;
  world.topic("t", topic_policy);
  world.avro(
      1,
      R"({"type":"record","name":"P","fields":[{"name":"x","type":"string"},{"name":"m","type":"string"}]})",
      {"t-value"});
  world.avro(2, R"("string")", {"another"});
  proxy::KnownSchema away;
  away.state = proxy::KnownSchema::State::unavailable;
  away.why = "the registry is away";
  world.schema(by_id(7), away).schema(by_id(8), away);
  std::vector<std::string> texts;
  for (const auto& [field, action] : rules) texts.push_back(rule(field, action));
  world.rules(texts);
  return world;
}

std::vector<Fate> fates(World& world, const std::vector<std::vector<Record>>& batches) {
  std::vector<Buffer> encoded;
  for (const auto& records : batches) encoded.push_back(batch(records));
  const Request request({topic("t", std::move(encoded))});
  const Decision decision = world.decide(request);
  std::vector<Fate> out(batches.size(), Fate::untouched);
  for (const auto& draft : decision.keep_if_possible) {
    Fate& fate = out.at(static_cast<std::size_t>(draft.partition));
    fate = std::max(fate, draft.outcome == rejects::Outcome::marked ? Fate::marked : Fate::observed);
  }
  for (const auto& answer : decision.answers)
    out.at(answer.partition) = answer.response.error_code == 87 ? Fate::refused : Fate::undecided;
  return out;
}

std::vector<std::size_t> some_kinds(bool empty_too = false) {
  const auto one = rc::gen::inRange<std::size_t>(0, kinds().size());
  const auto list = rc::gen::container<std::vector<std::size_t>>(one);
  return *rc::gen::resize(8, empty_too ? list : rc::gen::nonEmpty(list));
}

std::vector<Record> records_of_kinds(const std::vector<std::size_t>& numbers) {
  std::vector<Record> out;
  for (const std::size_t number : numbers) out.push_back(kinds()[number].record);
  return out;
}

Fate worst(const std::vector<std::size_t>& numbers) {
  Fate out = Fate::untouched;
  for (const std::size_t number : numbers) out = std::max(out, kinds()[number].fate);
  return out;
}

TEST(Verdicts, EveryKindOfRecordFaresAsItIsMeantTo) {
  World world = world_with(kRules);
  for (std::size_t i = 0; i < kinds().size(); ++i)
    EXPECT_EQ(fates(world, {{kinds()[i].record}}).front(), kinds()[i].fate) << i;
}

RC_GTEST_PROP(Verdicts, ABatchFaresAsItsWorstRecordInAnyOrder, ()) {
  static World world = world_with(kRules);
  const auto numbers = some_kinds();
  RC_ASSERT(fates(world, {records_of_kinds(numbers)}).front() == worst(numbers));
}

RC_GTEST_PROP(Verdicts, PartitionsDoNotInfluenceEachOther, ()) {
  static World world = world_with(kRules);
  std::vector<std::vector<Record>> batches;
  std::vector<Fate> expected;
  const int count = *rc::gen::inRange(1, 5);
  for (int i = 0; i < count; ++i) {
    const auto numbers = some_kinds();
    batches.push_back(records_of_kinds(numbers));
    expected.push_back(worst(numbers));
  }
  RC_ASSERT(fates(world, batches) == expected);
}

RC_GTEST_PROP(Verdicts, TheSameRecordsAreToldWhateverTheirOrder, ()) {
  static World world = world_with(kRules);
  auto numbers = some_kinds();
  const auto refused_kinds = [&] {
    std::vector<std::size_t> out;
    for (const auto& draft : world.decide(Request("t", records_of_kinds(numbers))).must_keep) {
      for (const auto& row : draft.violating) out.push_back(numbers.at(row.index));
    }
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto before = refused_kinds();
  for (std::size_t i = numbers.size(); i > 1; --i)
    std::swap(numbers[i - 1], numbers[*rc::gen::inRange<std::size_t>(0, i)]);
  RC_ASSERT(refused_kinds() == before);
}

RC_GTEST_PROP(Verdicts, OneMoreRecordNeverHelps, ()) {
  const OnUndecided on_undecided =
      *rc::gen::element(OnUndecided::retry, OnUndecided::accept, OnUndecided::reject);
  World world = world_with(kRules, on_undecided);
  auto numbers = some_kinds();
  const Fate before = fates(world, {records_of_kinds(numbers)}).front();
  const auto at = *rc::gen::inRange<std::size_t>(0, numbers.size() + 1);
  numbers.insert(numbers.begin() + static_cast<std::ptrdiff_t>(at),
                 *rc::gen::inRange<std::size_t>(0, kinds().size()));
  RC_ASSERT(fates(world, {records_of_kinds(numbers)}).front() >= before);
}

RC_GTEST_PROP(Verdicts, AStricterRuleOrOneMoreNeverHelpsNorDoesTheirOrder, ()) {
  const auto action = rc::gen::element(Action::observe, Action::mark, Action::divert, Action::reject);
  Rules mild, strict;
  for (const char* field : {"r", "m", "o", "x"}) {
    const Action one = *action;
    mild.emplace_back(field, one);
    strict.emplace_back(field, std::max(one, *action));
  }
  const bool one_more = *rc::gen::arbitrary<bool>();
  if (one_more) mild.pop_back();
  // divert is no keyword of rule files yet.
  for (Rules* rules : {&mild, &strict}) {
    for (auto& [field, does] : *rules) {
      if (does == Action::divert) does = Action::reject;
    }
  }
  const auto numbers = some_kinds();
  World world_mild = world_with(mild), world_strict = world_with(strict);
  std::reverse(strict.begin(), strict.end());
  World world_reversed = world_with(strict);
  const auto sent = records_of_kinds(numbers);
  const Fate after = fates(world_strict, {sent}).front();
  RC_ASSERT(after >= fates(world_mild, {sent}).front());
  RC_ASSERT(fates(world_reversed, {sent}).front() == after);
}

}  // namespace
}  // namespace assay::kit
