// Where schemas come from: the embedded registry or a remote one, behind one face. Answers come by callback,
// on a thread of the source's; a source that was destroyed calls nobody.
#pragma once

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "registry/schema/framing.h"
#include "registry/schema/schema.h"

namespace assay::registry {

struct FetchedSchema {
  std::int32_t id = 0;
  std::optional<schema::Guid> guid;
  schema::Format format = schema::Format::avro;
  std::string text;
  std::vector<schema::Reference> references;  // all of them, fetched, deepest first
  std::string metadata_json;                  // as registered; empty when none (data contracts)
  std::string rule_set_json;
};

// Whether a schema is a version of a subject.
struct Ownership {
  bool belongs = false;
  std::vector<std::string> owners;  // when it does not: the subjects that have it
};

// A schema as a version of a subject.
struct KnownVersion {
  std::string subject;
  schema::SchemaRef ref;
};

// Errors tell what to do: `not_found` (the registry does not know it: a violation after grace), `denied`
// (401, 403), `unavailable` (away, 429, 5xx, breaker open) and everything else: undecided.
class SchemaSource {
 public:
  virtual ~SchemaSource() = default;

  template <class T>
  using Answer = std::function<void(Result<T>)>;

  virtual void fetch(const schema::SchemaRef& ref, Answer<FetchedSchema> answer) = 0;
  // The subjects that have this schema as a version (deleted ones too: a version is never un-registered for
  // its data).
  virtual void subjects_of(const schema::SchemaRef& ref, Answer<std::vector<std::string>> answer) = 0;
  // Whether it is a version of `subject`: true is true for ever, false only for now. A source that remembers
  // answers true also while the registry is away (where subjects_of, which would have to be complete, is
  // `unavailable`).
  virtual void belongs(const schema::SchemaRef& ref, const std::string& subject, Answer<Ownership> answer) {
    subjects_of(ref, [subject, answer = std::move(answer)](Result<std::vector<std::string>> owners) {
      if (!owners) return answer(owners.error());
      const bool found = std::find(owners->begin(), owners->end(), subject) != owners->end();
      answer(Ownership{found, found ? std::vector<std::string>{} : std::move(*owners)});
    });
  }
  // The schema that a pinned policy names. `version` 0: latest.
  virtual void fetch_version(const std::string& subject, std::int32_t version,
                             Answer<FetchedSchema> answer) = 0;
  // What can be said of subjects without asking another machine: what rules are held to when they are loaded.
  virtual void known(Answer<std::vector<KnownVersion>> answer) { answer(std::vector<KnownVersion>{}); }
};

// Waits for the answer to a question: a call of a source that is handed the callback. Not on a thread that
// answers; the source outlives the call.
template <class T, class Ask>
Result<T> ask(Ask question) {
  auto answer = std::make_shared<std::promise<Result<T>>>();
  auto future = answer->get_future();
  question([answer](Result<T> result) { answer->set_value(std::move(result)); });
  return future.get();
}

}  // namespace assay::registry
