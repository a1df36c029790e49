// Envelopes that say by their structure that what they hold is encrypted.
#pragma once

#include <string_view>

#include "base/bytes.h"

namespace assay::rules::kinds {

// header.encrypted_key.iv.ciphertext.tag, each in base64url (RFC 7516 §7.1).
bool is_jwe_compact(std::string_view text);
// The JSON serialisation, general or flattened (RFC 7516 §7.2).
bool is_jwe_json(std::string_view text);

// AWS Encryption SDK message, format version 1 or 2: header, then every frame to the end.
bool is_aws_message(Bytes bytes);

// OpenPGP: session keys and an encrypted data packet, nothing else. Signed, compressed and literal messages
// are none.
bool is_pgp_binary(Bytes bytes);
bool is_pgp_armor(std::string_view text);

// age-encryption.org/v1.
bool is_age_binary(Bytes bytes);
bool is_age_armor(std::string_view text);

// A decoded Fernet token: 0x80, time, IV, blocks of AES-CBC, HMAC-SHA-256.
bool is_fernet(Bytes bytes);

}  // namespace assay::rules::kinds
