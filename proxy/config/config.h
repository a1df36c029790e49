// What `assay serve` runs with: a file (docs/operations.md, published as assay-config.schema.json) and flags
// over it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "io/net/address.h"
#include "proxy/produce/policy.h"
#include "rules/rule_set.h"

namespace assay::proxy {

struct RegistryConfig {
  std::vector<std::string> urls;  // a Confluent-compatible one; empty: the embedded
  std::string user, password, bearer_token;
  std::string ca_file;
  std::optional<io::HostPort> listen;  // the embedded one's REST API
  std::chrono::milliseconds unknown_schema_grace{5'000};
  std::chrono::milliseconds false_membership_ttl{30'000};
};

struct HttpConfig {
  std::optional<io::HostPort> listen{{"127.0.0.1", 8080}};
  std::string token;  // bearer token; needed beyond loopback
};

struct RejectsConfig {
  std::chrono::milliseconds retention_age{std::chrono::hours(24 * 7)};
  std::uint64_t retention_bytes = 10'000'000'000;
  std::string seal_key;  // 32 bytes in base64; empty: payloads with secrets are not kept
};

struct Config {
  std::vector<io::HostPort> upstream;
  io::HostPort listen{"127.0.0.1",
                      19092};  // bootstrap; broker n listens on port + 1 + n unless base_port says otherwise
  std::optional<std::uint16_t> broker_base_port;
  bool require_sasl = false;  // a request to produce closes the connection of who has not authenticated
  std::string advertise;      // empty: the host of `listen`
  RegistryConfig registry;
  HttpConfig http;
  RejectsConfig rejects;
  std::filesystem::path rules;  // a file or a folder; empty: no rules
  std::filesystem::path data_dir = "assay-data";
  PolicySet policies;
  std::chrono::milliseconds judge_timeout{5'000};
  std::chrono::milliseconds drain_timeout{10'000};
  unsigned threads = 0;  // 0: one per core
  std::string log_level = "info";
  LogFormat log_format = LogFormat::text;
  Limits limits;
};

struct LoadedConfig {
  Config config;
  std::vector<rules::Problem> problems;  // the configuration counts only when there are none but warnings
};

// `text` is JSON; relative paths in it are relative to the folder of `file`. `${NAME}` in a text is the
// environment's, and secrets can be {"file": "…"}. Every problem is found, not only the first.
LoadedConfig load_config(std::string_view file, std::string_view text);

// The policy of `--policy 'customers.*=schema:required,enforcement:observe'`: the members of a topic's block,
// flat.
Result<PolicyRow> parse_policy_flag(std::string_view text);

// What can only be told when file and flags are one: no upstream, a wildcard bind without `advertise`, HTTP
// beyond loopback without a token. In words that say which flag or member to set.
std::vector<std::string> contradictions(const Config& config);

// The published JSON Schema (draft 2020-12) of configuration files.
std::string_view config_schema();

}  // namespace assay::proxy
