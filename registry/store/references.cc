// What a schema refers to, and what that refers to in turn, as a list without holes: deepest first.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "registry/store/registry.h"

namespace assay::registry {
namespace {

constexpr std::size_t kReferencesMax = 1'000;  // those of references too
constexpr std::size_t kDepthMax = 64;

struct Step {
  SchemaReference reference;
  std::string text;
  std::vector<SchemaReference> needs;
  std::size_t next = 0;
};

}  // namespace

Outcome<std::vector<schema::Reference>> Registry::resolve(const std::vector<SchemaReference>& references) {
  std::vector<schema::Reference> out;
  std::set<std::string> named;  // the first of a name wins, as in Confluent's clients
  std::size_t bytes = 0;
  std::vector<Step> path(1);
  path[0].needs = references;
  while (!path.empty()) {
    Step& step = path.back();
    if (step.next == step.needs.size()) {
      if (path.size() > 1) out.push_back({step.reference.name, std::move(step.text)});
      path.pop_back();
      continue;
    }
    const SchemaReference wanted = step.needs[step.next++];
    if (!named.insert(wanted.name).second) continue;
    if (named.size() > kReferencesMax || path.size() > kDepthMax) {
      return Refused{Refusal::schema_too_large, "the schema refers to too many others"};
    }
    const auto found = version(wanted.subject, wanted.version, true);
    if (!found) {
      if (found.error().reason == Refusal::store) return found.error();
      return Refused{Refusal::reference_missing,
                     fmt::format("No schema reference found for subject \"{}\" and version {}",
                                 wanted.subject, wanted.version)};
    }
    bytes += found->schema.content.text.size();
    if (bytes > limits_.schema_bytes_max) {
      return Refused{
          Refusal::schema_too_large,
          fmt::format("the schemas referred to are larger than {} bytes", limits_.schema_bytes_max)};
    }
    path.push_back({wanted, found->schema.content.text, found->schema.content.references, 0});
  }
  return out;
}

Outcome<FetchedSchema> Registry::complete(const StoredSchema& schema) {
  auto references = resolve(schema.content.references);
  if (!references) return references.error();
  return FetchedSchema{schema.id,
                       schema.guid,
                       schema.content.format,
                       schema.content.text,
                       std::move(*references),
                       schema.content.metadata_json,
                       schema.content.rule_set_json};
}

Outcome<Mode> Registry::mode_of(const std::string& subject) {
  for (const std::string& scope : {subject, std::string{}}) {
    const auto value = store_.setting(scope, "mode");
    if (!value) return Refused{Refusal::store, value.error().message()};
    if (*value) return parse_mode(**value).value_or(Mode::read_write);
  }
  return Mode::read_write;
}

}  // namespace assay::registry
