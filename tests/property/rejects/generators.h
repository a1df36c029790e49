// Random drafts and filters from small alphabets, so that they meet.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "rejects/draft.h"
#include "rejects/row.h"
#include "tests/reference/rejects/drafts.h"

namespace assay::rejects::testing {

// One seed, one history: a failure is told by its seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  // begin to end - 1.
  template <class T>
  T in(T begin, T end) {
    return std::uniform_int_distribution<T>(begin, static_cast<T>(end - 1))(engine_);
  }
  bool chance(int percent) { return in(0, 100) < percent; }
  template <class T>
  T one_of(const std::vector<T>& all) {
    return all[in<std::size_t>(0, all.size())];
  }

 private:
  std::mt19937_64 engine_;
};

inline const std::vector<std::string> kTopics{"customers", "orders", ""};
inline const std::vector<std::string> kRules{"schema", "age-positive", "email-has-at"};
inline const std::vector<std::string> kPaths{"$", "lines[0].quantity", "lines[1].quantity", "lines[1]",
                                             "tenant"};
inline const std::vector<std::string> kClients{"", "billing", "shop"};
inline const std::vector<std::string> kSubjects{"", "customers-value", "orders-value"};
inline const std::vector<std::string> kKeys{"", "a", "b"};
inline constexpr EpochMs kBegin = 1'700'000'000'000;

inline Buffer buffer_of(const std::string& text) {
  return {text.begin(), text.end()};
}

inline std::optional<Buffer> random_body(Random& random, const std::vector<std::string>& all) {
  if (random.chance(20)) return std::nullopt;
  return buffer_of(random.one_of(all));
}

inline EpochMs random_time(Random& random) {
  return kBegin + random.in<EpochMs>(0, 20) * 600'000;
}

inline Violation random_violation(Random& random) {
  Violation violation;
  violation.rule = random.one_of(kRules);
  violation.part = random.one_of(std::vector{Part::key, Part::value, Part::header});
  violation.path = random.one_of(kPaths);
  violation.kind = random.one_of(std::vector<std::string>{"minimum", "required"});
  violation.reason = "is wrong";
  violation.fragment = random.one_of(kKeys);
  violation.action =
      random.one_of(std::vector{Action::observe, Action::mark, Action::divert, Action::reject});
  violation.masked = random.chance(5);
  return violation;
}

// Ids from `first_id` on.
inline Draft random_draft(Random& random, std::uint64_t first_id) {
  Draft draft;
  draft.time_ms = random_time(random);
  draft.outcome = static_cast<Outcome>(random.in(0, 5));
  draft.topic = random.one_of(kTopics);
  draft.partition = random.in(0, 2);
  if (random.chance(90)) {
    draft.client = std::make_shared<Client>(
        Client{random.one_of(kClients), "kcat 1.7", random.one_of(kClients), "10.0.0.1:5"});
  }
  draft.rule_set_version = "v1";
  draft.batch = id_of(first_id + (1ULL << 40));
  if (random.chance(30)) {
    draft.producer_id = random.in(0, 2);
    draft.producer_epoch = 0;
    draft.base_sequence = random.in(0, 2);
  }
  draft.crc = random.in<std::uint32_t>(0, 6);
  draft.records = 20;
  const int records = random.in(0, 4);
  for (int i = 0; i < records; ++i) {
    DraftRecord record;
    record.id = id_of(first_id + static_cast<std::uint64_t>(i));
    record.index = static_cast<std::uint32_t>(i * 2);
    record.timestamp_ms = kBegin;
    record.key = random_body(random, kKeys);
    record.value = random_body(random, kKeys);
    if (random.chance(30)) record.headers.emplace_back("trace", random_body(random, kKeys));
    record.key_schema_id = random.in(-1, 2);
    record.value_schema_id = random.in(-1, 2);
    record.subject = random.one_of(kSubjects);
    const int violations = random.in(0, 4);
    for (int v = 0; v < violations; ++v) record.violations.push_back(random_violation(random));
    record.masked = random.chance(10);
    draft.violating.push_back(std::move(record));
  }
  for (std::uint32_t index = 8; random.chance(20); ++index) draft.violating_more.push_back(index);
  return draft;
}

// `drafts`: to ask for what is there.
inline RejectFilter random_filter(Random& random, const std::vector<Draft>& drafts) {
  RejectFilter filter;
  const auto maybe = [&](auto& field, auto make) {
    if (random.chance(18)) field = make();
  };
  maybe(filter.topic, [&] { return random.one_of(kTopics); });
  maybe(filter.partition, [&] { return random.in(0, 2); });
  maybe(filter.rule, [&] { return random.one_of(kRules); });
  maybe(filter.path, [&] {
    return random.one_of(std::vector<std::string>{"$", "key:", "key:$", "lines[1].quantity",
                                                  "lines[*].quantity", "lines[*]", "header:tenant",
                                                  "header:lines[1]", "key:lines[0].quantity", "nothing"});
  });
  if (random.chance(70)) {
    filter.outcomes.clear();
    for (int outcome = 0; outcome < 5; ++outcome) {
      if (random.chance(30)) filter.outcomes.push_back(static_cast<Outcome>(outcome));
    }
  }
  maybe(filter.client_id, [&] { return random.one_of(kClients); });
  maybe(filter.principal, [&] { return random.one_of(kClients); });
  maybe(filter.subject, [&] { return random.one_of(kSubjects); });
  maybe(filter.schema_id, [&] { return random.in(-1, 2); });
  maybe(filter.key, [&] { return buffer_of(random.one_of(kKeys)); });
  maybe(filter.state, [&] { return static_cast<RejectState>(random.in(0, 3)); });
  maybe(filter.since_ms, [&] { return random_time(random); });
  maybe(filter.until_ms, [&] { return random_time(random); });
  if (!drafts.empty()) maybe(filter.batch, [&] { return random.one_of(drafts).batch; });
  return filter;
}

}  // namespace assay::rejects::testing
