// ULID (github.com/ulid/spec): 48 bits of milliseconds and 80 of randomness, 26 letters of Crockford's base
// 32, which sort by time. Ids of one generator ascend strictly, also within a millisecond.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace assay {

struct Ulid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Ulid&) const = default;
  std::string text() const;
  EpochMs time_ms() const;
  // Accepts lower case; anything but 26 letters of the alphabet within 128 bits gives nothing.
  static std::optional<Ulid> parse(std::string_view text);
};

// Not thread-safe: one per thread.
class UlidGenerator {
 public:
  UlidGenerator();  // seeded by the system
  explicit UlidGenerator(std::uint64_t seed) : random_(seed) {}
  Ulid next(EpochMs now_ms);

 private:
  std::mt19937_64 random_;
  Ulid last_;
};

}  // namespace assay
