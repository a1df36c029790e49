// Time as a parameter: rooms that need it are handed a Clock, so that tests can turn it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace assay {

using EpochMs = std::int64_t;  // milliseconds since 1970-01-01T00:00:00Z

class Clock {
 public:
  virtual ~Clock() = default;
  virtual EpochMs now_ms() const = 0;
};

// The machine's clock. Lives as long as the process.
const Clock& system_clock();

// Turned by tests, also while other threads read it.
class ManualClock : public Clock {
 public:
  explicit ManualClock(EpochMs start_ms = 0) : now_ms_(start_ms) {}
  EpochMs now_ms() const override { return now_ms_; }
  void advance(std::int64_t by_ms) { now_ms_ += by_ms; }

 private:
  std::atomic<EpochMs> now_ms_;
};

// 2026-11-24T10:31:40.123Z (RFC 3339, UTC).
std::string format_time(EpochMs time_ms);
// Accepts RFC 3339 with any offset. Anything else is `invalid`.
Result<EpochMs> parse_time(std::string_view text);

}  // namespace assay
