#include "rejects/filter_sql.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "rejects/fingerprint.h"
#include "rejects/index_file.h"

namespace assay::rejects {
namespace {

struct PlainPath {
  Part part;
  std::string path;
};

// "key:id" -> key, id. The whole key is written "key:" or "key:$".
PlainPath split(std::string_view full) {
  if (full.starts_with("header:")) return {Part::header, std::string(full.substr(7))};
  if (!full.starts_with("key:")) return {Part::value, std::string(full)};
  return {Part::key, full.size() == 4 ? "$" : std::string(full.substr(4))};
}

}  // namespace

Result<FilterSql> FilterSql::make(const RejectFilter& filter) {
  FilterSql sql;
  sql.add_batch_terms(filter);
  if (auto added = sql.add_row_terms(filter); !added) return added.error();
  sql.add_time_terms(filter);
  sql.add_violation_terms(filter);
  return sql;
}

std::string FilterSql::value(std::variant<std::int64_t, std::string, Buffer> value) {
  values_.push_back(std::move(value));
  return fmt::format("?{}", values_.size());
}

void FilterSql::bind(io::Statement& statement) const {
  int at = 0;
  for (const auto& value : values_) {
    if (++at > statement.parameters()) return;  // not every statement has all the conditions
    if (const auto* integer = std::get_if<std::int64_t>(&value)) statement.bind(at, *integer);
    if (const auto* text = std::get_if<std::string>(&value)) statement.bind(at, *text);
    if (const auto* blob = std::get_if<Buffer>(&value)) statement.bind(at, Bytes(*blob));
  }
}

void FilterSql::add_batch_terms(const RejectFilter& filter) {
  const auto both = [this](std::string_view column, const std::string& condition) {
    rows_ += fmt::format(" AND r.{}{}", column, condition);
    batches_ += fmt::format(" AND b.{}{}", column, condition);
  };
  if (filter.topic) both("topic", "=" + value(*filter.topic));
  if (filter.partition) both("partition", "=" + value(*filter.partition));
  if (filter.client_id) both("client_id", "=" + value(*filter.client_id));
  if (filter.principal) {
    both("principal", "=" + value(*filter.principal));
    if (!filter.principal->empty())
      rows_ += " AND r.principal <> ''";  // says to SQLite that the partial index will do
  }
  bool refused_only = !filter.outcomes.empty();
  std::string outcomes;
  for (const Outcome outcome : filter.outcomes) {
    outcomes += fmt::format("{}{}", outcomes.empty() ? "" : ",", static_cast<int>(outcome));
    refused_only = refused_only && outcome <= Outcome::diverted;
  }
  if (refused_only) both("outcome", " <= 1");
  if (!outcomes.empty()) both("outcome", " IN (" + outcomes + ")");
  if (filter.batch) {
    const std::string id = value(Buffer(filter.batch->bytes.begin(), filter.batch->bytes.end()));
    batches_ += " AND b.batch = " + id;
    rows_ += fmt::format(
        " AND b.batch = {0} AND r.row_no >= (SELECT min(seq) FROM batch WHERE batch = {0}) << {1}"
        " AND r.row_no < ((SELECT max(seq) FROM batch WHERE batch = {0}) + 1) << {1}",
        id, kPositionBits);
    narrow_ = true;
  }
}

Result<void> FilterSql::add_row_terms(const RejectFilter& filter) {
  batches_suffice_ = !filter.rule && !filter.path && !filter.subject && !filter.schema_id && !filter.key &&
                     !filter.fingerprint && !filter.state;
  if (filter.subject) {
    rows_ += " AND r.subject = " + value(*filter.subject);
    if (!filter.subject->empty()) rows_ += " AND r.subject <> ''";
  }
  if (filter.schema_id) {
    // "No schema" is no id to look for, and the partial indexes leave it out.
    const std::string id = value(*filter.schema_id);
    rows_ += fmt::format(
        " AND ((r.value_schema = {0} AND r.value_schema >= 0) OR (r.key_schema = {0} AND r.key_schema >= 0))",
        id);
  }
  if (filter.key) {
    const auto hash = as_sql(XXH3_64bits(filter.key->data(), filter.key->size()));
    rows_ += fmt::format(" AND r.key_hash IS NOT NULL AND r.key_hash = {} AND r.key = {}", value(hash),
                         value(*filter.key));
    narrow_ = true;
  }
  if (filter.fingerprint) {
    const auto fingerprint = parse_fingerprint(*filter.fingerprint);
    if (!fingerprint) {
      return Error(ErrorCode::invalid,
                   fmt::format("\"{}\" is no fingerprint: 16 hex digits are expected", *filter.fingerprint));
    }
    rows_ += " AND r.fingerprint = " + value(as_sql(*fingerprint));
    narrow_ = true;
  }
  if (filter.state) {
    rows_ += " AND r.state = " + value(static_cast<std::int64_t>(*filter.state));
    if (*filter.state != RejectState::open) rows_ += " AND r.state <> 0";
  }
  return {};
}

// Rows are numbered in the order of the journal, which is the order of time but for what waited in the queue.
// high_ms (the latest time so far) never falls, and no row is more than `disorder` behind it: so both ends
// can be found by number.
void FilterSql::add_time_terms(const RejectFilter& filter) {
  constexpr std::string_view kFirstFrom =
      "(SELECT seq FROM batch WHERE high_ms >= {} ORDER BY high_ms, seq LIMIT 1)";
  if (filter.since_ms) {
    const std::string since = value(*filter.since_ms);
    batches_ += " AND b.time_ms >= " + since;
    rows_ += fmt::format(" AND r.time_ms >= {} AND r.row_no >= {} << {}", since,
                         fmt::format(fmt::runtime(kFirstFrom), since), kPositionBits);
  }
  if (filter.until_ms) {
    const std::string until = value(*filter.until_ms);
    const std::string bound = fmt::format("{} + (SELECT value FROM meta WHERE name = 'disorder')", until);
    batches_ += " AND b.time_ms < " + until;
    rows_ += fmt::format(" AND r.time_ms < {} AND r.row_no < ifnull({} << {}, 9223372036854775807)", until,
                         fmt::format(fmt::runtime(kFirstFrom), bound), kPositionBits);
  }
}

void FilterSql::add_violation_terms(const RejectFilter& filter) {
  if (filter.rule) violations_ += " AND v.rule = " + value(*filter.rule);
  if (filter.path) {
    const PlainPath plain = split(*filter.path);
    const std::string full = plain.part == Part::key ? "key:" + plain.path : *filter.path;
    const std::string shape = path_shape(full);
    violations_ += " AND v.shape = " + value(shape);
    if (shape != full) {
      violations_ +=
          fmt::format(" AND v.part = {} AND v.path = {}", static_cast<int>(plain.part), value(plain.path));
    }
  }
  // Schema violations are everywhere: with a topic, the topic is what is rare.
  if (filter.topic && filter.rule && *filter.rule == kSchemaRule) narrow_ = true;
}

}  // namespace assay::rejects
