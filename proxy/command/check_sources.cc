#include "proxy/command/check_sources.h"

namespace assay::proxy {

using registry::FetchedSchema;
using registry::KnownVersion;

void OneSchema::fetch(const schema::SchemaRef& ref, Answer<FetchedSchema> answer) {
  if (schema.text.empty() || ref.id != kId)
    return answer(Error(ErrorCode::not_found, "only --schema is known here"));
  answer(schema);
}

void OneSchema::subjects_of(const schema::SchemaRef&, Answer<std::vector<std::string>> answer) {
  answer(subjects);
}

void OneSchema::belongs(const schema::SchemaRef&, const std::string&, Answer<registry::Ownership> answer) {
  answer(registry::Ownership{true, {}});
}

void OneSchema::fetch_version(const std::string&, std::int32_t, Answer<FetchedSchema> answer) {
  fetch(schema::SchemaRef{std::nullopt, kId}, std::move(answer));
}

void OneSchema::known(Answer<std::vector<KnownVersion>> answer) {
  std::vector<KnownVersion> all;
  all.reserve(subjects.size());
  for (const std::string& subject : subjects) all.push_back({subject, {std::nullopt, kId}});
  answer(std::move(all));
}

Result<> AskedRegistry::learn(const std::vector<std::string>& subjects) {
  for (const std::string& subject : subjects) {
    auto latest =
        registry::ask<FetchedSchema>([&](auto answer) { upstream_->fetch_version(subject, 0, answer); });
    if (latest) {
      known_.push_back({subject, {std::nullopt, latest->id}});
    } else if (latest.error().code() != ErrorCode::not_found) {
      return latest.error().within(subject);
    }
  }
  return {};
}

void AskedRegistry::fetch(const schema::SchemaRef& ref, Answer<FetchedSchema> answer) {
  upstream_->fetch(ref, std::move(answer));
}

void AskedRegistry::subjects_of(const schema::SchemaRef& ref, Answer<std::vector<std::string>> answer) {
  upstream_->subjects_of(ref, std::move(answer));
}

void AskedRegistry::fetch_version(const std::string& subject, std::int32_t version,
                                  Answer<FetchedSchema> answer) {
  upstream_->fetch_version(subject, version, std::move(answer));
}

void AskedRegistry::known(Answer<std::vector<KnownVersion>> answer) {
  answer(known_);
}

}  // namespace assay::proxy
