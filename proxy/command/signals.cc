#include "proxy/command/signals.h"

namespace assay::proxy {

StopSignals::StopSignals() {
  sigemptyset(&set_);
  sigaddset(&set_, SIGINT);
  sigaddset(&set_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

std::string_view StopSignals::wait() const {
  int signal = 0;
  sigwait(&set_, &signal);
  return signal == SIGINT ? "SIGINT" : "SIGTERM";
}

}  // namespace assay::proxy
