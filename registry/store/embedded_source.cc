#include "registry/store/embedded_source.h"

#include <algorithm>

#include "base/worker.h"

namespace assay::registry {
namespace {

Error error_of(const Refused& refused) {
  switch (refused.reason) {
    case Refusal::schema_unknown:
    case Refusal::subject_unknown:
    case Refusal::version_unknown:
      return Error(ErrorCode::not_found, refused.why);
    case Refusal::schema_too_large:
      return Error(ErrorCode::too_large, refused.why);
    case Refusal::store:
      return Error(ErrorCode::io, refused.why);
    default:
      return Error(ErrorCode::invalid, refused.why);
  }
}

class EmbeddedSource final : public SchemaSource {
 public:
  explicit EmbeddedSource(Registry& registry) : registry_(registry) {}

  void fetch(const schema::SchemaRef& ref, Answer<FetchedSchema> answer) override {
    worker_.post([this, ref, answer = std::move(answer)] {
      const auto schema = find(ref);
      schema ? answer(complete(*schema)) : answer(schema.error());
    });
  }

  void subjects_of(const schema::SchemaRef& ref, Answer<std::vector<std::string>> answer) override {
    worker_.post([this, ref, answer = std::move(answer)] { answer(owners(ref)); });
  }

  void fetch_version(const std::string& subject, std::int32_t version,
                     Answer<FetchedSchema> answer) override {
    worker_.post([this, subject, version, answer = std::move(answer)] {
      const auto found = registry_.version(subject, version, version > 0);
      found ? answer(complete(found->schema)) : answer(error_of(found.error()));
    });
  }

  void known(Answer<std::vector<KnownVersion>> answer) override {
    worker_.post([this, answer = std::move(answer)] {
      const auto versions = registry_.store().versions_below("");
      if (!versions) return answer(versions.error());
      std::vector<KnownVersion> all;
      for (const StoredVersion& one : *versions) all.push_back({one.subject, {std::nullopt, one.id}});
      answer(std::move(all));
    });
  }

 private:
  Result<StoredSchema> find(const schema::SchemaRef& ref) {
    auto schema = ref.guid ? registry_.store().by_guid(*ref.guid) : registry_.store().by_id(ref.id);
    if (!schema) return schema.error();
    if (!*schema) return Error(ErrorCode::not_found, "the registry has no " + schema::to_string(ref));
    return std::move(**schema);
  }

  Result<FetchedSchema> complete(const StoredSchema& schema) {
    auto whole = registry_.complete(schema);
    if (!whole) return error_of(whole.error());
    return std::move(*whole);
  }

  Result<std::vector<std::string>> owners(const schema::SchemaRef& ref) {
    const auto schema = find(ref);
    if (!schema) return schema.error();
    const auto versions = registry_.store().versions_with(schema->id);
    if (!versions) return versions.error();
    std::vector<std::string> subjects;
    for (const StoredVersion& version : *versions) subjects.push_back(version.subject);
    subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
    return subjects;
  }

  Registry& registry_;
  Worker worker_;
};

}  // namespace

std::unique_ptr<SchemaSource> make_embedded_source(Registry& registry) {
  return std::make_unique<EmbeddedSource>(registry);
}

}  // namespace assay::registry
