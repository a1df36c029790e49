// Waiting for SIGINT or SIGTERM.
#pragma once

#include <string_view>

#include <csignal>

namespace assay::proxy {

// From its construction on the two signals are blocked, in this thread and in those it starts; SIGPIPE is
// ignored.
class StopSignals {
 public:
  StopSignals();
  // Blocks until one of them arrives; its name.
  std::string_view wait() const;

 private:
  sigset_t set_{};
};

}  // namespace assay::proxy
