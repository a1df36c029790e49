#include "registry/remote/resolution.h"

#include <fmt/format.h>

#include <algorithm>

#include "io/http/url.h"

namespace assay::registry {
namespace {

constexpr std::size_t kReferencesMax = 1'000;
constexpr std::size_t kDepthMax = 64;

}  // namespace

std::string version_path(const std::string& subject, std::int32_t version) {
  return fmt::format("/subjects/{}/versions/{}", io::percent_encode(subject),
                     version == 0 ? std::string("latest") : std::to_string(version));
}

Resolution::Resolution(RegistryClient& client, const Limits& limits, SchemaAnswer top, Answer answer)
    : client_(client), limits_(limits), schema_(std::move(top.schema)), path_(1), answer_(std::move(answer)) {
  bytes_ = schema_.text.size();
  path_[0].needs = std::move(top.needs);
}

bool Resolution::on_path(const SchemaReference& reference) const {
  return std::any_of(path_.begin(), path_.end(), [&](const Step& step) {
    return step.reference.subject == reference.subject && step.reference.version == reference.version;
  });
}

void Resolution::go_on() {
  while (!path_.empty()) {
    Step& step = path_.back();
    if (step.next == step.needs.size()) {
      if (path_.size() > 1) schema_.references.push_back({step.reference.name, std::move(step.text)});
      path_.pop_back();
      continue;
    }
    const SchemaReference wanted = step.needs[step.next++];
    if (on_path(wanted)) {
      return answer_(
          Error(ErrorCode::invalid, fmt::format("schemas refer to one another in a circle, at subject {}, "
                                                "version {}",
                                                wanted.subject, wanted.version)));
    }
    if (!named_.insert(wanted.name).second) continue;
    if (named_.size() > kReferencesMax || path_.size() > kDepthMax) {
      return answer_(Error(ErrorCode::too_large, "the schema refers to too many others"));
    }
    return fetch(wanted);
  }
  answer_(std::move(schema_));
}

void Resolution::fetch(const SchemaReference& reference) {
  client_.get(version_path(reference.subject, reference.version) + "?deleted=true",
              [self = shared_from_this(), reference](const Result<std::string>& body) {
                self->on_fetched(reference, body);
              });
}

void Resolution::on_fetched(const SchemaReference& reference, const Result<std::string>& body) {
  if (!body) {
    // The schema itself is known: that a reference is missing must not look as if it were not.
    const bool missing = body.error().code() == ErrorCode::not_found;
    return answer_(missing ? Error(ErrorCode::invalid, body.error().message()).within("a schema referred to")
                           : body.error());
  }
  auto parsed = parse_schema_answer(*body);
  if (!parsed) return answer_(parsed.error());
  bytes_ += parsed->schema.text.size();
  if (bytes_ > limits_.schema_bytes_max) {
    return answer_(Error(
        ErrorCode::too_large,
        fmt::format("the schema with its references is larger than {} bytes", limits_.schema_bytes_max)));
  }
  path_.push_back({reference, std::move(parsed->schema.text), std::move(parsed->needs), 0});
  go_on();
}

}  // namespace assay::registry
