#include "rejects/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "rejects/cursor.h"
#include "rejects/filter_sql.h"
#include "rejects/fingerprint.h"
#include "rejects/index_file.h"

namespace assay::rejects {
namespace {

constexpr std::string_view kColumns =
    "r.row_no, r.id, r.time_ms, r.topic, r.partition, r.key, r.value_bytes, r.payload, r.timestamp_ms, "
    "r.key_schema, "
    "r.value_schema, r.subject, r.client_id, b.software, r.principal, b.address, b.rule_set, r.outcome, "
    "b.batch, "
    "b.records, b.violating, r.record_index, r.fingerprint, r.state, r.occurrences, r.last_seen_ms";

constexpr std::string_view kViolations =
    "SELECT rule, part, path, kind, reason, fragment, action, masked FROM violation WHERE row_no = ?1 ORDER "
    "BY ordinal";

std::string joined(std::string_view rows) {
  return fmt::format("{} JOIN batch b ON b.seq = r.row_no >> {}", rows, kPositionBits);
}

Ulid id_of(Bytes bytes) {
  Ulid id;
  std::copy_n(bytes.begin(), std::min(bytes.size(), id.bytes.size()), id.bytes.begin());
  return id;
}

NumberedRow read_row(const io::Statement& from) {
  NumberedRow out{static_cast<std::uint64_t>(from.integer(0)), {}};
  RejectRow& row = out.row;
  const auto int32 = [&](int column) { return static_cast<std::int32_t>(from.integer(column)); };
  const auto uint32 = [&](int column) { return static_cast<std::uint32_t>(from.integer(column)); };
  row.id = id_of(from.blob(1));
  row.time_ms = row.first_seen_ms = from.integer(2);
  row.topic = from.text(3);
  row.partition = int32(4);
  if (!from.is_null(5)) {
    const Bytes key = from.blob(5);
    row.key.emplace(key.begin(), key.end());
  }
  row.value_bytes = from.integer(6);
  row.payload = static_cast<PayloadState>(from.integer(7));
  row.timestamp_ms = from.integer(8);
  row.key_schema_id = int32(9);
  row.value_schema_id = int32(10);
  row.subject = from.text(11);
  row.client = {std::string(from.text(12)), std::string(from.text(13)), std::string(from.text(14)),
                std::string(from.text(15))};
  row.rule_set_version = from.text(16);
  row.outcome = static_cast<Outcome>(from.integer(17));
  row.batch = id_of(from.blob(18));
  row.batch_records = uint32(19);
  row.batch_violating = uint32(20);
  row.record_index = uint32(21);
  row.fingerprint = fingerprint_text(static_cast<std::uint64_t>(from.integer(22)));
  row.state = static_cast<RejectState>(from.integer(23));
  row.occurrences = static_cast<std::uint64_t>(from.integer(24));
  row.last_seen_ms = from.integer(25);
  return out;
}

Result<void> read_violations(io::Statement& statement, NumberedRow& row) {
  statement.bind(1, as_sql(row.row_no));
  while (true) {
    auto more = statement.step();
    if (!more) return more.error();
    if (!*more) break;
    Violation violation;
    violation.rule = statement.text(0);
    violation.part = static_cast<Part>(statement.integer(1));
    violation.path = statement.text(2);
    violation.kind = statement.text(3);
    violation.reason = statement.text(4);
    violation.fragment = statement.text(5);
    violation.action = static_cast<Action>(statement.integer(6));
    violation.masked = statement.integer(7) != 0;
    row.row.violations.push_back(std::move(violation));
  }
  statement.reset();
  return {};
}

// One more than `limit` shows whether there are more. Rows with several matching violations come once for
// each, next to one another.
Result<std::vector<NumberedRow>> read_rows(io::Database& index, const FilterSql& sql,
                                           const std::string& range, std::string_view order,
                                           std::size_t limit) {
  // Who drives the join decides whether rows come in order without sorting all of them.
  std::string from = joined("reject r");
  std::string driver = "r";
  if (sql.on_violations() && sql.narrow())
    from = joined("reject r CROSS JOIN violation v ON v.row_no = r.row_no");
  if (sql.on_violations() && !sql.narrow()) {
    from = joined("violation v CROSS JOIN reject r ON r.row_no = v.row_no");
    driver = "v";
  }
  auto select =
      index.prepare(fmt::format("SELECT {} FROM {} WHERE {} AND {} AND {}.{} ORDER BY {}.row_no {}", kColumns,
                                from, sql.rows(), sql.violations(), driver, range, driver, order));
  if (!select) return select.error();
  auto violations = index.prepare(kViolations);
  if (!violations) return violations.error();
  sql.bind(*select);
  std::vector<NumberedRow> rows;
  while (rows.size() <= limit) {
    auto more = select->step();
    if (!more) return more.error();
    if (!*more) break;
    if (!rows.empty() && rows.back().row_no == static_cast<std::uint64_t>(select->integer(0))) continue;
    rows.push_back(read_row(*select));
    if (rows.size() > limit) break;
    if (auto done = read_violations(*violations, rows.back()); !done) return done.error();
  }
  return rows;
}

}  // namespace

Result<RejectPage> list_rows(io::Database& index, const RejectFilter& filter, std::size_t limit,
                             std::optional<std::uint64_t> before) {
  auto sql = FilterSql::make(filter);
  if (!sql) return sql.error();
  auto snapshot = io::Transaction::begin(index, io::Transaction::Kind::deferred);
  if (!snapshot) return snapshot.error();
  const std::string range =
      "row_no < " + sql->value(before ? as_sql(*before) : std::numeric_limits<std::int64_t>::max());
  auto rows = read_rows(index, *sql, range, "DESC", limit);
  if (!rows) return rows.error();
  RejectPage page;
  if (rows->size() > limit) {
    rows->resize(limit);
    page.next_cursor = cursor_text(rows->back().row_no);
  }
  for (NumberedRow& row : *rows) page.rows.push_back(std::move(row.row));
  return page;
}

Result<RejectPage> tail_rows(io::Database& index, const RejectFilter& filter, std::size_t limit,
                             std::optional<std::uint64_t> after) {
  auto sql = FilterSql::make(filter);
  if (!sql) return sql.error();
  auto snapshot = io::Transaction::begin(index, io::Transaction::Kind::deferred);
  if (!snapshot) return snapshot.error();
  // Every entry up to `indexed` is here: later rows have higher numbers, whatever becomes of the rows there
  // are.
  auto indexed = index.number("SELECT value FROM meta WHERE name = 'indexed'");
  if (!indexed) return indexed.error();
  const std::uint64_t end = row_number(static_cast<std::uint64_t>(indexed->value_or(0)) + 1, 0) - 1;
  RejectPage page;
  if (!after) {
    page.next_cursor = cursor_text(end);
    return page;
  }
  auto rows = read_rows(index, *sql, "row_no > " + sql->value(as_sql(*after)), "ASC", limit);
  if (!rows) return rows.error();
  std::uint64_t next = std::max(end, *after);
  if (rows->size() > limit) {
    rows->resize(limit);
    next = rows->back().row_no;
  }
  page.next_cursor = cursor_text(next);
  for (NumberedRow& row : *rows) page.rows.push_back(std::move(row.row));
  return page;
}

Result<std::optional<NumberedRow>> find_row(io::Database& index, const Ulid& id) {
  auto select = index.prepare(fmt::format(
      "SELECT {} FROM {} WHERE r.row_no = ifnull((SELECT row_no FROM reject WHERE id = ?1), (SELECT row_no "
      "FROM alias WHERE id = ?1))",
      kColumns, joined("reject r")));
  if (!select) return select.error();
  auto violations = index.prepare(kViolations);
  if (!violations) return violations.error();
  auto more = select->bind(1, Bytes(id.bytes)).step();
  if (!more) return more.error();
  if (!*more) return std::optional<NumberedRow>();
  NumberedRow row = read_row(*select);
  if (auto done = read_violations(*violations, row); !done) return done.error();
  return std::optional(std::move(row));
}

Result<std::uint64_t> count_rows(io::Database& index, std::span<const Ulid> ids) {
  auto select = index.prepare(
      "SELECT ifnull((SELECT row_no FROM reject WHERE id = ?1), (SELECT row_no FROM alias WHERE id = ?1))");
  if (!select) return select.error();
  std::set<std::int64_t> rows;  // a row and its retries' ids are one
  for (const Ulid& id : ids) {
    auto found = select->bind(1, Bytes(id.bytes)).step();
    if (!found) return found.error();
    if (*found && !select->is_null(0)) rows.insert(select->integer(0));
    select->reset();
  }
  return rows.size();
}

}  // namespace assay::rejects
