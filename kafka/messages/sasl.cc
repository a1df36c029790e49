// SaslHandshakeRequest       mechanism STRING                              (never flexible)
// SaslAuthenticateRequest    auth_bytes BYTES | TAGS                       (flexible from v2)
// both responses             error_code i16 | ...
//
// First messages of the mechanisms:
//   PLAIN         [authzid] NUL authcid NUL passwd (RFC 4616) SCRAM         ("n" | "y" | "p=" name) "," ["a="
//   authzid] "," ["m=" ext ","] "n=" user "," "r=" nonce ...   (RFC 5802) OAUTHBEARER   gs2-header "," 0x01
//   "auth=Bearer " token 0x01 ... 0x01                                  (RFC 7628)
#include "kafka/messages/sasl.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "kafka/wire/reader.h"

namespace assay::kafka {
namespace {

Result<RequestHeader> header_of(Bytes frame, ApiKey key, std::int16_t version_max) {
  auto header = decode_request_header(frame);
  if (!header) return header;
  if (header->api_key != static_cast<std::int16_t>(key)) {
    return Error(ErrorCode::invalid, fmt::format("api key {} is not SASL's", header->api_key));
  }
  if (header->api_version > version_max) {
    return Error(ErrorCode::unsupported,
                 fmt::format("SASL request v{} is above v{}", header->api_version, version_max));
  }
  return header;
}

std::optional<std::string> plain_principal(std::string_view message) {
  const auto first = message.find('\0');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = message.find('\0', first + 1);
  if (second == std::string_view::npos || second == first + 1) return std::nullopt;
  return std::string(message.substr(first + 1, second - first - 1));
}

// `=2C` and `=3D` stand for the two characters that the grammar needs for itself.
std::optional<std::string> unescape_user(std::string_view escaped) {
  std::string user;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '=') {
      user += escaped[i];
      continue;
    }
    const std::string_view code = escaped.substr(i, 3);
    if (code != "=2C" && code != "=3D") return std::nullopt;
    user += code == "=2C" ? ',' : '=';
    i += 2;
  }
  if (user.empty()) return std::nullopt;
  return user;
}

bool skip_part(std::string_view& message) {
  const auto comma = message.find(',');
  if (comma == std::string_view::npos) return false;
  message.remove_prefix(comma + 1);
  return true;
}

std::optional<std::string> scram_principal(std::string_view message) {
  const bool binding = message.starts_with("p=");
  if (!binding && !message.starts_with("n,") && !message.starts_with("y,")) return std::nullopt;
  // The two parts of the gs2 header, then an extension that nobody has defined yet.
  for (int part = 0; part < 2; ++part) {
    if (!skip_part(message)) return std::nullopt;
  }
  if (message.starts_with("m=") && !skip_part(message)) return std::nullopt;
  if (!message.starts_with("n=")) return std::nullopt;
  const auto end = message.find(',');
  if (end == std::string_view::npos) return std::nullopt;
  return unescape_user(message.substr(2, end - 2));
}

std::optional<std::string> oauth_principal(std::string_view message) {
  constexpr std::string_view kBearer =
      "\x01"
      "auth=Bearer ";
  const auto at = message.find(kBearer);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view token = message.substr(at + kBearer.size());
  token = token.substr(0, token.find('\x01'));
  const auto first = token.find('.'), last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const auto payload = decode_base64(token.substr(first + 1, last - first - 1), Base64::url);
  if (!payload) return std::nullopt;
  const auto claims = nlohmann::json::parse(payload->begin(), payload->end(), nullptr, false);
  if (!claims.is_object()) return std::nullopt;
  const auto sub = claims.find("sub");
  if (sub == claims.end() || !sub->is_string()) return std::nullopt;
  return sub->get<std::string>();
}

}  // namespace

Result<SaslHandshakeRequest> decode_sasl_handshake_request(Bytes frame) {
  const auto header = header_of(frame, ApiKey::sasl_handshake, kSaslHandshakeVersionMax);
  if (!header) return header.error();
  Reader in(frame);
  in.raw(header->bytes);
  SaslHandshakeRequest out{*header, in.string()};
  in.finish();
  if (!in.ok()) return in.error("SaslHandshake request");
  return out;
}

Result<SaslAuthenticateRequest> decode_sasl_authenticate_request(Bytes frame) {
  const auto header = header_of(frame, ApiKey::sasl_authenticate, kSaslAuthenticateVersionMax);
  if (!header) return header.error();
  Reader in(frame, is_flexible(header->api_key, header->api_version));
  in.raw(header->bytes);
  SaslAuthenticateRequest out{*header, in.bytes()};
  in.skip_tags();
  in.finish();
  if (!in.ok()) return in.error("SaslAuthenticate request");
  return out;
}

Result<std::int16_t> decode_sasl_error_code(std::int16_t api_key, std::int16_t version, Bytes frame) {
  Reader in(frame, flexible_response_header(api_key, version));
  in.i32();
  in.skip_tags();
  const std::int16_t code = in.i16();
  if (!in.ok()) return in.error("SASL response");
  return code;
}

std::optional<std::string> claimed_principal(std::string_view mechanism, Bytes auth_bytes) {
  const std::string_view message = as_text(auth_bytes);
  if (mechanism == "PLAIN") return plain_principal(message);
  if (mechanism.starts_with("SCRAM-")) return scram_principal(message);
  if (mechanism == "OAUTHBEARER") return oauth_principal(message);
  return std::nullopt;
}

}  // namespace assay::kafka
