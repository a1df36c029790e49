#include "tests/reference/rejects/drafts.h"

#include <fmt/format.h>
#include <unistd.h>

#include <sstream>

namespace assay::rejects::testing {

Ulid id_of(std::uint64_t number) {
  Ulid id;
  id.bytes[0] = 1;
  for (std::size_t i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

Violation violation_of(const std::string& rule, const std::string& path, const std::string& kind) {
  return {rule, Part::value, path, kind, "is -1, must be greater than 0", "-1", Action::reject, false};
}

Draft draft_of(std::uint64_t first_id, std::size_t records, std::size_t value_bytes) {
  Draft draft;
  draft.time_ms = 1'700'000'000'000 + static_cast<EpochMs>(first_id);
  draft.topic = "customers";
  draft.partition = 3;
  draft.client = std::make_shared<Client>(
      Client{"billing", "apache-kafka-java 4.3.1", "User:billing", "10.0.0.7:51234"});
  draft.rule_set_version = "v7";
  draft.batch = id_of(first_id + (1ULL << 40));
  draft.crc = static_cast<std::uint32_t>(first_id * 2'654'435'761U);
  draft.records = static_cast<std::uint32_t>(records + 2);
  for (std::size_t i = 0; i < records; ++i) {
    DraftRecord record;
    record.id = id_of(first_id + i);
    record.index = static_cast<std::uint32_t>(i + 1);
    record.timestamp_ms = draft.time_ms - 5;
    const std::string key = "k" + std::to_string(record.index);
    record.key.emplace(key.begin(), key.end());
    record.value.emplace(value_bytes, static_cast<std::uint8_t>(first_id));
    const std::string tenant = "eu";
    record.headers.emplace_back("tenant", Buffer(tenant.begin(), tenant.end()));
    record.headers.emplace_back("trace", std::nullopt);
    record.value_schema_id = 12;
    record.subject = "customers-value";
    record.violations.push_back(violation_of("age-positive", "person.age", "exclusiveMinimum"));
    draft.violating.push_back(std::move(record));
  }
  return draft;
}

Draft retry_of(const Draft& draft, std::uint64_t first_id) {
  Draft retry = draft;
  retry.batch = id_of(first_id + (1ULL << 40));
  retry.time_ms += 1'000;
  for (std::size_t i = 0; i < retry.violating.size(); ++i) retry.violating[i].id = id_of(first_id + i);
  return retry;
}

TemporaryFolder::TemporaryFolder(const std::string& name)
    : path(std::filesystem::temp_directory_path() / (name + "." + std::to_string(::getpid()))) {
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

Result<void> keep_and_wait(RejectStore& store, std::vector<Draft> drafts) {
  auto told = std::make_shared<std::promise<Result<void>>>();
  auto result = told->get_future();
  store.keep(std::move(drafts), [told](Result<void> outcome) { told->set_value(std::move(outcome)); });
  return result.get();
}

std::string text_of(const RejectRow& row) {
  std::string text = fmt::format(
      "{} {} {}/{} key={} value={} {} ts={} schemas={},{} {} | {} {} {} {} | {} {} {} {}/{} #{} {} {} x{} "
      "{}..{}",
      row.id.text(), row.time_ms, row.topic, row.partition,
      row.key ? std::string(as_text(*row.key)) : "(none)", row.value_bytes, to_string(row.payload),
      row.timestamp_ms, row.key_schema_id, row.value_schema_id, row.subject, row.client.client_id,
      row.client.software, row.client.principal, row.client.address, row.rule_set_version,
      to_string(row.outcome), row.batch.text(), row.batch_violating, row.batch_records, row.record_index,
      row.fingerprint, to_string(row.state), row.occurrences, row.first_seen_ms, row.last_seen_ms);
  for (const Violation& violation : row.violations) {
    text += fmt::format("\n  {} {}:{} {} {} [{}] {} {}", violation.rule, to_string(violation.part),
                        violation.path, violation.kind, violation.reason, violation.fragment,
                        to_string(violation.action), violation.masked);
  }
  return text;
}

std::string text_of(const StatsRow& row) {
  return fmt::format("topic={} rule={} path={} kind={} client={} {} records={}+{} x{} of {} {}..{}",
                     row.topic, row.rule, row.path, row.kind, row.client_id, row.fingerprint, row.records,
                     row.not_kept, row.occurrences, row.evaluated, row.first_seen_ms, row.last_seen_ms);
}

double metric(const Metrics& metrics, const std::string& series) {
  std::istringstream lines(metrics.expose());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  }
  return 0;
}

}  // namespace assay::rejects::testing
