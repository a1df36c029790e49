// A Confluent-compatible registry over HTTP (Confluent, Karapace, Apicurio's ccompat, Redpanda, or another
// Assay). One request in flight per thing asked; retries with back-off; a breaker spares a registry that is
// away.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "registry/schema_source.h"

namespace assay::registry {

struct RemoteOptions {
  std::vector<std::string> urls;  // tried in turn; may carry user:password
  std::string user;               // Basic authentication, unless bearer_token or the URL says otherwise
  std::string password;
  std::string bearer_token;
  std::string ca_file;  // PEM; empty: the system's certificates
  bool verify_peer = true;
  std::chrono::milliseconds call_timeout{4'000};
  unsigned retries_max = 2;                       // after 429, 5xx and lost connections
  std::chrono::milliseconds backoff{100};         // doubled by each retry
  unsigned breaker_failures = 5;                  // calls in a row that found nobody
  std::chrono::milliseconds breaker_open{2'000};  // then everything is `unavailable` at once for so long
  Limits limits;
};

// `invalid` when a URL or the CA file cannot be used. `metrics` may be null; otherwise it outlives the
// source.
Result<std::unique_ptr<SchemaSource>> make_remote_source(const RemoteOptions& options, Metrics* metrics);

}  // namespace assay::registry
