// encrypted: whether a value is already ciphertext. Envelopes are told by their structure; bare ciphertext
// (the CSFLE form: nonce, ciphertext and tag, as bytes or in base64) by length and evenness. What it can and
// cannot tell: docs/rules.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "rules/checks.h"

namespace assay::rules::kinds {

enum class Envelope : std::uint8_t {
  none,
  jwe_compact,  // RFC 7516 §7.1
  jwe_json,     // RFC 7516 §7.2, general and flattened
  aws_esdk,     // AWS Encryption SDK message, format versions 1 and 2
  tink,         // Tink's output prefix (type, key id) before ciphertext
  pgp,          // OpenPGP encrypted message (RFC 4880, RFC 9580), armored or binary
  age,          // age-encryption.org/v1, armored or binary
  fernet,
  ciphertext,  // nothing but evenly spread bytes, long enough for nonce and tag
};

std::string_view to_string(Envelope envelope);

// Allocates nothing once the thread's scratch has grown. `text` need not be UTF-8.
Envelope envelope_of_text(std::string_view text);
Envelope envelope_of_bytes(Bytes bytes);

// For a string, bytes, or an object with its JSON text (a JWE that was not put into a string). REQUIRES: one
// of these.
bool is_encrypted(const Subject& subject);

}  // namespace assay::rules::kinds
