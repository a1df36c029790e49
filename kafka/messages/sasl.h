// SASL as it passes (RFC 4422): the mechanism, and who the client says it is. Secrets are never copied out.
// SaslHandshake v0 to v1, SaslAuthenticate v0 to v2 (Apache Kafka's Sasl*Request.json, Sasl*Response.json).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "kafka/messages/header.h"

namespace assay::kafka {

inline constexpr std::int16_t kSaslHandshakeVersionMax = 1;
inline constexpr std::int16_t kSaslAuthenticateVersionMax = 2;

struct SaslHandshakeRequest {
  RequestHeader header;
  std::string_view mechanism;  // views the frame
};
Result<SaslHandshakeRequest> decode_sasl_handshake_request(Bytes frame);

struct SaslAuthenticateRequest {
  RequestHeader header;
  Bytes auth_bytes;  // views the frame; holds a secret
};
Result<SaslAuthenticateRequest> decode_sasl_authenticate_request(Bytes frame);

// The error code of an answer (api key 17 or 36): 0 is success. Nothing behind it is looked at.
Result<std::int16_t> decode_sasl_error_code(std::int16_t api_key, std::int16_t version, Bytes frame);

// Who the client claims to be, from its first message of an exchange: PLAIN's authcid (RFC 4616), SCRAM's
// `n=` (RFC 5802), the `sub` claim of an OAUTHBEARER token (RFC 7628, RFC 7519; its signature is the broker's
// business). Nothing for other mechanisms, later messages, and what does not parse.
std::optional<std::string> claimed_principal(std::string_view mechanism, Bytes auth_bytes);

}  // namespace assay::kafka
