// JWE, RFC 7516. The header names the content encryption, which fixes the sizes of IV and tag (RFC 7518
// §5.1).
#include <simdjson.h>

#include <array>
#include <optional>

#include "base/base64.h"
#include "rules/kinds/envelopes.h"
#include "rules/kinds/evenness.h"

namespace assay::rules::kinds {
namespace {

struct ContentEncryption {
  std::string_view name;
  std::size_t iv_bytes;
  std::size_t tag_bytes;
};

constexpr ContentEncryption kEncryptions[] = {
    {"A128GCM", 12, 16},       {"A192GCM", 12, 16},       {"A256GCM", 12, 16}, {"A128CBC-HS256", 16, 16},
    {"A192CBC-HS384", 16, 24}, {"A256CBC-HS512", 16, 32}, {"C20P", 12, 16},    {"XC20P", 24, 16},
};

// A header is small; what is longer is taken for something else.
constexpr std::size_t kHeaderBytesMax = 16 << 10;

simdjson::dom::parser& parser() {
  static thread_local simdjson::dom::parser own;
  return own;
}

const ContentEncryption* encryption_named(std::string_view name) {
  for (const ContentEncryption& known : kEncryptions) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

// simdjson reads past the end: the JSON lies in a buffer with that much room.
std::optional<simdjson::dom::object> parse_object(Buffer& json) {
  const std::size_t bytes = json.size();
  json.resize(bytes + simdjson::SIMDJSON_PADDING, 0);
  simdjson::dom::object object;
  const auto error = parser().parse(json.data(), bytes, false).get_object().get(object);
  return error ? std::nullopt : std::optional(object);
}

std::string_view text_member(const simdjson::dom::object& object, std::string_view name) {
  std::string_view text;
  return object[name].get_string().get(text) ? std::string_view() : text;
}

// The header's content encryption. Nothing when it is no JWE header, or an encryption that is not registered.
const ContentEncryption* encryption_of(std::string_view encoded, bool needs_alg) {
  static thread_local Buffer json;
  if (encoded.size() > kHeaderBytesMax || !decode_base64(encoded, json, Base64::url_unpadded)) return nullptr;
  const auto header = parse_object(json);
  if (!header) return nullptr;
  const std::string_view alg = text_member(*header, "alg");
  if ((needs_alg && alg.empty()) || alg == "none") return nullptr;
  return encryption_named(text_member(*header, "enc"));
}

bool has_bytes(std::string_view encoded, std::size_t bytes) {
  static thread_local Buffer decoded;
  return decode_base64(encoded, decoded, Base64::url_unpadded) && decoded.size() == bytes;
}

// Ciphertext in base64url: not nothing, and not just text in it. A stream cipher may hide very little: short
// ones are believed.
bool is_ciphertext(std::string_view encoded) {
  constexpr std::size_t kTellingBytes = 16;
  static thread_local Buffer decoded;
  return !encoded.empty() && decode_base64(encoded, decoded, Base64::url_unpadded) &&
         (decoded.size() < kTellingBytes || !looks_like_text(decoded));
}

}  // namespace

bool is_jwe_compact(std::string_view text) {
  std::array<std::string_view, 5> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 4)) return false;
    parts[i] = text.substr(0, dot);
    text.remove_prefix(i == 4 ? text.size() : dot + 1);
  }
  const auto& [header, key, iv, ciphertext, tag] = parts;
  const ContentEncryption* encryption = encryption_of(header, true);
  static thread_local Buffer decoded;
  return encryption != nullptr && decode_base64(key, decoded, Base64::url_unpadded) &&
         has_bytes(iv, encryption->iv_bytes) && is_ciphertext(ciphertext) &&
         has_bytes(tag, encryption->tag_bytes);
}

bool is_jwe_json(std::string_view text) {
  static thread_local Buffer json;
  json.assign(text.begin(), text.end());
  const auto jwe = parse_object(json);
  if (!jwe) return false;
  // Copies: the parser is used again for the protected header.
  static thread_local std::string protected_header, iv, ciphertext, tag, shared_encryption;
  protected_header = text_member(*jwe, "protected");
  iv = text_member(*jwe, "iv");
  ciphertext = text_member(*jwe, "ciphertext");
  tag = text_member(*jwe, "tag");
  shared_encryption.clear();
  simdjson::dom::object unprotected;
  if (!(*jwe)["unprotected"].get_object().get(unprotected))
    shared_encryption = text_member(unprotected, "enc");
  simdjson::dom::array recipients;
  simdjson::dom::object header;
  const bool general = !(*jwe)["recipients"].get_array().get(recipients) && recipients.size() > 0;
  const bool flattened =
      !(*jwe)["header"].get_object().get(header) || !text_member(*jwe, "encrypted_key").empty();
  if (!general && !flattened && protected_header.empty()) return false;
  const ContentEncryption* encryption = encryption_named(shared_encryption);
  if (encryption == nullptr) encryption = encryption_of(protected_header, false);
  return encryption != nullptr && has_bytes(iv, encryption->iv_bytes) &&
         has_bytes(tag, encryption->tag_bytes) && is_ciphertext(ciphertext);
}

}  // namespace assay::rules::kinds
