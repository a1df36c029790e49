// A hash that only this process can compute: Poly1305 (RFC 8439, 2.5) under a random key that is never shown.
//
// Two different messages of n bytes get the same hash with a probability of at most 8 * ceil(n / 16) / 2^106
// (D. J. Bernstein, The Poly1305-AES message-authentication code), whatever they are chosen to be. One key
// for many messages is sound only because no hash ever leaves the process: whoever uses this keeps it so.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/error.h"

namespace assay::io {

class KeyedHash {
 public:
  using Value = std::array<std::uint64_t, 2>;

  // With a key from the system's random numbers. `internal`: there are none.
  static Result<KeyedHash> random();

  KeyedHash(const KeyedHash&) = default;
  KeyedHash& operator=(const KeyedHash&) = default;
  ~KeyedHash();  // wipes the key

  // Of the pieces, as one message. Thread-safe: each thread that calls has a context of its own. Nothing when
  // there is no memory for that.
  std::optional<Value> of(std::span<const Bytes> pieces) const;

 private:
  KeyedHash() = default;
  std::array<std::uint8_t, 32> key_{};
};

}  // namespace assay::io
