// schemas  key · FetchedSchema as JSON     "i7" by id · "g89791762-…" by GUID · "v3 name" a version, "v0
// name" the latest seen owners   key · subject                   this schema is a version of that subject
// scope    whose memory it is
#include "registry/remote/caching_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <type_traits>

#include "base/log.h"
#include "base/worker.h"
#include "io/sqlite/sqlite.h"
#include "registry/remote/answers.h"

namespace assay::registry {
namespace {

using io::Database;
using Subjects = std::vector<std::string>;

constexpr std::int64_t kFormatVersion = 1;
constexpr std::string_view kTables = R"(
DROP TABLE IF EXISTS schemas; DROP TABLE IF EXISTS owners; DROP TABLE IF EXISTS scope;
CREATE TABLE schemas(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE owners(key TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY(key, subject)) WITHOUT ROWID;
CREATE TABLE scope(name TEXT NOT NULL);
PRAGMA user_version = 1;
)";

std::string key_of(const schema::SchemaRef& ref) {
  return ref.guid ? "g" + ref.guid->text() : "i" + std::to_string(ref.id);
}

std::optional<schema::SchemaRef> ref_of(std::string_view key) {
  schema::SchemaRef ref;
  if (key.starts_with('g')) {
    ref.guid = schema::Guid::parse(key.substr(1));
    return ref.guid ? std::optional(ref) : std::nullopt;
  }
  const auto [end, error] = std::from_chars(key.data() + 1, key.data() + key.size(), ref.id);
  return error == std::errc() && end == key.data() + key.size() ? std::optional(ref) : std::nullopt;
}

std::string key_of(const std::string& subject, std::int32_t version) {
  return fmt::format("v{} {}", version, subject);
}

// What is on disk. Of one thread. A failing disk makes it forget, not fail: it is a cache.
class Memory {
 public:
  explicit Memory(Database database) : database_(std::move(database)) {}

  static Result<Memory> open(const std::string& path, const std::string& scope) {
    auto database = Database::open(path);
    if (!database) return database.error();
    // A lost last write costs one call to the registry; a write to the disk for each would cost more.
    if (const auto set = database->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"); !set) {
      return set.error();
    }
    Memory memory(std::move(*database));
    const auto version = memory.database_.number("PRAGMA user_version");
    if (!version) return version.error();
    if (version->value_or(0) == kFormatVersion) {
      const auto known = memory.scope();
      if (!known) return known.error();
      if (*known == scope) return memory;
    }
    if (const auto made = memory.database_.run(kTables); !made) return made.error();
    auto insert = memory.database_.prepare("INSERT INTO scope VALUES(?1)");
    if (!insert) return insert.error();
    if (const auto done = insert->bind(1, scope).run(); !done) return done.error();
    return memory;
  }

  std::optional<FetchedSchema> schema(const std::string& key) {
    const auto read = read_schema(key);
    if (!read) warn(read.error());
    return read ? *read : std::nullopt;
  }

  bool owned(const std::string& key, const std::string& subject) {
    const auto read = read_owned(key, subject);
    if (!read) warn(read.error());
    return read && *read;
  }

  // Owned schemas that are here, too.
  Result<std::vector<KnownVersion>> versions() {
    auto query = database_.prepare("SELECT key, subject FROM owners WHERE key IN (SELECT key FROM schemas)");
    if (!query) return query.error();
    std::vector<KnownVersion> all;
    for (;;) {
      const auto row = query->step();
      if (!row) return row.error();
      if (!*row) return all;
      if (auto ref = ref_of(query->text(0))) all.push_back({std::string(query->text(1)), *ref});
    }
  }

  void keep(const std::string& key, const FetchedSchema& schema) {
    if (const auto written =
            write("INSERT OR REPLACE INTO schemas VALUES(?1, ?2)", key, write_fetched(schema));
        !written) {
      warn(written.error());
    }
  }

  void keep(const std::string& key, const Subjects& subjects) {
    for (const std::string& subject : subjects) {
      const auto written = write("INSERT OR IGNORE INTO owners VALUES(?1, ?2)", key, subject);
      if (!written) return warn(written.error());
    }
  }

 private:
  static void warn(const Error& error) { spdlog::warn("schema cache: {}", error.message()); }

  Result<std::optional<FetchedSchema>> read_schema(const std::string& key) {
    auto query = database_.prepare("SELECT value FROM schemas WHERE key = ?1");
    if (!query) return query.error();
    const auto row = query->bind(1, key).step();
    if (!row) return row.error();
    if (!*row) return std::optional<FetchedSchema>{};
    auto read = read_fetched(query->text(0));
    if (!read) return read.error();
    return std::optional<FetchedSchema>(std::move(*read));
  }

  Result<bool> read_owned(const std::string& key, const std::string& subject) {
    auto query = database_.prepare("SELECT 1 FROM owners WHERE key = ?1 AND subject = ?2");
    if (!query) return query.error();
    return query->bind(1, key).bind(2, subject).step();
  }

  Result<void> write(std::string_view sql, const std::string& key, const std::string& value) {
    auto insert = database_.prepare(sql);
    if (!insert) return insert.error();
    return insert->bind(1, key).bind(2, value).run();
  }

  Result<std::string> scope() {
    auto query = database_.prepare("SELECT name FROM scope");
    if (!query) return query.error();
    const auto row = query->step();
    if (!row) return row.error();
    return *row ? std::string(query->text(0)) : std::string{};
  }

  Database database_;
};

class CachingSource final : public SchemaSource {
 public:
  CachingSource(Memory memory, std::unique_ptr<SchemaSource> upstream, Metrics* metrics)
      : memory_(std::move(memory)), metrics_(metrics), upstream_(std::move(upstream)) {}

  ~CachingSource() override { worker_.stop(); }  // it asks upstream, and upstream answers to it

  void fetch(const schema::SchemaRef& ref, Answer<FetchedSchema> answer) override {
    worker_.post([this, ref, answer = std::move(answer)] {
      if (auto known = memory_.schema(key_of(ref))) return tell("hit", answer, std::move(*known));
      upstream_->fetch(ref, [this, ref, answer](Result<FetchedSchema> schema) {
        worker_.post([this, ref, answer, schema = std::move(schema)] {
          if (schema) {
            memory_.keep(key_of(ref), *schema);
            if (schema->guid && !ref.guid) memory_.keep(key_of({schema->guid, 0}), *schema);
          }
          tell("miss", answer, schema);
        });
      });
    });
  }

  void fetch_version(const std::string& subject, std::int32_t version,
                     Answer<FetchedSchema> answer) override {
    worker_.post([this, subject, version, answer = std::move(answer)] {
      const std::string key = key_of(subject, version);
      if (version > 0) {
        if (auto known = memory_.schema(key)) return tell("hit", answer, std::move(*known));
      }
      upstream_->fetch_version(subject, version, [this, key, answer](Result<FetchedSchema> schema) {
        worker_.post([this, key, answer, schema = std::move(schema)] {
          if (schema) memory_.keep(key, *schema);
          const bool away = !schema && schema.error().code() == ErrorCode::unavailable;
          if (auto known = away ? memory_.schema(key) : std::nullopt)
            return tell("stale", answer, std::move(*known));
          tell("miss", answer, schema);
        });
      });
    });
  }

  void subjects_of(const schema::SchemaRef& ref, Answer<Subjects> answer) override {
    upstream_->subjects_of(ref, [this, ref, answer = std::move(answer)](Result<Subjects> subjects) {
      worker_.post([this, ref, answer, subjects = std::move(subjects)] {
        if (subjects) memory_.keep(key_of(ref), *subjects);
        answer(subjects);
      });
    });
  }

  void belongs(const schema::SchemaRef& ref, const std::string& subject, Answer<Ownership> answer) override {
    worker_.post([this, ref, subject, answer = std::move(answer)] {
      if (memory_.owned(key_of(ref), subject)) return tell("hit", answer, Ownership{true, {}});
      // Of this class: what it says is kept.
      SchemaSource::belongs(ref, subject, [this, answer](const Result<Ownership>& ownership) {
        tell("miss", answer, ownership);
      });
    });
  }

  void known(Answer<std::vector<KnownVersion>> answer) override {
    worker_.post([this, answer = std::move(answer)] { answer(memory_.versions()); });
  }

 private:
  template <class T>
  void tell(const char* how, const Answer<T>& answer, const std::type_identity_t<Result<T>>& result) {
    if (metrics_ != nullptr) {
      metrics_
          ->counter("assay_registry_cache_total",
                    "Lookups of the schema cache: hit, miss, or stale while the registry is away",
                    {{"result", how}})
          .Increment();
    }
    answer(result);
  }

  Memory memory_;
  Metrics* const metrics_;
  Worker worker_;
  std::unique_ptr<SchemaSource> upstream_;  // last: it is gone, and its threads, before what its answers use
};

}  // namespace

Result<std::unique_ptr<SchemaSource>> make_caching_source(std::unique_ptr<SchemaSource> upstream,
                                                          const std::string& path, const std::string& scope,
                                                          Metrics* metrics) {
  auto memory = Memory::open(path, scope);
  if (!memory && memory.error().code() == ErrorCode::invalid) {
    spdlog::warn("schema cache: {} cannot be read ({}); it is set aside and begun anew", path,
                 memory.error().message());
    std::error_code ignored;
    std::filesystem::rename(path, path + ".damaged", ignored);
    for (const char* beside : {"-wal", "-shm"}) std::filesystem::remove(path + beside, ignored);
    memory = Memory::open(path, scope);
  }
  if (!memory) return memory.error().within("schema cache " + path);
  return std::unique_ptr<SchemaSource>(
      std::make_unique<CachingSource>(std::move(*memory), std::move(upstream), metrics));
}

}  // namespace assay::registry
