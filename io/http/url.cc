// scheme "://" [ user [ ":" password ] "@" ] ( name | address | "[" address "]" ) [ ":" port ] [ path ]
#include "io/http/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace assay::io {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// How many bytes the UTF-8 sequence at text[at] has; 0 when it is none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  const unsigned second = byte(at + 1);
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

bool plain_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0 || text[at] == '\0') return false;
    at += length;
  }
  return true;
}

std::optional<std::string> decode_text(std::string_view text, bool plus_is_space) {
  std::optional<std::string> decoded = percent_decode(text, plus_is_space);
  if (decoded && !plain_text(*decoded)) decoded.reset();
  return decoded;
}

bool parse_query(std::string_view text, std::vector<QueryParameter>& query) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const auto name = decode_text(part.substr(0, equals), true);
    const auto value = decode_text(equals == part.npos ? std::string_view{} : part.substr(equals + 1), true);
    if (!name || !value) return false;
    query.emplace_back(*name, *value);
  }
  return true;
}

bool parse_segments(std::string_view path, std::vector<std::string>& segments) {
  path.remove_prefix(std::min<std::size_t>(path.size(), 1));
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    auto decoded = decode_text(part, false);
    if (!decoded) return false;
    segments.push_back(std::move(*decoded));
  }
  return true;
}

Error bad_url(std::string_view why) {
  return Error(ErrorCode::invalid, fmt::format("not a URL: {}", why));
}

bool host_character(char c) {
  return unreserved(c) || c == '%' || c == ':';
}

Result<void> parse_port(std::string_view text, std::uint16_t& port) {
  unsigned value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || value == 0 || value > 65535) {
    return bad_url("the port is not a number from 1 to 65535");
  }
  port = static_cast<std::uint16_t>(value);
  return {};
}

Result<void> parse_authority(std::string_view text, Url& url) {
  if (const std::size_t at = text.rfind('@'); at != text.npos) {
    const std::string_view login = text.substr(0, at);
    const std::size_t colon = login.find(':');
    const auto user = percent_decode(login.substr(0, colon));
    const auto password = percent_decode(colon == login.npos ? std::string_view{} : login.substr(colon + 1));
    if (!user || !password) return bad_url("user or password have a % that two hex digits do not follow");
    url.user = *user;
    url.password = *password;
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == text.npos) return bad_url("\"[\" without \"]\"");
    url.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    if (!port.empty() && port[0] != ':') return bad_url("something else than a port behind \"]\"");
  } else {
    const std::size_t colon = text.find(':');
    url.host = text.substr(0, colon);
    port = colon == text.npos ? std::string_view{} : text.substr(colon);
  }
  if (url.host.empty()) return bad_url("it names no host");
  if (!std::all_of(url.host.begin(), url.host.end(), host_character))
    return bad_url("its host has odd characters");
  return port.empty() ? Result<void>{} : parse_port(port.substr(1), url.port);
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == host.npos ? host : '[' + host + ']';
  if (port != (tls ? 443 : 80)) out += ':' + std::to_string(port);
  return out;
}

std::string Url::text() const {
  return (tls ? "https://" : "http://") + authority() + path;
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  if (text.starts_with("https://")) {
    url.tls = true;
    url.port = 443;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return bad_url("it begins with neither http:// nor https://");
  }
  if (text.find_first_of("?#") != text.npos) return bad_url("a query or a fragment has no place here");
  if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == 0x7f; })) {
    return bad_url("white space or a control character is in it");
  }
  const std::size_t slash = text.find('/');
  if (const auto done = parse_authority(text.substr(0, slash), url); !done) return done.error();
  if (slash != text.npos) url.path = text.substr(slash);
  while (url.path.ends_with('/')) url.path.pop_back();
  return url;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
      if (low < 0) return std::nullopt;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return out;
}

void parse_target(std::string_view target, HttpRequest& request) {
  request.target = target;
  std::string_view rest = target;
  if (const std::size_t scheme = rest.find("://"); !rest.starts_with('/') && scheme != rest.npos) {
    const std::size_t slash = rest.find_first_of("/?", scheme + 3);
    rest = slash == rest.npos ? std::string_view{"/"} : rest.substr(slash);
  }
  rest = rest.substr(0, rest.find('#'));
  const std::size_t mark = rest.find('?');
  std::string_view path = rest.substr(0, mark);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  request.path = path;
  const std::string_view query = mark == rest.npos ? std::string_view{} : rest.substr(mark + 1);
  if (!parse_segments(path, request.segments)) {
    request.target_problem = "the path is not percent-coded UTF-8";
  } else if (!parse_query(query, request.query)) {
    request.target_problem = "the query is not percent-coded UTF-8";
  } else {
    return;
  }
  request.segments.clear();
  request.query.clear();
}

}  // namespace assay::io
