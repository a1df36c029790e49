// Statistics: rejects by group from the index, and from the journal how many records were asked at all.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "rejects/evaluated.h"
#include "rejects/filter_sql.h"
#include "rejects/fingerprint.h"
#include "rejects/index_file.h"
#include "rejects/query.h"

namespace assay::rejects {
namespace {

constexpr std::string_view kSums = "count(*), sum(occurrences), min(time_ms), max(last_seen_ms)";

std::string group_sql(const FilterSql& sql, StatsGroup group) {
  const std::string from = fmt::format("reject r JOIN batch b ON b.seq = r.row_no >> {}", kPositionBits);
  if (group == StatsGroup::rule) {
    // A row counts once for each rule that it breaks.
    return fmt::format(
        "SELECT rule, {} FROM (SELECT DISTINCT v.rule AS rule, r.row_no, r.occurrences, r.time_ms, "
        "r.last_seen_ms FROM {} "
        "JOIN violation v ON v.row_no = r.row_no WHERE {} AND {}) GROUP BY rule",
        kSums, from, sql.rows(), sql.violations());
  }
  const std::string_view column = group == StatsGroup::topic    ? "r.topic"
                                  : group == StatsGroup::client ? "r.client_id"
                                                                : "r.fingerprint";
  const std::string violating =
      sql.on_violations()
          ? fmt::format(" AND r.row_no IN (SELECT v.row_no FROM violation v WHERE {})", sql.violations())
          : "";
  return fmt::format(
      "SELECT {0}, count(*), sum(r.occurrences), min(r.time_ms), max(r.last_seen_ms) FROM {1} WHERE {2}{3} "
      "GROUP BY {0}",
      column, from, sql.rows(), violating);
}

// Topic or client: the records beyond those that a batch may keep, which have no rows.
Result<void> add_not_kept(io::Database& index, const FilterSql& sql, StatsGroup group,
                          std::vector<StatsRow>& rows) {
  const bool by_topic = group == StatsGroup::topic;
  if ((!by_topic && group != StatsGroup::client) || !sql.batches_suffice()) return {};
  auto select = index.prepare(
      fmt::format("SELECT b.{0}, sum(b.more) FROM batch b WHERE {1} AND b.more > 0 GROUP BY b.{0}",
                  by_topic ? "topic" : "client_id", sql.batches()));
  if (!select) return select.error();
  sql.bind(*select);
  while (true) {
    auto more = select->step();
    if (!more) return more.error();
    if (!*more) return {};
    for (StatsRow& row : rows) {
      if ((by_topic ? row.topic : row.client_id) == select->text(0)) {
        row.not_kept = static_cast<std::uint64_t>(select->integer(1));
      }
    }
  }
}

Result<void> describe_fingerprints(io::Database& index, std::vector<StatsRow>& rows) {
  auto select = index.prepare("SELECT topic, rule, shape, kind FROM fingerprint WHERE fingerprint = ?1");
  if (!select) return select.error();
  for (StatsRow& row : rows) {
    auto found = select->bind(1, as_sql(*parse_fingerprint(row.fingerprint))).step();
    if (!found) return found.error();
    if (*found) {
      row.topic = select->text(0);
      row.rule = select->text(1);
      row.path = select->text(2);
      row.kind = select->text(3);
    }
    select->reset();
  }
  return {};
}

// What a group is asked by: topic and rule, of which either may be empty, or the client id alone.
using Asked = std::pair<std::string, std::string>;

Asked asked_of(const StatsRow& row, StatsGroup group) {
  if (group == StatsGroup::topic) return {row.topic, ""};
  if (group == StatsGroup::client) return {row.client_id, ""};
  if (group == StatsGroup::rule) return {"", row.rule};
  return {row.topic, row.rule};
}

Result<std::map<Asked, std::uint64_t>> read_evaluated(io::Database& journal, const RejectFilter& filter,
                                                      StatsGroup group) {
  const bool by_rule = group == StatsGroup::rule || group == StatsGroup::fingerprint;
  const std::string_view first = group == StatsGroup::rule     ? "''"
                                 : group == StatsGroup::client ? "client_id"
                                                               : "topic";
  auto select = journal.prepare(fmt::format(
      "SELECT {}, {}, sum(records) FROM evaluated WHERE hour_ms >= ?1 AND hour_ms < ?2{}{}{} GROUP BY 1, 2",
      first, by_rule ? "rule" : "''", by_rule ? "" : " AND rule = ''", filter.topic ? " AND topic = ?3" : "",
      filter.client_id ? " AND client_id = ?4" : ""));
  if (!select) return select.error();
  const EpochMs since_ms = std::max<EpochMs>(filter.since_ms.value_or(0), 0);
  select->bind(1, since_ms / kHourMs * kHourMs);
  select->bind(2, filter.until_ms.value_or(std::numeric_limits<EpochMs>::max()));
  if (filter.topic) select->bind(3, *filter.topic);
  if (filter.client_id) select->bind(4, *filter.client_id);
  std::map<Asked, std::uint64_t> evaluated;
  while (true) {
    auto more = select->step();
    if (!more) return more.error();
    if (!*more) return evaluated;
    evaluated[{std::string(select->text(0)), std::string(select->text(1))}] =
        static_cast<std::uint64_t>(select->integer(2));
  }
}

}  // namespace

Result<std::vector<StatsRow>> group_rows(io::Database& index, const RejectFilter& filter, StatsGroup group,
                                         std::size_t limit) {
  auto sql = FilterSql::make(filter);
  if (!sql) return sql.error();
  auto snapshot = io::Transaction::begin(index, io::Transaction::Kind::deferred);
  if (!snapshot) return snapshot.error();
  auto select = index.prepare(
      fmt::format("{} ORDER BY 2 DESC, 1 LIMIT {}", group_sql(*sql, group), sql->value(as_sql(limit))));
  if (!select) return select.error();
  sql->bind(*select);
  std::vector<StatsRow> rows;
  while (true) {
    auto more = select->step();
    if (!more) return more.error();
    if (!*more) break;
    StatsRow row;
    if (group == StatsGroup::topic) row.topic = select->text(0);
    if (group == StatsGroup::rule) row.rule = select->text(0);
    if (group == StatsGroup::client) row.client_id = select->text(0);
    if (group == StatsGroup::fingerprint) {
      row.fingerprint = fingerprint_text(static_cast<std::uint64_t>(select->integer(0)));
    }
    row.records = static_cast<std::uint64_t>(select->integer(1));
    row.occurrences = static_cast<std::uint64_t>(select->integer(2));
    row.first_seen_ms = select->integer(3);
    row.last_seen_ms = select->integer(4);
    rows.push_back(std::move(row));
  }
  if (auto done = add_not_kept(index, *sql, group, rows); !done) return done.error();
  if (group == StatsGroup::fingerprint) {
    if (auto done = describe_fingerprints(index, rows); !done) return done.error();
  }
  return rows;
}

Result<void> add_evaluated(io::Database& journal, const RejectFilter& filter, StatsGroup group,
                           std::vector<StatsRow>& rows) {
  auto evaluated = read_evaluated(journal, filter, group);
  if (!evaluated) return evaluated.error();
  for (StatsRow& row : rows) {
    Asked asked = asked_of(row, group);
    auto found = evaluated->find(asked);
    // Every judged record is held to its schema, whether somebody counted that apart or not.
    if (found == evaluated->end() && asked.second == kSchemaRule) found = evaluated->find({asked.first, ""});
    if (found != evaluated->end()) row.evaluated = found->second;
  }
  return {};
}

}  // namespace assay::rejects
