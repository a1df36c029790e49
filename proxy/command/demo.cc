// `assay demo`: the whole of Assay in one process, with a Kafka that lives in memory.
#include <fmt/format.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "io/http/client.h"
#include "io/kafka/mock_cluster.h"
#include "io/kafka/producer.h"
#include "proxy/admin/samples.h"
#include "proxy/app.h"
#include "proxy/command/command.h"
#include "proxy/command/demo_addresses.h"
#include "proxy/command/demo_records.h"
#include "proxy/command/signals.h"
#include "registry/schema/avro/json_encoder.h"

namespace assay::proxy {

std::string_view demo_rules();
std::string_view demo_customer_schema();
std::string_view demo_order_schema();

namespace {

using Json = nlohmann::ordered_json;

struct DemoOptions {
  std::optional<std::string> listen, http, registry;  // nothing: the usual one, or one that is free
  bool once = false;
};

// Bootstrap, and one per broker that a cluster like this would have.
constexpr std::uint16_t kKafkaPorts = 5;

// A folder that is gone when the demo is.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-demo-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Demo {
 public:
  explicit Demo(const DemoOptions& options) : options_(options) {}

  Result<bool> run(const StopSignals& signals) {
    for (const auto step : {&Demo::start_kafka, &Demo::start_gateway, &Demo::register_schemas, &Demo::produce,
                            &Demo::show_rejects}) {
      if (const Result<> done = (this->*step)(); !done) return done.error();
    }
    show_more();
    if (!options_.once) {
      fmt::print("\nEverything stays up until Ctrl-C.\n");
      std::fflush(stdout);
      signals.wait();
    }
    app_->stop();
    return as_expected_;
  }

 private:
  Result<> start_kafka() {
    auto cluster = io::MockCluster::start(1);
    if (!cluster) return cluster.error();
    cluster_ = std::move(*cluster);
    for (const char* topic : {"customers", "orders"}) {
      if (auto made = cluster_->create_topic(topic, 3); !made) return made;
    }
    return {};
  }

  Result<> start_gateway() {
    if (folder_.path().empty()) return Error(ErrorCode::io, "no temporary folder can be made");
    rules_ = folder_.path() / "rules.json";
    std::ofstream(rules_) << demo_rules();
    Config config = load_config("", "{}").config;
    config.data_dir = folder_.path() / "data";
    config.rules = rules_;
    config.upstream = io::parse_host_ports(cluster_->bootstrap_servers()).value();
    if (auto chosen = choose_addresses(config); !chosen) return chosen;
    for (const char* policy : {"customers=schema:required", "orders=schema:required"}) {
      config.policies.rows.push_back(parse_policy_flag(policy).value());
    }
    auto app = App::start(config);
    if (!app) return app.error().within("choose other addresses with --listen, --http, --registry-listen");
    app_ = std::move(*app);
    http_ = "http://" + io::to_string(*app_->http_address());
    fmt::print(
        "Assay: producers connect to {}; rejects at {}/v1/rejects; registry at http://{}\nrules: {} (edit "
        "it: it is reloaded)\n\n",
        io::to_string(app_->kafka_address()), http_, io::to_string(*app_->registry_address()),
        rules_.string());
    auto client = io::HttpClient::create({});
    if (!client) return client.error();
    client_ = std::move(*client);
    return {};
  }

  Result<> choose_addresses(Config& config) const {
    const struct {
      const char* flag;
      const std::optional<std::string>& given;
      io::HostPort usual;
      std::uint16_t ports;
      io::HostPort& target;
    } choices[] = {
        {"--listen", options_.listen, {"127.0.0.1", 19092}, kKafkaPorts, config.listen},
        {"--http", options_.http, {"127.0.0.1", 8080}, 1, config.http.listen.emplace()},
        {"--registry-listen", options_.registry, {"127.0.0.1", 8081}, 1, config.registry.listen.emplace()}};
    for (const auto& choice : choices) {
      const auto found = demo_address(choice.given, choice.usual, choice.ports);
      if (!found) return found.error().within(choice.flag);
      choice.target = found->address;
      if (!found->moved) continue;
      fmt::print("{} is taken: {} instead ({} chooses another)\n", io::to_string(choice.usual),
                 io::to_string(found->address), choice.flag);
    }
    return {};
  }

  Result<Json> call(std::string method, std::string url, std::string body) {
    io::HttpCall call;
    call.method = std::move(method);
    call.url = std::move(url);
    if (!body.empty()) call.content_type = "application/vnd.schemaregistry.v1+json";
    call.body = std::move(body);
    auto response = client_->call(std::move(call));
    if (!response) return response.error();
    Json json = Json::parse(response->body, nullptr, false);
    if (response->status != 200 || json.is_discarded()) return Error(ErrorCode::internal, response->body);
    return json;
  }

  // As serializers do.
  Result<> register_schemas() {
    const std::string base = "http://" + io::to_string(*app_->registry_address()) + "/subjects/";
    const Json customer{{"schemaType", "JSON"}, {"schema", demo_customer_schema()}},
        order{{"schema", demo_order_schema()}};
    auto customers = call("POST", base + "customers-value/versions", customer.dump());
    if (!customers) return customers.error();
    auto orders = call("POST", base + "orders-value/versions", order.dump());
    if (!orders) return orders.error();
    customer_id_ = (*customers)["id"].get<std::int32_t>();
    order_id_ = (*orders)["id"].get<std::int32_t>();
    return {};
  }

  Result<io::OutgoingRecord> record_of(const Shown& shown) const {
    const bool avro = std::string_view(shown.topic) == "orders";
    Sample sample;
    sample.value.emplace(as_bytes(shown.json).begin(), as_bytes(shown.json).end());
    if (avro) {
      auto encoded = schema::avro::encode_json(demo_order_schema(), shown.json, Limits{});
      if (!encoded) return encoded.error();
      sample.value = std::move(*encoded);
    }
    if (shown.form == Shown::Form::trailing) sample.value->push_back(0);
    if (shown.form != Shown::Form::bare) frame_value(sample, avro ? order_id_ : customer_id_);
    io::OutgoingRecord record;
    record.topic = shown.topic;
    record.value = std::move(sample.value);
    return record;
  }

  // One record a request, so that a bad one takes no neighbour with it.
  Result<> produce() {
    auto producer = io::Producer::create({{"bootstrap.servers", io::to_string(app_->kafka_address())},
                                          {"client.id", "assay-demo"},
                                          {"enable.idempotence", "false"},
                                          {"linger.ms", "0"},
                                          {"message.timeout.ms", "15000"}});
    if (!producer) return producer.error();
    fmt::print("{:9}  {:50}  {}\n", "TOPIC", "RECORD", "OUTCOME");
    for (const Shown& shown : kRecords) {
      auto record = record_of(shown);
      if (!record) return record.error();
      Result<> outcome = Error(ErrorCode::unavailable, "not delivered");
      if (auto queued = (*producer)->produce(*record, [&](const Result<>& told) { outcome = told; }); !queued)
        return queued;
      if (auto flushed = (*producer)->flush(std::chrono::seconds(20)); !flushed) return flushed;
      as_expected_ = as_expected_ && outcome.has_value() == shown.passes;
      fmt::print("{:9}  {:50}  {}\n", shown.topic, shown.what,
                 outcome ? "passed" : "refused: " + outcome.error().message());
    }
    return {};
  }

  Result<> show_rejects() {
    const auto page = call("GET", http_ + "/v1/rejects?limit=100", "");
    if (!page) return page.error();
    fmt::print("\nWhy, from the reject store:\n");
    const Json& items = (*page)["items"];
    for (auto row = items.rbegin(); row != items.rend(); ++row) {
      last_id_ = (*row)["id"].get<std::string>();
      for (const Json& violation : (*row)["violations"]) {
        fmt::print("  {}  {:9}  {}: {} {}\n", last_id_, (*row)["topic"].get<std::string>(),
                   violation["rule"].get<std::string>(), violation["path"].get<std::string>(),
                   violation["reason"].get<std::string>());
      }
    }
    std::size_t refused = 0;
    for (const Shown& shown : kRecords) refused += shown.passes ? 0 : 1;
    as_expected_ = as_expected_ && items.size() == refused;
    return {};
  }

  void show_more() const {
    const std::string kafka = io::to_string(app_->kafka_address());
    fmt::print(
        "\nGo on with:\n  curl -s '{0}/v1/rejects?topic=customers&since=-15m'\n  curl -s "
        "{0}/v1/rejects/{1}\n",
        http_, last_id_);
    fmt::print("  curl -s '{0}/v1/stats?by=rule'\n  kcat -b {1} -t customers -C -e\n", http_, kafka);
    fmt::print("  echo '{{\"age\":-5}}' | kcat -b {} -t customers -P\n", kafka);
  }

  const DemoOptions& options_;
  TemporaryFolder folder_;
  std::filesystem::path rules_;
  std::unique_ptr<io::MockCluster> cluster_;
  std::unique_ptr<App> app_;
  std::unique_ptr<io::HttpClient> client_;
  std::string http_, last_id_;
  std::int32_t customer_id_ = 0, order_id_ = 0;
  bool as_expected_ = true;
};

int demo(const DemoOptions& options) {
  const StopSignals signals;
  start_logging("warn", LogFormat::text);
  const auto ran = Demo(options).run(signals);
  if (!ran) return fmt::print(stderr, "assay: {}\n", ran.error().message()), 1;
  if (!*ran) fmt::print(stderr, "assay: not every record went the way it should\n");
  return *ran ? 0 : 1;
}

}  // namespace

void add_demo(CLI::App& app, Run& chosen) {
  auto* command = app.add_subcommand("demo", "See it work: a Kafka in memory, good and bad records");
  auto options = std::make_shared<DemoOptions>();
  command->add_option("--listen", options->listen, "Where producers connect [127.0.0.1:19092, or a free one]")
      ->type_name("HOST:PORT");
  command->add_option("--http", options->http, "The API's address [127.0.0.1:8080, or a free one]")
      ->type_name("HOST:PORT");
  command
      ->add_option("--registry-listen", options->registry,
                   "The registry's address [127.0.0.1:8081, or a free one]")
      ->type_name("HOST:PORT");
  command->add_flag("--once", options->once, "End by itself");
  command->footer("Example:\n  assay demo --once");
  command->callback([options, &chosen] { chosen = [options] { return demo(*options); }; });
}

}  // namespace assay::proxy
