#include "proxy/catalog/catalog_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "base/log.h"

namespace assay::proxy {
namespace {

// Beyond so many topics or schemas the tables are swept: a client may name as many as it likes.
constexpr std::size_t kTopicsMax = 50'000;
constexpr std::size_t kSchemasMax = 20'000;

bool fresh(EpochMs expires_ms, EpochMs now_ms) {
  return expires_ms == 0 || expires_ms > now_ms;
}

}  // namespace

CatalogService::CatalogService(CatalogOptions options, registry::SchemaSource& source, Metrics& metrics,
                               const Clock& clock)
    : options_(std::move(options)),
      source_(source),
      clock_(clock),
      unbound_total_(metrics.counter("assay_rule_unbound_total",
                                     "Rules whose field a schema does not have, by compiled plan")),
      schemas_known_(metrics.gauge("assay_schemas_known", "Schemas in memory, usable or not")),
      current_(std::make_shared<Snapshot>()),
      alive_(std::make_shared<std::pair<std::mutex, CatalogService*>>()) {
  alive_->second = this;
  worker_.when_idle([this] { publish(); });
}

CatalogService::~CatalogService() {
  const std::lock_guard lock(alive_->first);
  alive_->second = nullptr;
}

template <class T>
std::function<void(Result<T>)> CatalogService::back_on_worker(std::function<void(Result<T>)> then) {
  return [alive = alive_, then = std::move(then)](Result<T> result) {
    const std::lock_guard lock(alive->first);
    if (alive->second == nullptr) return;
    alive->second->worker_.post([then, result = std::move(result)] { then(result); });
  };
}

void CatalogService::subscribe(std::function<void(std::shared_ptr<const Snapshot>)> hear) {
  worker_.post([this, hear = std::move(hear)] {
    hear(current());
    subscribers_.push_back(hear);
  });
}

std::shared_ptr<const Snapshot> CatalogService::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void CatalogService::resolve(Wanted wanted, std::function<void()> done) {
  worker_.post([this, wanted = std::move(wanted), done = std::move(done)] {
    auto order = std::make_shared<Order>();
    order->done = done;
    take_order(wanted, order);
    finished(order);
  });
}

void CatalogService::learn(const kafka::TopicId& id, std::string name) {
  worker_.post([this, id, name = std::move(name)] {
    dirty_.topic_names = topic_names_.insert_or_assign(id, name).second || dirty_.topic_names;
    settled(id);
  });
}

void CatalogService::take_order(const Wanted& wanted, const OrderPtr& order) {
  const EpochMs now_ms = clock_.now_ms();
  for (const std::string& topic : wanted.topics) add_topic(topic);
  for (const auto& id : wanted.topic_ids) {
    if (!topic_names_.contains(id)) want(id, order);
  }
  for (const SchemaName& name : wanted.schemas) {
    const auto at = schemas_.find(name);
    if (at == schemas_.end() || !fresh(at->second.expires_ms, now_ms)) want(name, order);
  }
  for (const MembershipKey& key : wanted.memberships) {
    const auto at = memberships_.find(key);
    if (at == memberships_.end() || !fresh(at->second.expires_ms, now_ms)) want(key, order);
  }
  for (const PlanKey& key : wanted.plans) {
    if (!plans_.contains(key)) want(key, order);
  }
}

void CatalogService::want(const Item& item, const OrderPtr& order) {
  ++order->missing;
  auto& waiting = in_flight_[item];
  waiting.push_back(order);
  if (waiting.size() > 1) return;
  std::visit([this](const auto& one) { begin(one); }, item);
}

void CatalogService::settled(const Item& item) {
  const auto at = in_flight_.find(item);
  if (at == in_flight_.end()) return;
  const auto orders = std::move(at->second);
  in_flight_.erase(at);
  for (const OrderPtr& order : orders) finished(order);
}

void CatalogService::finished(const OrderPtr& order) {
  if (--order->missing == 0) done_.push_back(std::move(order->done));
}

void CatalogService::begin(const SchemaName& name) {
  auto answer =
      back_on_worker<registry::FetchedSchema>([this, name](Result<registry::FetchedSchema> fetched) {
        know(name, std::move(fetched));
        settled(name);
      });
  if (name.subject.empty()) {
    source_.fetch(name.ref, std::move(answer));
  } else {
    source_.fetch_version(name.subject, name.version, std::move(answer));
  }
}

void CatalogService::begin(const MembershipKey& key) {
  source_.belongs(key.first, key.second,
                  back_on_worker<registry::Ownership>([this, key](Result<registry::Ownership> ownership) {
                    know(key, std::move(ownership));
                    settled(key);
                  }));
}

void CatalogService::begin(const PlanKey& key) {
  const auto topic = std::find_if(topics_.begin(), topics_.end(),
                                  [&](const auto& entry) { return entry.second->number == key.topic; });
  // Policies or rules changed since it was asked for: the session asks again with the new topic entry.
  if (topic == topics_.end()) return settled(key);
  Snapshot tables;
  tables.rules = draft_.rules;
  tables.schemas = std::make_shared<SchemaTable>(schemas_);
  auto input = plan_input(key, *topic->second, tables, options_.policies);
  Result<std::shared_ptr<const judge::Plan>> plan =
      input ? judge::Plan::compile(std::move(*input), options_.limits) : input.error();
  PlanEntry entry;
  if (plan) {
    entry.plan = *plan;
    for (const rules::Binding& binding : entry.plan->unbound()) {
      unbound_total_.Increment();
      spdlog::warn("rule {} reads nothing of topic {}: {}", binding.rule->name, topic->first, binding.why);
    }
  } else {
    entry.why = "its plan does not compile: " + plan.error().message();
    spdlog::error("topic {}: {}; its records are undecided", topic->first, entry.why);
  }
  plans_.insert_or_assign(key, std::move(entry));
  dirty_.plans = true;
  settled(key);
}

void CatalogService::begin(const kafka::TopicId& id) {
  if (!namer_) return settled(id);
  namer_({id}, [alive = alive_, id](TopicNames names) {
    const std::lock_guard lock(alive->first);
    if (alive->second == nullptr) return;
    CatalogService* self = alive->second;
    self->worker_.post([self, id, names = std::move(names)] {
      for (const auto& [known, name] : names) self->topic_names_.insert_or_assign(known, name);
      self->dirty_.topic_names = true;
      self->settled(id);
    });
  });
}

void CatalogService::know(const SchemaName& name, Result<registry::FetchedSchema> fetched) {
  const EpochMs now_ms = clock_.now_ms();
  KnownSchema known;
  if (fetched) {
    auto parsed = schema::parse_schema(fetched->format, fetched->text, fetched->references, options_.limits);
    known.id = fetched->id;
    if (parsed) {
      known.schema = *parsed;
      known.sensitive = has_sensitive_fields(known.schema->facts(), options_.policies);
      // The latest version of a pinned subject moves on; everything else is for ever.
      const bool latest = !name.subject.empty() && name.version == 0;
      known.expires_ms = latest ? now_ms + options_.miss_ttl.count() : 0;
    } else {
      known.state = KnownSchema::State::unusable;
      known.why = fmt::format("schema {} cannot be used: {}", known.id, parsed.error().message());
      spdlog::error("{}; records that name it are undecided", known.why);
    }
    first_unknown_ms_.erase(name);
  } else if (fetched.error().code() == ErrorCode::not_found) {
    const EpochMs first_ms = first_unknown_ms_.emplace(name, now_ms).first->second;
    const bool in_grace = now_ms - first_ms < options_.unknown_schema_grace.count();
    known.state = in_grace ? KnownSchema::State::unavailable : KnownSchema::State::unknown;
    known.why = fmt::format("the registry does not know {} (yet)",
                            name.subject.empty() ? to_string(name.ref) : "subject " + name.subject);
    known.expires_ms =
        in_grace ? first_ms + options_.unknown_schema_grace.count() : now_ms + options_.miss_ttl.count();
  } else {
    known.state = KnownSchema::State::unavailable;
    known.why = "the registry cannot be asked: " + fetched.error().message();
    known.expires_ms = now_ms + options_.retry_after.count();
  }
  schemas_.insert_or_assign(name, std::move(known));
  dirty_.schemas = true;
}

void CatalogService::know(const MembershipKey& key, Result<registry::Ownership> ownership) {
  const EpochMs now_ms = clock_.now_ms();
  if (ownership) {
    const EpochMs expires_ms = ownership->belongs ? 0 : now_ms + options_.miss_ttl.count();
    memberships_.insert_or_assign(key,
                                  Membership{ownership->belongs, std::move(ownership->owners), expires_ms});
  } else if (!memberships_.contains(key)) {
    // Neither yes nor no: the session's last try finds nothing, and calls it undecided.
    spdlog::warn("subject {} cannot be checked: {}", key.second, ownership.error().message());
  }
  dirty_.memberships = true;
}

void CatalogService::add_topic(const std::string& name) {
  if (topics_.contains(name)) return;
  if (topics_.size() >= kTopicsMax) {
    topics_.clear();
    plans_.clear();
    dirty_.plans = true;
  }
  static const rules::RuleSet kNoRules;
  topics_[name] =
      resolve_topic(name, next_topic_number_++, options_.policies, draft_.rules ? *draft_.rules : kNoRules);
  dirty_.topics = true;
}

std::vector<UnboundRule> CatalogService::activate(std::shared_ptr<const rules::RuleSet> rules) {
  RuleFields fields(*rules, options_.policies);
  add_known(fields);
  std::promise<std::vector<UnboundRule>> answer;
  worker_.post([&] {
    add_in_use(fields);
    auto unbound = fields.unbound();
    if (unbound.empty()) {
      draft_.rules = rules;
      topics_.clear();
      plans_.clear();
      dirty_.topics = dirty_.plans = dirty_.rules = true;
      publish();
    }
    answer.set_value(std::move(unbound));
  });
  return answer.get_future().get();
}

// Schemas that cannot be read or used say nothing of fields: records that name them are undecided anyway.
void CatalogService::add_known(RuleFields& fields) {
  auto versions =
      registry::ask<std::vector<registry::KnownVersion>>([&](auto answer) { source_.known(answer); });
  if (!versions) return spdlog::warn("rules: known schemas cannot be read: {}", versions.error().message());
  std::map<schema::SchemaRef, std::shared_ptr<const schema::Schema>> parsed;
  for (const registry::KnownVersion& version : *versions) {
    if (!fields.wants(version.subject)) continue;
    const auto [at, fresh] = parsed.try_emplace(version.ref);
    if (fresh && parsed.size() <= kSchemasMax) {
      auto fetched =
          registry::ask<registry::FetchedSchema>([&](auto answer) { source_.fetch(version.ref, answer); });
      if (!fetched) continue;
      auto schema =
          schema::parse_schema(fetched->format, fetched->text, fetched->references, options_.limits);
      if (schema) at->second = std::move(*schema);
    }
    if (at->second) fields.add_version(version.subject, *at->second);
  }
}

void CatalogService::add_in_use(RuleFields& fields) const {
  std::map<std::uint32_t, std::string> names;
  for (const auto& [name, topic] : topics_) names.emplace(topic->number, name);
  const auto add = [&](std::uint32_t topic, Part part, judge::Reading reading, const SchemaName& name) {
    const auto at = names.find(topic);
    const auto known = schemas_.find(name);
    if (reading != judge::Reading::schema || at == names.end() || known == schemas_.end()) return;
    if (known->second.schema) fields.add(at->second, part, *known->second.schema);
  };
  for (const auto& [key, entry] : plans_) {
    add(key.topic, Part::key, key.key_reading, key.key_schema);
    add(key.topic, Part::value, key.value_reading, key.value_schema);
  }
}

void CatalogService::forget_expired() {
  if (schemas_.size() < kSchemasMax && memberships_.size() < kSchemasMax) return;
  const EpochMs now_ms = clock_.now_ms();
  std::erase_if(schemas_, [&](const auto& entry) { return !fresh(entry.second.expires_ms, now_ms); });
  std::erase_if(memberships_, [&](const auto& entry) { return !fresh(entry.second.expires_ms, now_ms); });
  std::erase_if(first_unknown_ms_, [&](const auto& entry) { return !schemas_.contains(entry.first); });
}

void CatalogService::publish() {
  if (dirty_.any()) {
    forget_expired();
    ++draft_.version;
    if (dirty_.topics) draft_.topics = std::make_shared<TopicTable>(topics_);
    if (dirty_.topic_names) draft_.topic_names = std::make_shared<TopicNameTable>(topic_names_);
    if (dirty_.schemas) draft_.schemas = std::make_shared<SchemaTable>(schemas_);
    if (dirty_.memberships) draft_.memberships = std::make_shared<MembershipTable>(memberships_);
    if (dirty_.plans) draft_.plans = std::make_shared<PlanTable>(plans_);
    dirty_ = {};
    schemas_known_.Set(static_cast<double>(schemas_.size()));
    auto next = std::make_shared<const Snapshot>(draft_);
    {
      const std::lock_guard lock(mutex_);
      current_ = next;
    }
    for (const auto& hear : subscribers_) hear(next);
  }
  for (const auto& done : std::exchange(done_, {})) done();
}

}  // namespace assay::proxy
