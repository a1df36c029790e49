// Where `assay check` has schemas from: a file, or a registry that is asked for the topics that rules name.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "registry/schema_source.h"

namespace assay::proxy {

// A registry of one schema, which every subject has; or of none, when `schema` has no text.
class OneSchema final : public registry::SchemaSource {
 public:
  static constexpr std::int32_t kId = 1;
  registry::FetchedSchema schema;
  std::vector<std::string> subjects;  // what rules are held to

  void fetch(const schema::SchemaRef& ref, Answer<registry::FetchedSchema> answer) override;
  void subjects_of(const schema::SchemaRef& ref, Answer<std::vector<std::string>> answer) override;
  void belongs(const schema::SchemaRef& ref, const std::string& subject,
               Answer<registry::Ownership> answer) override;
  void fetch_version(const std::string& subject, std::int32_t version,
                     Answer<registry::FetchedSchema> answer) override;
  void known(Answer<std::vector<registry::KnownVersion>> answer) override;
};

// A registry elsewhere, with what it said of some subjects.
class AskedRegistry final : public registry::SchemaSource {
 public:
  explicit AskedRegistry(std::unique_ptr<registry::SchemaSource> upstream) : upstream_(std::move(upstream)) {}
  // Their latest versions, from now on known. A subject that the registry does not have is no error; a
  // registry that does not answer is.
  Result<> learn(const std::vector<std::string>& subjects);

  void fetch(const schema::SchemaRef& ref, Answer<registry::FetchedSchema> answer) override;
  void subjects_of(const schema::SchemaRef& ref, Answer<std::vector<std::string>> answer) override;
  void fetch_version(const std::string& subject, std::int32_t version,
                     Answer<registry::FetchedSchema> answer) override;
  void known(Answer<std::vector<registry::KnownVersion>> answer) override;

 private:
  std::vector<registry::KnownVersion> known_;
  std::unique_ptr<registry::SchemaSource> upstream_;
};

}  // namespace assay::proxy
