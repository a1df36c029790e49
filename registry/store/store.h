// What an embedded registry keeps, behind one face: SQLite today, a compacted Kafka topic another day. A
// store keeps and finds; what may be registered is decided above it (registry/store/registry.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "registry/schema/framing.h"
#include "registry/schema/schema.h"

namespace assay::registry {

// How a schema names another: by the version of a subject.
struct SchemaReference {
  std::string name;
  std::string subject;
  std::int32_t version = 0;
  bool operator==(const SchemaReference&) const = default;
};

// What identifies a schema: the same content has the same id and the same GUID, under any subject.
struct SchemaContent {
  schema::Format format = schema::Format::avro;
  std::string text;
  std::vector<SchemaReference> references;
  std::string metadata_json;  // compact JSON; empty when none
  std::string rule_set_json;
  bool operator==(const SchemaContent&) const = default;
};

struct StoredSchema {
  std::int32_t id = 0;
  schema::Guid guid;
  SchemaContent content;
};

struct StoredVersion {
  std::string subject;
  std::int32_t version = 0;
  std::int32_t id = 0;
  bool deleted = false;  // softly: hidden from lists, still there for the data written with it
  EpochMs registered_ms = 0;
};

enum class Deletion : std::uint8_t { soft, permanent };

// Thread-safe. What a call reports as done is durable. Errors: `not_found` where it says so, `conflict`,
// `io`.
class Store {
 public:
  virtual ~Store() = default;

  // Finds or makes the schema and its version of the subject, in one transaction. A version that is there and
  // not deleted is returned as it stands; a softly deleted one of the same content does not count: the
  // subject gets a new version (highest ever + 1). `id` and `version` 0: chosen here; otherwise `conflict`
  // when they are taken by something else.
  virtual Result<StoredVersion> add(std::string_view subject, const SchemaContent& content,
                                    const schema::Guid& guid, std::int32_t id, std::int32_t version,
                                    EpochMs now_ms) = 0;

  virtual Result<std::optional<StoredSchema>> by_id(std::int32_t id) = 0;
  // A GUID does not say the format: `conflict` when schemas of two formats have the same text.
  virtual Result<std::optional<StoredSchema>> by_guid(const schema::Guid& guid) = 0;
  virtual Result<std::optional<StoredSchema>> by_guid(const schema::Guid& guid, schema::Format format) = 0;
  // Every schema of that id's subjects, deleted versions included; ordered by subject, version.
  virtual Result<std::vector<StoredVersion>> versions_with(std::int32_t id) = 0;

  // Of one subject, ascending, deleted ones included. Empty: unknown subject.
  virtual Result<std::vector<StoredVersion>> versions_of(std::string_view subject) = 0;
  // Of every subject that begins with `prefix`, ordered by subject, version, deleted ones included.
  virtual Result<std::vector<StoredVersion>> versions_below(std::string_view prefix) = 0;
  // Ids of schemas with a version that is not deleted and that refer to this version; ascending.
  virtual Result<std::vector<std::int32_t>> referring_to(std::string_view subject, std::int32_t version) = 0;

  // `version` 0: all of them. Permanent deletion also removes a schema whose last version it was. Nothing to
  // delete is not an error.
  virtual Result<void> remove(std::string_view subject, std::int32_t version, Deletion deletion) = 0;

  // Settings are small texts by scope ("" is the whole registry, otherwise a subject) and kind ("config",
  // "mode").
  virtual Result<std::optional<std::string>> setting(std::string_view scope, std::string_view kind) = 0;
  virtual Result<void> set(std::string_view scope, std::string_view kind,
                           std::optional<std::string_view> value) = 0;
};

}  // namespace assay::registry
