// age (C2SP "The age file encryption format", v1) and Fernet (github.com/fernet/spec).
//
//   age    := "age-encryption.org/v1\n" { stanza } "--- " mac:43 base64 "\n" nonce:16 { chunk }
//   stanza := "-> " type { " " argument } "\n" { base64 line }
//   fernet := 80 time:8 iv:16 ciphertext:16n hmac:32
#include "base/base64.h"
#include "rules/kinds/envelopes.h"
#include "rules/kinds/evenness.h"

namespace assay::rules::kinds {
namespace {

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

bool is_age_binary(Bytes bytes) {
  constexpr std::string_view kVersion = "age-encryption.org/v1\n";
  constexpr std::size_t kPayloadBytesMin = 16 + 16;  // nonce, and the tag of an empty chunk
  constexpr std::size_t kMacSymbols = 43;
  std::string_view text = as_text(bytes);
  if (!text.starts_with(kVersion)) return false;
  text.remove_prefix(kVersion.size());
  static thread_local Buffer decoded;
  std::size_t stanzas = 0;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.starts_with("--- ")) {
      const std::string_view mac = line.substr(4);
      return stanzas > 0 && mac.size() == kMacSymbols && decode_base64(mac, decoded, Base64::any) &&
             text.size() >= kPayloadBytesMin;
    }
    if (line.starts_with("-> ")) {
      ++stanzas;
    } else if (stanzas == 0 || !decode_base64(line, decoded, Base64::any)) {
      return false;
    }
  }
  return false;
}

bool is_age_armor(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN AGE ENCRYPTED FILE-----";
  constexpr std::string_view kEnd = "-----END AGE ENCRYPTED FILE-----";
  if (!text.starts_with(kBegin) || !text.ends_with(kEnd) || text.size() < kBegin.size() + kEnd.size())
    return false;
  text = text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size());
  static thread_local Buffer decoded;
  return decode_base64(text, decoded, Base64::any_in_lines) && is_age_binary(decoded);
}

bool is_fernet(Bytes bytes) {
  constexpr std::size_t kHeadBytes = 1 + 8 + 16;
  constexpr std::size_t kMacBytes = 32;
  constexpr std::size_t kBlockBytes = 16;
  if (bytes.size() < kHeadBytes + kBlockBytes + kMacBytes || bytes[0] != 0x80) return false;
  if ((bytes.size() - kHeadBytes - kMacBytes) % kBlockBytes != 0) return false;
  // Seconds since 1970 fill less than 36 bits until the year 4000.
  if (bytes[1] != 0 || bytes[2] != 0 || bytes[3] != 0 || bytes[4] >= 0x10) return false;
  return spread_evenly(bytes.subspan(9));
}

}  // namespace assay::rules::kinds
