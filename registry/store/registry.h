// START HERE. The embedded registry: what may be registered, what refers to what, which subject has which
// mode. The REST API (registry/api) words its answers; in process, EmbeddedSource asks it directly.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
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

// Why something is not done. Each has its own number in the REST API.
enum class Refusal : std::uint8_t {
  schema_invalid,
  schema_too_large,
  reference_missing,
  read_only,
  id_not_asked,
  id_missing,
  id_taken,
  subject_unknown,
  subject_deleted,
  subject_not_deleted,
  version_unknown,
  version_deleted,
  version_not_deleted,
  referenced,
  schema_unknown,
  store,  // the disk: nothing that the caller did
};
struct [[nodiscard]] Refused {
  Refusal reason = Refusal::store;
  std::string why;  // for a person
};
template <class T>
using Outcome = boost::system::result<T, Refused>;

// How a schema's text is read: &schema::parse_schema (target `schema`), which brings the engines of all
// formats along.
using ParseSchema = Result<std::shared_ptr<const schema::Schema>> (*)(schema::Format, std::string_view,
                                                                      std::span<const schema::Reference>,
                                                                      const Limits&);

// Thread-safe.
class Registry {
 public:
  // Store and clock outlive the registry.
  Registry(Store& store, const Limits& limits, ParseSchema parse, const Clock& clock = system_clock());

  // The subject's version with this content, made if it is not there. Content compares by text without
  // insignificant white space, references, metadata, rules. A reference to version -1 (or 0) becomes one to
  // the latest. `id` and `version` are given in mode import, otherwise 0.
  Outcome<Registered> add(const std::string& subject, SchemaContent content, std::int32_t id,
                          std::int32_t version);
  // Whether the content is a schema at all: what `add` asks of it, with nothing kept.
  Outcome<void> check(SchemaContent content);
  // The version that `add` would find. subject_unknown, schema_unknown.
  Outcome<Registered> find(const std::string& subject, SchemaContent content, bool deleted_too);
  // `version` 0: the latest. subject_unknown, version_unknown.
  Outcome<Registered> version(const std::string& subject, std::int32_t version, bool deleted_too);
  // The versions that are gone now, ascending. `version` 0: all. Permanent deletion asks for a soft one
  // before.
  Outcome<std::vector<std::int32_t>> remove(const std::string& subject, std::int32_t version,
                                            Deletion deletion);

  // The schema with everything it refers to, deepest first: what a judge compiles.
  Outcome<FetchedSchema> complete(const StoredSchema& schema);

  // The subject's own, else the registry's, else READWRITE.
  Outcome<Mode> mode_of(const std::string& subject);

  Store& store() { return store_; }
  const Limits& limits() const { return limits_; }

 private:
  Outcome<Registered> found(const StoredVersion& version);
  Outcome<std::optional<Registered>> search(const std::string& subject, const SchemaContent& content,
                                            bool deleted_too);
  Outcome<void> settle_references(SchemaContent& content);
  Outcome<std::vector<schema::Reference>> resolve(const std::vector<SchemaReference>& references);
  Outcome<void> check_text(const SchemaContent& content);
  Outcome<void> check_mode(const std::string& subject, std::int32_t id);

  Store& store_;
  const Limits limits_;
  const Clock& clock_;
  const ParseSchema parse_;
  std::mutex writing_;  // what was looked at before a change still holds when it is made
};

// Keeps what `SchemaContent` compares by: JSON text without white space between its tokens. Protobuf stays as
// it is.
void normalise(SchemaContent& content);

// The GUID that Confluent's registry gives this content: MD5 over text, references, metadata and rules.
schema::Guid guid_of(const SchemaContent& content);

}  // namespace assay::registry
