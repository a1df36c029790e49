// Everything that `assay serve` runs, put together. The only file that names every room.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "io/net/address.h"
#include "proxy/config/config.h"

namespace assay::proxy {

class App {
 public:
  // Running when it returns: every address is bound, rules are active; the upstream may still be away
  // (readiness says so). `invalid`: configuration or rules, all problems in the message; `conflict`, `io`: an
  // address or the data folder.
  static Result<std::unique_ptr<App>> start(const Config& config);
  // stop()
  ~App();

  // As bound: a port 0 of the configuration is found out. Nothing where it does not listen.
  io::HostPort kafka_address() const;
  std::optional<io::HostPort> http_address() const;
  std::optional<io::HostPort> registry_address() const;
  // Why producers cannot be served yet, or empty.
  std::string not_ready() const;

  // Requests in flight are answered, at most for config.drain_timeout; what was judged is written down.
  // Idempotent.
  void stop();

 private:
  struct Parts;
  explicit App(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace assay::proxy
