#include "record/formats.h"

#include <algorithm>
#include <array>

#include "record/format_times.h"
#include "record/format_uris.h"
#include "record/pattern.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, 15> kNames = {
    "email",    "uuid", "ipv4", "ipv6",      "uri",      "uri-reference", "uri-template",
    "hostname", "date", "time", "date-time", "duration", "json-pointer",  "relative-json-pointer",
    "regex"};

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

// RFC 5321 Mailbox: Local-part is a Dot-string or a Quoted-string.
bool is_local_part(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  if (text.front() == '"') {
    if (text.size() < 2 || text.back() != '"') return false;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
      if (text[i] == '"') return false;
      if (text[i] == '\\' && ++i + 1 == text.size()) return false;
      if (text[i] < 0x20 || text[i] > 0x7E) return false;
    }
    return true;
  }
  constexpr std::string_view kOther = "!#$%&'*+-/=?^_`{|}~";
  char before = '.';
  for (const char c : text) {
    if (c == '.' ? before == '.'
                 : !is_digit(c) && !is_letter(c) && kOther.find(c) == std::string_view::npos) {
      return false;
    }
    before = c;
  }
  return before != '.';
}

bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || !is_local_part(text.substr(0, at))) return false;
  std::string_view domain = text.substr(at + 1);
  if (!domain.starts_with('[')) return holds(TextFormat::hostname, domain);
  if (!domain.ends_with(']')) return false;
  domain = domain.substr(1, domain.size() - 2);
  if (domain.starts_with("IPv6:")) return is_ipv6(domain.substr(5));
  return is_ipv4(domain);
}

// RFC 1123 §2.1: letters, digits and inner hyphens.
bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  std::size_t label = 0;
  char before = '-';
  for (const char c : text) {
    if (c == '.') {
      if (label == 0 || before == '-') return false;
      label = 0;
      before = '-';
      continue;
    }
    if (!is_digit(c) && !is_letter(c) && (c != '-' || label == 0)) return false;
    if (++label > 63) return false;
    before = c;
  }
  return label > 0 && before != '-';
}

bool is_json_pointer(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return false;
  }
  return true;
}

bool is_relative_json_pointer(std::string_view text) {
  const auto digits =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  const std::string_view rest = text.substr(digits);
  return rest == "#" || is_json_pointer(rest);
}

bool is_regex(std::string_view text) {
  const auto translated = re2_syntax_of(text);
  return translated.has_value() || translated.error().code() != ErrorCode::invalid;
}

}  // namespace

std::optional<TextFormat> text_format_named(std::string_view name) {
  const auto* const at = std::find(kNames.begin(), kNames.end(), name);
  if (at == kNames.end()) return std::nullopt;
  return static_cast<TextFormat>(at - kNames.begin());
}

std::string_view to_string(TextFormat format) {
  return kNames[static_cast<std::size_t>(format)];
}

bool holds(TextFormat format, std::string_view text) {
  switch (format) {
    case TextFormat::email:
      return is_email(text);
    case TextFormat::uuid:
      return is_uuid(text);
    case TextFormat::ipv4:
      return is_ipv4(text);
    case TextFormat::ipv6:
      return is_ipv6(text);
    case TextFormat::uri:
      return is_uri(text);
    case TextFormat::uri_reference:
      return is_uri_reference(text);
    case TextFormat::uri_template:
      return is_uri_template(text);
    case TextFormat::hostname:
      return is_hostname(text);
    case TextFormat::date:
      return is_date(text);
    case TextFormat::time:
      return is_time(text);
    case TextFormat::date_time:
      return is_date_time(text);
    case TextFormat::duration:
      return is_duration(text);
    case TextFormat::json_pointer:
      return is_json_pointer(text);
    case TextFormat::relative_json_pointer:
      return is_relative_json_pointer(text);
    case TextFormat::regex:
      return is_regex(text);
  }
  return false;
}

}  // namespace assay
