// Finds out what judging wants to know: policies of topics, schemas and their subjects, plans. One worker
// does it for the whole process; what it learns goes out as snapshots. Nothing here runs on a connection's
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "base/worker.h"
#include "proxy/catalog/rule_fields.h"
#include "proxy/produce/policy.h"
#include "proxy/produce/snapshot.h"
#include "registry/schema_source.h"

namespace assay::proxy {

struct CatalogOptions {
  PolicySet policies;
  std::chrono::milliseconds unknown_schema_grace{5'000};  // an unknown id is undecided for so long
  std::chrono::milliseconds miss_ttl{30'000};  // then unknown, and "no version of that subject", for so long
  std::chrono::milliseconds retry_after{1'000};  // a registry that is away is asked again
  Limits limits;
};

class CatalogService {
 public:
  // Asks upstream for the names of topic ids; calls back on any thread, with those it found.
  using TopicNames = std::vector<std::pair<kafka::TopicId, std::string>>;
  using TopicNamer = std::function<void(std::vector<kafka::TopicId>, std::function<void(TopicNames)>)>;

  // `source`, `metrics` and `clock` outlive the service.
  CatalogService(CatalogOptions options, registry::SchemaSource& source, Metrics& metrics,
                 const Clock& clock);
  ~CatalogService();

  // Before the first resolve.
  void set_topic_namer(TopicNamer namer) { namer_ = std::move(namer); }
  // `hear` is called on the worker's thread with every newer snapshot, and once with the current one. It must
  // not block.
  void subscribe(std::function<void(std::shared_ptr<const Snapshot>)> hear);
  std::shared_ptr<const Snapshot> current() const;

  // `done` is called on the worker's thread when the current snapshot has an entry for everything wanted.
  // Thread-safe.
  void resolve(Wanted wanted, std::function<void()> done);
  void learn(const kafka::TopicId& id, std::string name);

  // Makes a rule set the active one, unless some rule of it can be told to read nothing, by the schemas in
  // use and those that the source knows: then that comes back and the old set stays. Waits for disk and
  // worker; not to be called on the worker.
  std::vector<UnboundRule> activate(std::shared_ptr<const rules::RuleSet> rules);

 private:
  using Item = std::variant<SchemaName, MembershipKey, PlanKey, kafka::TopicId>;
  struct Order {
    std::size_t missing = 1;  // items, and one for the order itself while it is being written
    std::function<void()> done;
  };
  using OrderPtr = std::shared_ptr<Order>;

  // All of these run on the worker.
  void take_order(const Wanted& wanted, const OrderPtr& order);
  void want(const Item& item, const OrderPtr& order);
  void settled(const Item& item);
  void finished(const OrderPtr& order);
  void begin(const SchemaName& name);
  void begin(const MembershipKey& key);
  void begin(const PlanKey& key);
  void begin(const kafka::TopicId& id);
  void know(const SchemaName& name, Result<registry::FetchedSchema> fetched);
  void know(const MembershipKey& key, Result<registry::Ownership> ownership);
  void add_topic(const std::string& name);
  void add_known(RuleFields& fields);
  void add_in_use(RuleFields& fields) const;
  void forget_expired();
  void publish();

  template <class T>
  std::function<void(Result<T>)> back_on_worker(std::function<void(Result<T>)> then);

  const CatalogOptions options_;
  registry::SchemaSource& source_;
  const Clock& clock_;
  TopicNamer namer_;
  prometheus::Counter& unbound_total_;
  prometheus::Gauge& schemas_known_;

  // The worker's own: the next snapshot's tables, and what is being asked.
  Snapshot draft_;
  TopicTable topics_;
  TopicNameTable topic_names_;
  SchemaTable schemas_;
  MembershipTable memberships_;
  PlanTable plans_;
  struct Dirty {
    bool topics = false, topic_names = false, schemas = false, memberships = false, plans = false,
         rules = false;
    bool any() const { return topics || topic_names || schemas || memberships || plans || rules; }
  } dirty_;
  std::map<Item, std::vector<OrderPtr>> in_flight_;
  std::map<SchemaName, EpochMs> first_unknown_ms_;
  std::vector<std::function<void()>> done_;
  std::uint32_t next_topic_number_ = 1;
  std::vector<std::function<void(std::shared_ptr<const Snapshot>)>> subscribers_;

  mutable std::mutex mutex_;  // guards current_
  std::shared_ptr<const Snapshot> current_;
  // Answers that arrive after the end are dropped: they look here first.
  std::shared_ptr<std::pair<std::mutex, CatalogService*>> alive_;
  Worker worker_;  // last: it ends first
};

}  // namespace assay::proxy
