#include "proxy/app.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>

#include "base/log.h"
#include "base/metrics.h"
#include "io/crypto/keyed_hash.h"
#include "io/crypto/seal.h"
#include "io/http/server.h"
#include "io/net/descriptors.h"
#include "io/net/tcp.h"
#include "proxy/admin/admin_api.h"
#include "proxy/admin/problem.h"
#include "proxy/catalog/catalog_service.h"
#include "proxy/catalog/loop_catalog.h"
#include "proxy/net/gateway.h"
#include "proxy/produce/denominators.h"
#include "proxy/produce/producer_table.h"
#include "proxy/rules_watcher.h"
#include "registry/api/registry_api.h"
#include "registry/remote/caching_source.h"
#include "registry/remote/remote_source.h"
#include "registry/store/embedded_source.h"
#include "registry/store/registry.h"
#include "registry/store/sqlite_store.h"
#include "rejects/store.h"

namespace assay::proxy {
namespace {

constexpr std::chrono::milliseconds kRulesPeriod{1'000};
constexpr std::chrono::milliseconds kDenominatorsPeriod{1'000};

// Descriptors for files, listeners and HTTP; and with fewer connections than this somebody will be surprised.
constexpr std::size_t kOwnDescriptors = 256;
constexpr std::size_t kConnectionsWanted = 5'000;

void raise_descriptor_limit() {
  const std::size_t descriptors = io::raise_descriptor_limit();
  const std::size_t connections = (descriptors - std::min(descriptors, kOwnDescriptors)) / 2;
  spdlog::log(
      connections < kConnectionsWanted ? spdlog::level::warn : spdlog::level::info,
      "room for {} client connections: each takes two descriptors, and the system allows {} (ulimit -n)",
      connections, descriptors);
}

// Gathers denominators from every loop, and hands them to the store now and then. One lock per request.
class JudgedCounts {
 public:
  explicit JudgedCounts(rejects::RejectSink& sink) : sink_(sink) {}
  void add(const std::vector<Judged>& judged, const std::shared_ptr<const rejects::Client>& client) {
    if (judged.empty()) return;
    const std::lock_guard lock(mutex_);
    counts_.add(client ? client->client_id : std::string(), judged);
  }
  void flush() {
    std::vector<rejects::Evaluated> evaluated;
    {
      const std::lock_guard lock(mutex_);
      evaluated = counts_.take();
    }
    if (!evaluated.empty()) sink_.count(std::move(evaluated));
  }

 private:
  rejects::RejectSink& sink_;
  std::mutex mutex_;
  Denominators counts_;
};

// Calls a function every now and then, on a thread of its own.
class Ticker {
 public:
  Ticker(std::chrono::milliseconds period, std::function<void()> tick)
      : thread_([this, period, tick = std::move(tick)] {
          std::unique_lock lock(mutex_);
          while (!wake_.wait_for(lock, period, [this] { return stop_; })) tick();
        }) {}
  ~Ticker() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;  // last: it uses the others
};

std::string all_of(const std::vector<rules::Problem>& problems) {
  std::string text;
  for (const rules::Problem& problem : problems) text += (text.empty() ? "" : "\n") + to_string(problem);
  return text;
}

}  // namespace

// In the order in which they need one another; they end in the opposite order.
struct App::Parts {
  explicit Parts(Config with) : config(std::move(with)) {}

  Config config;
  Metrics metrics;
  const Clock& clock = system_clock();
  std::unique_ptr<ProducerTable> producers;  // outlives the reject store: its tickets tell it
  // Loops outlive whoever may still post to them: the reject store's tickets, the catalog's snapshots.
  std::unique_ptr<io::Runtime> runtime;
  std::vector<std::unique_ptr<LoopCatalog>> loop_catalogs;
  std::unique_ptr<rejects::RejectStore> rejects;
  std::unique_ptr<registry::Store> schema_store;
  std::unique_ptr<registry::Registry> registry;
  std::unique_ptr<registry::RegistryApi> registry_api;
  std::unique_ptr<io::HttpServer> registry_server;
  std::unique_ptr<registry::SchemaSource> schemas;
  std::unique_ptr<CatalogService> catalog;
  RulesStatus rules_status;
  std::unique_ptr<RulesWatcher> rules;
  std::unique_ptr<JudgedCounts> judged;
  std::unique_ptr<Ticker> ticker;
  io::TcpConnector connector;
  std::unique_ptr<Gateway> gateway;
  std::unique_ptr<AdminApi> admin;
  std::unique_ptr<io::HttpServer> admin_server;
  bool stopped = false;

  Result<> open_rejects();
  Result<> open_registry();
  Result<> load_rules();
  Result<> open_gateway();
  Result<> open_admin();
  std::string not_ready() const;
};

Result<> App::Parts::open_rejects() {
  std::error_code error;
  std::filesystem::create_directories(config.data_dir, error);
  if (error) {
    return Error(ErrorCode::io, fmt::format("the data folder {} cannot be made: {}; set --data-dir",
                                            config.data_dir.string(), error.message()));
  }
  rejects::StoreOptions options;
  options.retention_age_ms = config.rejects.retention_age.count();
  options.retention_bytes = config.rejects.retention_bytes;
  if (!config.rejects.seal_key.empty()) {
    auto key = io::SealKey::from_base64(config.rejects.seal_key);
    if (!key) return key.error().within("rejects.sealKey");
    options.seal_key = std::move(*key);
  }
  auto store = rejects::RejectStore::open(config.data_dir, options, config.limits, metrics, clock);
  if (!store) return store.error();
  rejects = std::move(*store);
  return {};
}

Result<> App::Parts::open_registry() {
  if (!config.registry.urls.empty()) {
    registry::RemoteOptions options;
    options.urls = config.registry.urls;
    options.user = config.registry.user;
    options.password = config.registry.password;
    options.bearer_token = config.registry.bearer_token;
    options.ca_file = config.registry.ca_file;
    options.limits = config.limits;
    auto remote = registry::make_remote_source(options, &metrics);
    if (!remote) return remote.error();
    const std::string scope = fmt::format("{}", fmt::join(config.registry.urls, ","));
    auto caching = registry::make_caching_source(
        std::move(*remote), (config.data_dir / "schemas-seen.sqlite").string(), scope, &metrics);
    if (!caching) return caching.error();
    schemas = std::move(*caching);
    return {};
  }
  auto store = registry::open_sqlite_store((config.data_dir / "schemas.sqlite").string());
  if (!store) return store.error();
  schema_store = std::move(*store);
  registry = std::make_unique<registry::Registry>(*schema_store, config.limits, &schema::parse_schema, clock);
  schemas = registry::make_embedded_source(*registry);
  if (!config.registry.listen) return {};
  registry_api = std::make_unique<registry::RegistryApi>(*registry);
  io::HttpServerOptions options;
  options.host = config.registry.listen->host;
  options.port = config.registry.listen->port;
  options.limits = config.limits;
  options.refusal = &registry::RegistryApi::refuse;
  auto server =
      io::HttpServer::listen(options, [this](const io::HttpRequest& request, const io::HttpReply& reply) {
        reply(registry_api->handle(request));
      });
  if (!server) return server.error().within("registry");
  registry_server = std::move(*server);
  return {};
}

Result<> App::Parts::load_rules() {
  CatalogOptions options;
  options.policies = config.policies;
  options.unknown_schema_grace = config.registry.unknown_schema_grace;
  options.miss_ttl = config.registry.false_membership_ttl;
  options.limits = config.limits;
  catalog = std::make_unique<CatalogService>(std::move(options), *schemas, metrics, clock);
  rules = std::make_unique<RulesWatcher>(config.rules, *catalog, rules_status, metrics, clock, config.limits);
  const auto problems = rules->load();
  for (const rules::Problem& problem : problems) {
    if (!problem.warning) return Error(ErrorCode::invalid, all_of(problems));
    spdlog::warn("rules: {}", to_string(problem));
  }
  return {};
}

Result<> App::Parts::open_gateway() {
  raise_descriptor_limit();
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  runtime = std::make_unique<io::Runtime>(config.threads == 0 ? cores : config.threads);
  judged = std::make_unique<JudgedCounts>(*rejects);
  auto hasher = io::KeyedHash::random();
  if (!hasher) return hasher.error();
  producers = std::make_unique<ProducerTable>(
      ProducerTable::Options{}, [hash = *hasher](std::span<const Bytes> pieces) { return hash.of(pieces); },
      metrics);
  GatewayParts parts{*runtime, connector, {}, *rejects, metrics, clock, {}, {}, producers.get()};
  for (std::size_t i = 0; i < runtime->size(); ++i) {
    loop_catalogs.push_back(std::make_unique<LoopCatalog>(runtime->loop(i), *catalog));
    parts.catalogs.push_back(loop_catalogs.back().get());
  }
  parts.inspector = &inspect;
  parts.judged = [this](const auto& counts, const auto& client) { judged->add(counts, client); };
  GatewayOptions options;
  options.upstream = config.upstream;
  options.listen = config.listen;
  options.advertise_host = config.advertise;
  options.broker_port_base = config.broker_base_port.value_or(0);
  options.require_sasl = config.require_sasl;
  options.limits = config.limits;
  options.judge_timeout = config.judge_timeout;
  auto started = Gateway::start(std::move(options), std::move(parts));
  if (!started) return started.error();
  gateway = std::move(*started);
  catalog->set_topic_namer(
      [this](std::vector<kafka::TopicId> ids, std::function<void(CatalogService::TopicNames)> answer) {
        io::Loop& loop = runtime->loop(0);
        loop.spawn([](Gateway& from, io::Loop& on, std::vector<kafka::TopicId> wanted,
                      std::function<void(CatalogService::TopicNames)> then) -> io::Task<void> {
          auto names = co_await from.topic_names(on, std::move(wanted));
          then(names ? std::move(*names) : CatalogService::TopicNames{});
        }(*gateway, loop, std::move(ids), std::move(answer)));
      });
  runtime->start();
  ticker = std::make_unique<Ticker>(kDenominatorsPeriod, [this] {
    judged->flush();
    producers->sweep(clock.now_ms());
  });
  rules->watch(kRulesPeriod);
  return {};
}

Result<> App::Parts::open_admin() {
  if (!config.http.listen) return {};
  admin =
      std::make_unique<AdminApi>(AdminParts{*rejects, *catalog, rules_status, metrics, clock, config.limits,
                                            [this] { return not_ready(); }, config.http.token});
  io::HttpServerOptions options;
  options.host = config.http.listen->host;
  options.port = config.http.listen->port;
  options.threads = 4;
  options.limits = config.limits;
  options.refusal = [](int status, std::string_view why) { return problem(status, why); };
  auto server = io::HttpServer::listen(
      options,
      [this](const io::HttpRequest& request, const io::HttpReply& reply) { reply(admin->handle(request)); });
  if (!server) return server.error().within("http");
  admin_server = std::move(*server);
  return {};
}

std::string App::Parts::not_ready() const {
  if (std::string why = gateway->not_ready(); !why.empty()) return why;
  return rejects->writable() ? "" : "the reject store cannot write; is the disk full?";
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<App>> App::start(const Config& config) {
  auto parts = std::make_unique<Parts>(config);
  for (const auto step : {&Parts::open_rejects, &Parts::open_registry, &Parts::load_rules,
                          &Parts::open_gateway, &Parts::open_admin}) {
    if (const Result<> done = ((*parts).*step)(); !done) {
      App failed(std::move(parts));  // ends what has begun, in order
      return done.error();
    }
  }
  return std::unique_ptr<App>(new App(std::move(parts)));
}

App::~App() {
  stop();
}

io::HostPort App::kafka_address() const {
  return parts_->gateway->address();
}

std::optional<io::HostPort> App::http_address() const {
  if (!parts_->admin_server) return std::nullopt;
  return io::HostPort{parts_->config.http.listen->host, parts_->admin_server->port()};
}

std::optional<io::HostPort> App::registry_address() const {
  if (!parts_->registry_server) return std::nullopt;
  return io::HostPort{parts_->config.registry.listen->host, parts_->registry_server->port()};
}

std::string App::not_ready() const {
  return parts_->not_ready();
}

void App::stop() {
  Parts& p = *parts_;
  if (p.stopped) return;
  p.stopped = true;
  if (p.gateway) p.gateway->stop(p.config.drain_timeout);
  p.ticker.reset();
  if (p.judged) p.judged->flush();
  if (p.admin_server) p.admin_server->stop();
  p.rules.reset();
  if (p.registry_server) p.registry_server->stop();
  if (p.runtime) {
    p.runtime->stop();
    p.runtime->join();
  }
}

}  // namespace assay::proxy
