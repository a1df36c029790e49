// Sealing: AES-256-GCM (NIST SP 800-38D) for payloads that may only be stored unreadable.
//
//   sealed := version:1 = 1 · key id:4 · nonce:12 · ciphertext · tag:16
//
// The key id is the start of SHA-256("assay seal key" · key): it tells which key is needed and gives nothing
// away. Nonces are random, so one key should seal no more than 2^32 payloads (SP 800-38D, 8.3).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace assay::io {

class SealKey {
 public:
  // Exactly 32 bytes.
  static Result<SealKey> from_bytes(Bytes bytes);
  // Base64 of 32 bytes, padded or not, as an environment variable holds it.
  static Result<SealKey> from_base64(std::string_view text);

  SealKey(const SealKey&) = default;
  SealKey& operator=(const SealKey&) = default;
  ~SealKey();  // wipes the key

  // 8 hex digits, for messages.
  std::string id() const;

 private:
  friend Result<Buffer> seal(const SealKey&, Bytes, Bytes);
  friend Result<Buffer> unseal(const SealKey&, Bytes, Bytes);
  SealKey() = default;
  std::array<std::uint8_t, 32> key_{};
  std::array<std::uint8_t, 4> id_{};
};

// `context` is authenticated, not stored: the same bytes are needed to unseal (the row's id, so that payloads
// cannot be swapped between rows).
Result<Buffer> seal(const SealKey& key, Bytes plain, Bytes context);
// `denied`: sealed with another key; `invalid`: not sealed bytes, or changed since, or another context.
Result<Buffer> unseal(const SealKey& key, Bytes sealed, Bytes context);

// Overwrites, in a way the compiler keeps.
void wipe(Buffer& buffer);

}  // namespace assay::io
