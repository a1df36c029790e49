// Fetches what a schema refers to, and what that refers to in turn. On the registry client's thread.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "registry/remote/answers.h"
#include "registry/remote/registry_client.h"

namespace assay::registry {

// "/subjects/a%2Fb/versions/3"; `version` 0: latest.
std::string version_path(const std::string& subject, std::int32_t version);

class Resolution : public std::enable_shared_from_this<Resolution> {
 public:
  using Answer = SchemaSource::Answer<FetchedSchema>;
  Resolution(RegistryClient& client, const Limits& limits, SchemaAnswer top, Answer answer);

  // Calls the answer once, perhaps within. `invalid`: missing, in a circle, too many; otherwise the client's
  // errors.
  void go_on();

 private:
  struct Step {
    SchemaReference reference;
    std::string text;
    std::vector<SchemaReference> needs;
    std::size_t next = 0;
  };
  void fetch(const SchemaReference& reference);
  void on_fetched(const SchemaReference& reference, const Result<std::string>& body);
  bool on_path(const SchemaReference& reference) const;

  RegistryClient& client_;
  const Limits& limits_;
  FetchedSchema schema_;
  std::vector<Step> path_;
  std::set<std::string> named_;  // the first of a name wins, as in Confluent's clients
  std::size_t bytes_ = 0;
  Answer answer_;
};

}  // namespace assay::registry
