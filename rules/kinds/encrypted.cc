#include "rules/kinds/encrypted.h"

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "rules/kinds/envelopes.h"
#include "rules/kinds/evenness.h"

namespace assay::rules::kinds {
namespace {

// Nonce and tag of AES-GCM around nothing: no ciphertext of the CSFLE form is shorter.
constexpr std::size_t kCiphertextBytesMin = 28;
// Tink's prefix is 01 (or 00) and a key id; CSFLE's is 00 and the version of the data key.
constexpr std::size_t kPrefixBytes = 5;

// Digests are as even as ciphertext. Without any structure around them their lengths are refused: SHA-224,
// SHA-256, SHA-384, SHA-512 (and the keys and MACs of these lengths).
bool digest_sized(std::size_t bytes) {
  return bytes == 28 || bytes == 32 || bytes == 48 || bytes == 64;
}

// Base64 that names itself something else.
constexpr std::string_view kNamedSecrets[] = {
    "sha1-",    "sha224-",     "sha256-",  "sha384-",  "sha512-",  "md5-",  "ghp_",
    "gho_",     "ghu_",        "ghs_",     "ghr_",     "glpat-",   "xoxb-", "xoxp-",
    "sk_live_", "sk_test_",    "pk_live_", "pk_test_", "rk_live_", "AKIA",  "ASIA",
    "AIza",     "github_pat_", "npm_",     "ya29",     "eyJ",      "ssh-",
};

bool printable_ascii(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) {
    return (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\r' || byte == '\t';
  });
}

Envelope structured(Bytes bytes) {
  if (is_aws_message(bytes)) return Envelope::aws_esdk;
  if (is_age_binary(bytes)) return Envelope::age;
  if (is_pgp_binary(bytes)) return Envelope::pgp;
  return Envelope::none;
}

// Ciphertext with at most five bytes before it.
Envelope bare(Bytes bytes) {
  if (bytes.size() < kCiphertextBytesMin || known_container(bytes)) return Envelope::none;
  if (bytes.size() >= kPrefixBytes + kCiphertextBytesMin) {
    const Bytes behind = bytes.subspan(kPrefixBytes);
    const bool tink = bytes[0] == 1;
    const bool versioned = bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0;  // below 65,536
    if ((tink || versioned) && !known_container(behind) && spread_evenly(behind)) {
      return tink ? Envelope::tink : Envelope::ciphertext;
    }
  }
  if (digest_sized(bytes.size()) || !spread_evenly(bytes)) return Envelope::none;
  return Envelope::ciphertext;
}

bool named_secret(std::string_view text) {
  return std::any_of(std::begin(kNamedSecrets), std::end(kNamedSecrets),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

Envelope envelope_of_base64(std::string_view text) {
  static thread_local Buffer decoded;
  const bool lines = text.find('\n') != std::string_view::npos;
  if (!decode_base64(text, decoded, lines ? Base64::any_in_lines : Base64::any)) return Envelope::none;
  const Envelope known = structured(decoded);
  if (known != Envelope::none) return known;
  const bool url = text.find_first_of("+/") == std::string_view::npos;
  if (url && is_fernet(decoded)) return Envelope::fernet;
  // A prefix of Tink or CSFLE is nearly all zeros: seven symbols that say nothing of the rest.
  constexpr std::size_t kPrefixSymbols = 7;
  const bool prefixed = decoded.size() > kPrefixBytes + kCiphertextBytesMin && decoded[0] <= 1;
  if (named_secret(text) || !symbols_spread_evenly(text.substr(prefixed ? kPrefixSymbols : 0)))
    return Envelope::none;
  return bare(decoded);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

std::string_view to_string(Envelope envelope) {
  switch (envelope) {
    case Envelope::none:
      return "none";
    case Envelope::jwe_compact:
      return "jwe_compact";
    case Envelope::jwe_json:
      return "jwe_json";
    case Envelope::aws_esdk:
      return "aws_esdk";
    case Envelope::tink:
      return "tink";
    case Envelope::pgp:
      return "pgp";
    case Envelope::age:
      return "age";
    case Envelope::fernet:
      return "fernet";
    case Envelope::ciphertext:
      return "ciphertext";
  }
  return "unknown";
}

Envelope envelope_of_text(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return Envelope::none;
  if (text.starts_with("-----BEGIN ")) {
    if (is_pgp_armor(text)) return Envelope::pgp;
    return is_age_armor(text) ? Envelope::age : Envelope::none;
  }
  if (text.front() == '{') return is_jwe_json(text) ? Envelope::jwe_json : Envelope::none;
  if (text.find('.') != std::string_view::npos)
    return is_jwe_compact(text) ? Envelope::jwe_compact : Envelope::none;
  return envelope_of_base64(text);
}

Envelope envelope_of_bytes(Bytes bytes) {
  if (printable_ascii(bytes)) return envelope_of_text(as_text(bytes));
  const Envelope known = structured(bytes);
  return known != Envelope::none ? known : bare(bytes);
}

bool is_encrypted(const Subject& subject) {
  switch (subject.value->kind) {
    case Kind::string:
      return envelope_of_text(subject.text) != Envelope::none;
    case Kind::bytes:
      return envelope_of_bytes(subject.value->raw) != Envelope::none;
    default:
      return is_jwe_json(as_text(subject.value->raw));
  }
}

}  // namespace assay::rules::kinds
