// A world for inspect: policies, rules and a registry, all in memory, from which what is Wanted is fetched at
// once. One World judges as one thread of the proxy does: its scratch is used again from request to request.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/produce/inspect.h"
#include "proxy/produce/policy.h"
#include "tests/reference/produce/records.h"

namespace assay::kit {

class World {
 public:
  World();

  proxy::PolicySet policies;
  Limits limits;
  EpochMs now_ms = 1'764'000'000'000;
  bool last_try = false;
  proxy::ClientTraits traits{.software = "apache-kafka-java"};

  // Policies changed by hand after the first request need `forget`.
  World& topic(std::string glob, judge::TopicPolicy policy);
  // A whole rule file, or the texts of rules for every topic. Throws what the loader says.
  World& rule_file(const std::string& json);
  World& rules(const std::vector<std::string>& rules);
  World& avro(std::int32_t id, std::string_view schema, std::set<std::string> subjects);
  World& json(std::int32_t id, std::string_view schema, std::set<std::string> subjects);
  // What the registry says of a schema instead, in whatever state.
  World& schema(const proxy::SchemaName& name, proxy::KnownSchema known);
  World& name_topic(const kafka::TopicId& id, std::string name);
  // Resolves topics anew and compiles plans anew.
  void forget();

  // Asks until nothing is wanted. Throws when a round learns nothing.
  proxy::Decision decide(const kafka::ProduceRequest& request);
  proxy::Decision decide(const Request& request) { return decide(request.decoded()); }
  // Asks once.
  proxy::Inspection ask(const kafka::ProduceRequest& request);
  void resolve(const proxy::Wanted& wanted);

  const proxy::Snapshot& snapshot() const { return snapshot_; }
  proxy::InspectScratch& scratch() { return scratch_; }
  UlidGenerator& ids() { return ids_; }

 private:
  World& schema_text(schema::Format format, std::int32_t id, std::string_view text,
                     std::set<std::string> subjects);
  void compile_plan(const proxy::PlanKey& key, proxy::PlanTable& plans);

  proxy::Snapshot snapshot_;
  proxy::SchemaTable registry_;
  std::map<schema::SchemaRef, std::set<std::string>> subjects_;
  std::map<kafka::TopicId, std::string> names_;
  std::uint32_t next_topic_number_ = 1;
  UlidGenerator ids_{7};
  proxy::InspectScratch scratch_;
  std::shared_ptr<const rejects::Client> client_;
};

judge::TopicPolicy policy();  // value schema optional, everything else as by default
judge::TopicPolicy requiring_schema();
proxy::SchemaName by_id(std::int32_t id);

// What the producer of an acknowledged request sees and the broker gets.
struct Outcome {
  // Topic and partition positions -> error, of partitions that the proxy answers.
  std::map<std::pair<std::size_t, std::size_t>, std::int16_t> errors;
  // What is forwarded, in order: nothing when nothing is.
  std::optional<kafka::reference::ProduceRequest> forwarded;
  bool byte_for_byte = false;
};
Outcome outcome_of(const Request& request, proxy::Decision decision);

// Every text that leaves Assay by this decision: answers and rows.
std::vector<std::string> texts_of(const proxy::Decision& decision);

}  // namespace assay::kit
