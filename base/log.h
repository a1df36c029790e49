// One logger for the process (spdlog). Lines go to standard error; `json` makes each a JSON object for
// collectors.
#pragma once

#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdint>
#include <string_view>

namespace assay {

enum class LogFormat { text, json };

// Call once at start, before any thread. `level`: trace, debug, info, warn, error, off.
void start_logging(std::string_view level, LogFormat format);

// At most one line per `period_ms` for each instance; the others are counted and told with the next line.
// For events that a client can cause as often as it likes. Thread-safe.
class LogThrottle {
 public:
  explicit LogThrottle(std::int64_t period_ms) : period_ms_(period_ms) {}
  // True when a line may be written now; `suppressed` then holds how many were not.
  bool admit(std::int64_t now_ms, std::uint64_t& suppressed);

 private:
  const std::int64_t period_ms_;
  std::atomic<std::int64_t> next_ms_{0};
  std::atomic<std::uint64_t> suppressed_{0};
};

}  // namespace assay
