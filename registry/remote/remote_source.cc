#include "registry/remote/remote_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "io/http/url.h"
#include "registry/remote/answers.h"
#include "registry/remote/registry_client.h"
#include "registry/remote/resolution.h"

namespace assay::registry {
namespace {

using Subjects = std::vector<std::string>;

std::string ref_path(const schema::SchemaRef& ref) {
  return ref.guid ? "/schemas/guids/" + ref.guid->text() : fmt::format("/schemas/ids/{}", ref.id);
}

// Everybody who asked for the same thing while it was under way.
template <class T>
class Waiting {
 public:
  // True for the first: it has to be fetched.
  bool join(const std::string& key, SchemaSource::Answer<T> answer) {
    auto& answers = answers_[key];
    answers.push_back(std::move(answer));
    return answers.size() == 1;
  }
  void tell(const std::string& key, const Result<T>& result) {
    const auto node = answers_.extract(key);
    for (const auto& answer : node.mapped()) answer(result);
  }

 private:
  std::map<std::string, std::vector<SchemaSource::Answer<T>>> answers_;
};

class RemoteSource final : public SchemaSource {
 public:
  RemoteSource(std::unique_ptr<RegistryClient> client, const Limits& limits)
      : limits_(limits), client_(std::move(client)) {}

  void fetch(const schema::SchemaRef& ref, Answer<FetchedSchema> answer) override {
    client_->run([this, ref, answer = std::move(answer)] { fetch_path(ref_path(ref), ref, answer); });
  }

  void fetch_version(const std::string& subject, std::int32_t version,
                     Answer<FetchedSchema> answer) override {
    // A pinned version may have been deleted softly; the latest is one that has not.
    const std::string path = version_path(subject, version) + (version > 0 ? "?deleted=true" : "");
    client_->run([this, path, answer = std::move(answer)] { fetch_path(path, {}, answer); });
  }

  void subjects_of(const schema::SchemaRef& ref, Answer<Subjects> answer) override {
    client_->run([this, ref, answer = std::move(answer)] {
      const std::string key = ref_path(ref);
      if (!subjects_.join(key, answer)) return;
      const Answer<Subjects> tell = [this, key](const Result<Subjects>& result) {
        subjects_.tell(key, result);
      };
      ref.guid ? owners_of_guid(key, tell) : owners_of_id(key, tell);
    });
  }

 private:
  void fetch_path(const std::string& path, const schema::SchemaRef& ref,
                  const Answer<FetchedSchema>& answer) {
    if (!schemas_.join(path, answer)) return;
    client_->get(path, [this, path, ref](const Result<std::string>& body) {
      if (!body) return schemas_.tell(path, body.error());
      auto parsed = parse_schema_answer(*body);
      if (!parsed) return schemas_.tell(path, parsed.error());
      if (parsed->schema.text.size() > limits_.schema_bytes_max) {
        return schemas_.tell(path, Error(ErrorCode::too_large, "the schema's text is too large"));
      }
      if (ref.guid) parsed->schema.guid = ref.guid;
      if (ref.id > 0) parsed->schema.id = ref.id;
      std::make_shared<Resolution>(*client_, limits_, std::move(*parsed), [this, path](const auto& schema) {
        schemas_.tell(path, schema);
      })->go_on();
    });
  }

  // Registries of before 2020 have neither of the two endpoints, some have only the second.
  void owners_of_id(const std::string& id_path, Answer<Subjects> tell) {
    client_->get(id_path + "/subjects?deleted=true", [this, id_path, tell](const Result<std::string>& body) {
      if (body) return tell(parse_subjects_answer(*body));
      if (body.error().code() != ErrorCode::unsupported) return tell(body.error());
      client_->get(id_path + "/versions?deleted=true", [tell](const Result<std::string>& versions) {
        tell(versions ? parse_subjects_answer(*versions) : Result<Subjects>(versions.error()));
      });
    });
  }

  // Ids are per context, so a GUID may have several.
  void owners_of_guid(const std::string& guid_path, Answer<Subjects> tell) {
    client_->get(guid_path + "/ids", [this, tell](const Result<std::string>& body) {
      if (!body) return tell(body.error());
      auto ids = parse_ids_answer(*body);
      if (!ids) return tell(ids.error());
      collect(std::make_shared<std::vector<ContextId>>(std::move(*ids)), std::make_shared<Subjects>(), tell);
    });
  }

  void collect(const std::shared_ptr<std::vector<ContextId>>& ids, const std::shared_ptr<Subjects>& found,
               Answer<Subjects> tell) {
    if (ids->empty()) {
      std::sort(found->begin(), found->end());
      found->erase(std::unique(found->begin(), found->end()), found->end());
      return tell(std::move(*found));
    }
    const ContextId next = std::move(ids->back());
    ids->pop_back();
    const bool here = next.context.empty() || next.context == ".";
    const std::string context = here ? std::string{} : "/contexts/" + io::percent_encode(next.context);
    owners_of_id(fmt::format("{}/schemas/ids/{}", context, next.id),
                 [this, ids, found, tell](const auto& subjects) {
                   if (!subjects) return tell(subjects.error());
                   found->insert(found->end(), subjects->begin(), subjects->end());
                   collect(ids, found, tell);
                 });
  }

  const Limits limits_;
  Waiting<FetchedSchema> schemas_;
  Waiting<Subjects> subjects_;
  std::unique_ptr<RegistryClient> client_;  // last: nothing of it runs when the rest goes
};

}  // namespace

Result<std::unique_ptr<SchemaSource>> make_remote_source(const RemoteOptions& options, Metrics* metrics) {
  auto client = RegistryClient::create(options, metrics);
  if (!client) return client.error();
  return std::unique_ptr<SchemaSource>(std::make_unique<RemoteSource>(std::move(*client), options.limits));
}

}  // namespace assay::registry
