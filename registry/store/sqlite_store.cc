// schemas   id · guid · format · text · metadata · rules      one row per content; an id is never given twice
// needs     id, position · name · subject · version           what a schema refers to
// versions  subject, version · id · deleted · registered      which schema a version is
// settings  scope, kind · value
#include "registry/store/sqlite_store.h"

#include <fmt/format.h>

#include <limits>
#include <mutex>

#include "io/sqlite/sqlite.h"

namespace assay::registry {
namespace {

using io::Database;
using io::Statement;
using io::Transaction;

constexpr std::int64_t kFormatVersion = 1;
constexpr std::string_view kTables = R"(
CREATE TABLE schemas(id INTEGER PRIMARY KEY AUTOINCREMENT, guid BLOB NOT NULL, format INTEGER NOT NULL,
  text TEXT NOT NULL, metadata TEXT NOT NULL, rules TEXT NOT NULL, UNIQUE(guid, format));
CREATE TABLE needs(id INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL,
  version INTEGER NOT NULL, PRIMARY KEY(id, position)) WITHOUT ROWID;
CREATE INDEX needs_of ON needs(subject, version);
CREATE TABLE versions(subject TEXT NOT NULL, version INTEGER NOT NULL, id INTEGER NOT NULL, deleted INTEGER NOT NULL,
  registered_ms INTEGER NOT NULL, PRIMARY KEY(subject, version)) WITHOUT ROWID;
CREATE INDEX versions_of_id ON versions(id);
CREATE TABLE settings(scope TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(scope, kind))
  WITHOUT ROWID;
PRAGMA user_version = 1;
)";
constexpr std::string_view kVersionColumns =
    "SELECT subject, version, id, deleted, registered_ms FROM versions ";

std::int32_t int32_of(const Statement& row, int column) {
  return static_cast<std::int32_t>(row.integer(column));
}

StoredVersion read_version(const Statement& row) {
  return {std::string(row.text(0)), int32_of(row, 1), int32_of(row, 2), row.integer(3) != 0, row.integer(4)};
}

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(Database database) : database_(std::move(database)) {}

  Result<StoredVersion> add(std::string_view subject, const SchemaContent& content, const schema::Guid& guid,
                            std::int32_t id, std::int32_t version, EpochMs now_ms) override {
    const std::lock_guard lock(mutex_);
    auto change = Transaction::begin(database_, Transaction::Kind::immediate);
    if (!change) return change.error();
    const auto schema_id = find_or_insert(content, guid, id);
    if (!schema_id) return schema_id.error();
    auto stored = place(subject, *schema_id, version, now_ms);
    if (!stored) return stored;
    if (const auto done = change->commit(); !done) return done.error();
    return stored;
  }

  Result<std::optional<StoredSchema>> by_id(std::int32_t id) override {
    const std::lock_guard lock(mutex_);
    auto query =
        database_.prepare("SELECT id, guid, format, text, metadata, rules FROM schemas WHERE id = ?1");
    if (!query) return query.error();
    query->bind(1, std::int64_t{id});
    return read_schema(*query);
  }

  Result<std::optional<StoredSchema>> by_guid(const schema::Guid& guid) override {
    const std::lock_guard lock(mutex_);
    auto query = select_schema("guid = ?1");
    if (!query) return query.error();
    query->bind(1, Bytes(guid.bytes));
    auto schema = read_schema(*query);
    if (!schema || !*schema) return schema;
    const auto another = query->step();
    if (!another) return another.error();
    if (*another) return Error(ErrorCode::conflict, guid.text() + " is the GUID of schemas of two formats");
    return schema;
  }

  Result<std::optional<StoredSchema>> by_guid(const schema::Guid& guid, schema::Format format) override {
    const std::lock_guard lock(mutex_);
    return schema_with(guid, format);
  }

  Result<std::vector<StoredVersion>> versions_with(std::int32_t id) override {
    const std::lock_guard lock(mutex_);
    auto query =
        database_.prepare(fmt::format("{} WHERE id = ?1 ORDER BY subject, version", kVersionColumns));
    if (!query) return query.error();
    query->bind(1, std::int64_t{id});
    return read_versions(*query);
  }

  Result<std::vector<StoredVersion>> versions_of(std::string_view subject) override {
    const std::lock_guard lock(mutex_);
    return versions_of_locked(subject);
  }

  Result<std::vector<StoredVersion>> versions_below(std::string_view prefix) override {
    const std::lock_guard lock(mutex_);
    auto query = database_.prepare(fmt::format(
        "{} WHERE substr(subject, 1, length(?1)) = ?1 ORDER BY subject, version", kVersionColumns));
    if (!query) return query.error();
    query->bind(1, prefix);
    return read_versions(*query);
  }

  Result<std::vector<std::int32_t>> referring_to(std::string_view subject, std::int32_t version) override {
    const std::lock_guard lock(mutex_);
    auto query = database_.prepare(
        "SELECT DISTINCT needs.id FROM needs JOIN versions ON versions.id = needs.id "
        "WHERE needs.subject = ?1 AND needs.version = ?2 AND versions.deleted = 0 ORDER BY needs.id");
    if (!query) return query.error();
    query->bind(1, subject).bind(2, std::int64_t{version});
    std::vector<std::int32_t> ids;
    for (;;) {
      const auto row = query->step();
      if (!row) return row.error();
      if (!*row) return ids;
      ids.push_back(int32_of(*query, 0));
    }
  }

  Result<void> remove(std::string_view subject, std::int32_t version, Deletion deletion) override {
    const std::lock_guard lock(mutex_);
    auto change = Transaction::begin(database_, Transaction::Kind::immediate);
    if (!change) return change.error();
    const std::string_view sql =
        deletion == Deletion::soft
            ? "UPDATE versions SET deleted = 1 WHERE subject = ?1 AND (?2 = 0 OR version = ?2)"
            : "DELETE FROM versions WHERE subject = ?1 AND (?2 = 0 OR version = ?2)";
    auto statement = database_.prepare(sql);
    if (!statement) return statement.error();
    if (auto done = statement->bind(1, subject).bind(2, std::int64_t{version}).run(); !done) return done;
    if (deletion == Deletion::permanent) {
      auto swept = database_.run(
          "DELETE FROM schemas WHERE id NOT IN (SELECT id FROM versions);"
          "DELETE FROM needs WHERE id NOT IN (SELECT id FROM schemas);");
      if (!swept) return swept;
    }
    return change->commit();
  }

  Result<std::optional<std::string>> setting(std::string_view scope, std::string_view kind) override {
    const std::lock_guard lock(mutex_);
    auto query = database_.prepare("SELECT value FROM settings WHERE scope = ?1 AND kind = ?2");
    if (!query) return query.error();
    const auto row = query->bind(1, scope).bind(2, kind).step();
    if (!row) return row.error();
    return *row ? std::optional<std::string>(query->text(0)) : std::nullopt;
  }

  Result<void> set(std::string_view scope, std::string_view kind,
                   std::optional<std::string_view> value) override {
    const std::lock_guard lock(mutex_);
    auto statement = database_.prepare(value ? "INSERT OR REPLACE INTO settings VALUES(?1, ?2, ?3)"
                                             : "DELETE FROM settings WHERE scope = ?1 AND kind = ?2");
    if (!statement) return statement.error();
    statement->bind(1, scope).bind(2, kind);
    if (value) statement->bind(3, *value);
    return statement->run();
  }

 private:
  Result<Statement> select_schema(std::string_view where) {
    return database_.prepare(fmt::format(
        "SELECT id, guid, format, text, metadata, rules FROM schemas WHERE {} ORDER BY id", where));
  }

  Result<std::optional<StoredSchema>> schema_with(const schema::Guid& guid, schema::Format format) {
    auto query = select_schema("guid = ?1 AND format = ?2");
    if (!query) return query.error();
    query->bind(1, Bytes(guid.bytes)).bind(2, static_cast<std::int64_t>(format));
    return read_schema(*query);
  }

  Result<std::optional<StoredSchema>> read_schema(Statement& query) {
    const auto row = query.step();
    if (!row) return row.error();
    if (!*row) return std::optional<StoredSchema>{};
    StoredSchema schema;
    schema.id = int32_of(query, 0);
    const Bytes guid = query.blob(1);
    if (guid.size() != schema.guid.bytes.size())
      return Error(ErrorCode::io, "the store holds a GUID that is none");
    std::copy(guid.begin(), guid.end(), schema.guid.bytes.begin());
    schema.content.format = static_cast<schema::Format>(query.integer(2));
    schema.content.text = query.text(3);
    schema.content.metadata_json = query.text(4);
    schema.content.rule_set_json = query.text(5);
    auto needs =
        database_.prepare("SELECT name, subject, version FROM needs WHERE id = ?1 ORDER BY position");
    if (!needs) return needs.error();
    needs->bind(1, std::int64_t{schema.id});
    for (;;) {
      const auto next = needs->step();
      if (!next) return next.error();
      if (!*next) return std::optional<StoredSchema>(std::move(schema));
      schema.content.references.push_back(
          {std::string(needs->text(0)), std::string(needs->text(1)), int32_of(*needs, 2)});
    }
  }

  Result<std::vector<StoredVersion>> versions_of_locked(std::string_view subject) {
    auto query = database_.prepare(fmt::format("{} WHERE subject = ?1 ORDER BY version", kVersionColumns));
    if (!query) return query.error();
    query->bind(1, subject);
    return read_versions(*query);
  }

  static Result<std::vector<StoredVersion>> read_versions(Statement& query) {
    std::vector<StoredVersion> out;
    for (;;) {
      const auto row = query.step();
      if (!row) return row.error();
      if (!*row) return out;
      out.push_back(read_version(query));
    }
  }

  Result<std::int32_t> find_or_insert(const SchemaContent& content, const schema::Guid& guid,
                                      std::int32_t id) {
    const auto known = schema_with(guid, content.format);
    if (!known) return known.error();
    if (*known) {
      if ((*known)->content != content) return Error(ErrorCode::conflict, "another schema has the same GUID");
      if (id == 0 || id == (*known)->id) return (*known)->id;
      return Error(ErrorCode::conflict, fmt::format("the schema has id {}, not {}", (*known)->id, id));
    }
    auto insert = database_.prepare(
        "INSERT INTO schemas(id, guid, format, text, metadata, rules) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    if (!insert) return insert.error();
    id == 0 ? insert->bind_null(1) : insert->bind(1, std::int64_t{id});
    insert->bind(2, Bytes(guid.bytes))
        .bind(3, static_cast<std::int64_t>(content.format))
        .bind(4, content.text);
    const auto done = insert->bind(5, content.metadata_json).bind(6, content.rule_set_json).run();
    if (!done && done.error().code() == ErrorCode::conflict) {
      return Error(ErrorCode::conflict, fmt::format("id {} is taken by another schema", id));
    }
    if (!done) return done.error();
    const auto given = database_.number("SELECT last_insert_rowid()");
    if (!given) return given.error();
    if (given->value_or(0) > std::numeric_limits<std::int32_t>::max()) {
      return Error(ErrorCode::io, "there are no schema ids left");
    }
    const auto new_id = static_cast<std::int32_t>(given->value_or(0));
    if (const auto kept = insert_needs(new_id, content.references); !kept) return kept.error();
    return new_id;
  }

  Result<void> insert_needs(std::int32_t id, const std::vector<SchemaReference>& references) {
    auto insert = database_.prepare("INSERT INTO needs VALUES(?1, ?2, ?3, ?4, ?5)");
    if (!insert) return insert.error();
    for (std::size_t i = 0; i < references.size(); ++i) {
      const SchemaReference& reference = references[i];
      insert->bind(1, std::int64_t{id}).bind(2, static_cast<std::int64_t>(i)).bind(3, reference.name);
      insert->bind(4, reference.subject).bind(5, std::int64_t{reference.version});
      if (auto done = insert->run(); !done) return done;
    }
    return {};
  }

  Result<StoredVersion> place(std::string_view subject, std::int32_t id, std::int32_t version,
                              EpochMs now_ms) {
    const auto versions = versions_of_locked(subject);
    if (!versions) return versions.error();
    for (const StoredVersion& there : *versions) {
      if (there.id == id && !there.deleted && (version == 0 || version == there.version)) return there;
      if (version == there.version) {
        return Error(ErrorCode::conflict,
                     fmt::format("version {} of {} is taken by another schema", version, subject));
      }
    }
    const std::int32_t last = versions->empty() ? 0 : versions->back().version;
    if (version == 0 && last == std::numeric_limits<std::int32_t>::max()) {
      return Error(ErrorCode::conflict, "the subject has no versions left");
    }
    const StoredVersion added{std::string(subject), version == 0 ? last + 1 : version, id, false, now_ms};
    auto insert = database_.prepare("INSERT INTO versions VALUES(?1, ?2, ?3, 0, ?4)");
    if (!insert) return insert.error();
    insert->bind(1, subject).bind(2, std::int64_t{added.version}).bind(3, std::int64_t{id}).bind(4, now_ms);
    if (const auto done = insert->run(); !done) return done.error();
    return added;
  }

  std::mutex mutex_;
  Database database_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path) {
  auto database = Database::open(path);
  if (!database) return database.error();
  const auto ready = database->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  if (!ready) return ready.error().within(path);
  const auto version = database->number("PRAGMA user_version");
  if (!version) return version.error().within(path);
  if (version->value_or(0) > kFormatVersion) {
    return Error(ErrorCode::unsupported, fmt::format("{} was written by a newer Assay", path));
  }
  if (version->value_or(0) == 0) {
    auto change = Transaction::begin(*database, Transaction::Kind::immediate);
    if (!change) return change.error().within(path);
    if (const auto made = database->run(kTables); !made) return made.error().within(path);
    if (const auto done = change->commit(); !done) return done.error().within(path);
  }
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*database)));
}

}  // namespace assay::registry
