// The flags of `assay serve`, which lie over the configuration file.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "proxy/config/config.h"

namespace assay::proxy {

struct ServeOptions {
  std::string config_file;
  std::string upstream, listen, advertise, rules, http, http_token_file, data_dir, registry_url,
      registry_listen;
  std::vector<std::string> policies;
  std::string log_level, log_format;
  bool observe = false;

  void add_to(CLI::App& command);
  // File and flags as one, checked. On failure every problem was written to standard error.
  std::optional<Config> load() const;
};

}  // namespace assay::proxy
