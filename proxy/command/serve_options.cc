#include "proxy/command/serve_options.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "io/http/url.h"
#include "proxy/config/secret_file.h"

namespace assay::proxy {
namespace {

class FlagReader {
 public:
  void address(const char* flag, const std::string& text, io::HostPort& out) {
    if (text.empty()) return;
    const auto address = io::parse_host_port(text);
    if (address) {
      out = *address;
    } else {
      complain(
          fmt::format("{}: {}; write host:port, as in 127.0.0.1:19092", flag, address.error().message()));
    }
  }
  void complain(const std::string& text) {
    fmt::print(stderr, "assay: {}\n", text);
    failed_ = true;
  }
  bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

void ServeOptions::add_to(CLI::App& command) {
  command.add_option("--config", config_file, "Configuration file (JSON); flags win over it")
      ->type_name("FILE");
  command.add_option("--upstream", upstream, "The Kafka cluster")->type_name("HOST:PORT[,HOST:PORT...]");
  command
      .add_option("--listen", listen,
                  "Where producers connect first [127.0.0.1:19092]; broker n: port + 1 + n")
      ->type_name("HOST:PORT");
  command.add_option("--advertise", advertise, "The name under which clients reach this machine")
      ->type_name("HOST");
  command.add_option("--rules", rules, "A rule file, or a folder of them; reloaded on change")
      ->type_name("PATH");
  command.add_option("--http", http, "The API for rejects, metrics and health [127.0.0.1:8080]")
      ->type_name("HOST:PORT");
  command.add_option("--http-token-file", http_token_file, "Holds the bearer token that the API asks for")
      ->type_name("FILE");
  command.add_option("--data-dir", data_dir, "Where rejects and schemas are kept [assay-data]")
      ->type_name("DIR");
  auto* url = command.add_option("--registry", registry_url, "A Confluent-compatible schema registry")
                  ->type_name("URL");
  command
      .add_option("--registry-listen", registry_listen,
                  "The embedded registry's address instead, as in 127.0.0.1:8081")
      ->type_name("HOST:PORT")
      ->excludes(url);
  command
      .add_option("--policy", policies,
                  "Policy of topics, as in 'customers.*=schema:required,onUndecided:retry'; repeatable")
      ->type_name("GLOB=MEMBER:VALUE[,...]");
  command.add_flag("--observe", observe, "Refuse and mark nothing; keep what would have been");
  command.add_option("--log-level", log_level, "trace, debug, info, warn, error or off [info]")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
  command.add_option("--log-format", log_format, "text or json [text]")
      ->check(CLI::IsMember({"text", "json"}));
}

std::optional<Config> ServeOptions::load() const {
  FlagReader flags;
  const auto file = config_file.empty() ? std::optional<std::string>("{}") : read_file(config_file);
  if (!file) {
    flags.complain(fmt::format("--config {}: cannot be read", config_file));
    return std::nullopt;
  }
  LoadedConfig loaded = load_config(config_file, *file);
  for (const rules::Problem& problem : loaded.problems) flags.complain(to_string(problem));
  Config& config = loaded.config;

  if (!upstream.empty()) {
    auto addresses = io::parse_host_ports(upstream);
    if (addresses) {
      config.upstream = std::move(*addresses);
    } else {
      flags.complain(fmt::format("--upstream: {}", addresses.error().message()));
    }
  }
  flags.address("--listen", listen, config.listen);
  if (!http.empty()) flags.address("--http", http, config.http.listen.emplace());
  if (!registry_listen.empty()) {
    flags.address("--registry-listen", registry_listen, config.registry.listen.emplace());
    config.registry.urls.clear();
  }
  if (!registry_url.empty()) {
    if (const auto url = io::parse_url(registry_url); !url)
      flags.complain(
          fmt::format("--registry: {}; write it as in http://registry:8081", url.error().message()));
    config.registry.urls = {registry_url};
    config.registry.listen.reset();
  }
  if (!http_token_file.empty()) {
    if (auto token = read_secret_file(http_token_file)) {
      config.http.token = std::move(*token);
    } else {
      flags.complain(fmt::format("--http-token-file: {}", token.error().message()));
    }
  }
  if (!advertise.empty()) config.advertise = advertise;
  if (!rules.empty()) config.rules = rules;
  if (!data_dir.empty()) config.data_dir = data_dir;
  if (!log_level.empty()) config.log_level = log_level;
  if (!log_format.empty()) config.log_format = log_format == "json" ? LogFormat::json : LogFormat::text;
  if (observe) config.policies.enforce = false;
  // Flags come first: the first policy that matches a topic is the topic's.
  std::vector<PolicyRow> rows;
  for (const std::string& text : policies) {
    auto row = parse_policy_flag(text);
    if (row) {
      rows.push_back(std::move(*row));
    } else {
      flags.complain(row.error().message());
    }
  }
  config.policies.rows.insert(config.policies.rows.begin(), rows.begin(), rows.end());
  if (!flags.failed()) {
    for (const std::string& text : contradictions(config)) flags.complain(text);
  }
  return flags.failed() ? std::nullopt : std::optional<Config>(std::move(config));
}

}  // namespace assay::proxy
