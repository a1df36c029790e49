// A registry in memory, for tests: subjects and the schemas that are versions of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "registry/schema_source.h"

namespace assay::proxy {

class MemorySource final : public registry::SchemaSource {
 public:
  std::int32_t add(const std::string& subject, const std::string& text,
                   schema::Format format = schema::Format::json) {
    const auto id = static_cast<std::int32_t>(versions_.size()) + 1;
    registry::FetchedSchema schema;
    schema.id = id;
    schema.format = format;
    schema.text = text;
    versions_.push_back({subject, schema});
    return id;
  }
  // The catalog learns of schemas only from records, as with a registry that was never asked.
  bool keeps_to_itself = false;

  void fetch(const schema::SchemaRef& ref, Answer<registry::FetchedSchema> answer) override {
    if (ref.guid || ref.id < 1 || ref.id > static_cast<std::int32_t>(versions_.size()))
      return answer(Error(ErrorCode::not_found, "no such schema"));
    answer(versions_[static_cast<std::size_t>(ref.id) - 1].second);
  }
  void subjects_of(const schema::SchemaRef& ref, Answer<std::vector<std::string>> answer) override {
    std::vector<std::string> owners;
    for (const auto& [subject, schema] : versions_) {
      if (schema.id == ref.id) owners.push_back(subject);
    }
    answer(std::move(owners));
  }
  void fetch_version(const std::string& subject, std::int32_t,
                     Answer<registry::FetchedSchema> answer) override {
    for (auto at = versions_.rbegin(); at != versions_.rend(); ++at) {
      if (at->first == subject) return answer(at->second);
    }
    answer(Error(ErrorCode::not_found, "no such subject"));
  }
  void known(Answer<std::vector<registry::KnownVersion>> answer) override {
    std::vector<registry::KnownVersion> all;
    for (const auto& [subject, schema] : versions_) {
      if (!keeps_to_itself) all.push_back({subject, {std::nullopt, schema.id}});
    }
    answer(std::move(all));
  }

 private:
  std::vector<std::pair<std::string, registry::FetchedSchema>> versions_;
};

}  // namespace assay::proxy
