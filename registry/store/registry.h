// START HERE. The embedded registry: what may be registered, what refers to what, which subject has which
// mode. The REST API (registry/api) words its answers; in process, EmbeddedSource asks it directly.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "registry/schema_source.h"
#include "registry/store/store.h"

namespace assay::registry {

enum class Mode : std::uint8_t {
  read_write,
  read_only,
  import,  // ids and versions are given by the caller: copying from another registry
};
std::string_view to_string(Mode mode);  // READWRITE, READONLY, IMPORT
std::optional<Mode> parse_mode(std::string_view name);

// A version with everything about it.
struct Registered {
  StoredVersion version;
  StoredSchema schema;
};

// Why a registration was refused, beyond what an ErrorCode tells: the API answers each with its own number.
enum class Refusal : std::uint8_t {
  none,
  schema_invalid,
  schema_too_large,
  reference_missing,
  mode,
  id_taken,
  store,
};
struct Registration {
  Refusal refusal = Refusal::none;
  std::string why;        // for a person, when refused
  Registered registered;  // otherwise
};

// Thread-safe.
class Registry {
 public:
  // The store outlives the registry.
  Registry(Store& store, const Limits& limits, const Clock& clock = system_clock());

  // Compares by content: text without insignificant white space, references, metadata, rules. `id`,
  // `version`: for mode import, otherwise 0.
  Registration add(const std::string& subject, SchemaContent content, std::int32_t id, std::int32_t version);
  // The version of the subject that has this content. Nothing when there is none.
  Result<std::optional<Registered>> find(const std::string& subject, SchemaContent content, bool deleted_too);

  // `version` 0: the latest. `not_found` when it is unknown, or deleted and not asked for.
  Result<Registered> version(const std::string& subject, std::int32_t version, bool deleted_too);

  // The schema with everything it refers to, deepest first: what a judge compiles.
  Result<FetchedSchema> complete(const StoredSchema& schema);

  // The subject's own, else the registry's, else READWRITE.
  Result<Mode> mode_of(const std::string& subject);

  Store& store() { return store_; }
  const Limits& limits() const { return limits_; }

 private:
  Result<std::vector<schema::Reference>> resolve(const std::vector<SchemaReference>& references);

  Store& store_;
  const Limits limits_;
  const Clock& clock_;
};

// `text` without white space between JSON tokens; `text` itself when it is not JSON (Protobuf).
std::string compact_json(std::string_view text);

// The GUID that Confluent's registry gives this content: MD5 over text, references, metadata and rules.
schema::Guid guid_of(const SchemaContent& content);

}  // namespace assay::registry
