//   URI-reference = [ scheme ":" ] [ "//" authority ] path [ "?" query ] [ "#" fragment ]
//   authority     = [ userinfo "@" ] host [ ":" port ]          host = "[" IPv6 / IPvFuture "]" | reg-name
#include "record/format_uris.h"

#include <cstddef>

namespace assay {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_unreserved(char c) {
  return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
constexpr std::string_view kSubDelims = "!$&'()*+,;=";

bool is_in(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

bool percent_at(std::string_view text, std::size_t at) {
  return text[at] == '%' && at + 2 < text.size() && is_hex(text[at + 1]) && is_hex(text[at + 2]);
}

// Unreserved, percent-encoded, sub-delims and `more`, to the end.
bool all_of(std::string_view text, std::string_view more) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (percent_at(text, i)) {
      i += 2;
    } else if (!is_unreserved(text[i]) && !is_in(text[i], kSubDelims) && !is_in(text[i], more)) {
      return false;
    }
  }
  return true;
}

bool is_ip_future(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (text.empty() || (text[0] != 'v' && text[0] != 'V') || dot == std::string_view::npos || dot < 2)
    return false;
  for (const char c : text.substr(1, dot - 1)) {
    if (!is_hex(c)) return false;
  }
  return dot + 1 < text.size() && !is_in('%', text) && all_of(text.substr(dot + 1), ":");
}

bool is_authority(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    if (!all_of(text.substr(0, at), ":")) return false;
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view inside = text.substr(1, close - 1);
    if (!is_ipv6(inside) && !is_ip_future(inside)) return false;
    port = text.substr(close + 1);
    if (!port.empty() && port[0] != ':') return false;
  } else {
    const std::size_t colon = text.find(':');
    if (!all_of(text.substr(0, colon), "")) return false;
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  for (const char c : port.substr(port.empty() ? 0 : 1)) {
    if (!is_digit(c)) return false;
  }
  return true;
}

// The length of `scheme ":"`, 0 when there is none.
std::size_t scheme_of(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':') return i + 1;
    if (!is_letter(text[i]) && !is_digit(text[i]) && !is_in(text[i], "+-.")) return 0;
  }
  return 0;
}

bool is_behind_scheme(std::string_view text, bool with_scheme) {
  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos) {
    if (!all_of(text.substr(hash + 1), ":@/?")) return false;
    text = text.substr(0, hash);
  }
  const std::size_t question = text.find('?');
  if (question != std::string_view::npos) {
    if (!all_of(text.substr(question + 1), ":@/?")) return false;
    text = text.substr(0, question);
  }
  if (text.starts_with("//")) {
    const std::size_t path = text.find('/', 2);
    return is_authority(text.substr(2, path == std::string_view::npos ? path : path - 2)) &&
           (path == std::string_view::npos || all_of(text.substr(path), ":@/"));
  }
  // path-noscheme: no colon in the first segment.
  if (!with_scheme && text.find(':') < text.find('/')) return false;
  return all_of(text, ":@/");
}

// The inside of one {expression}: [operator] variable *( "," variable ), each with ":n" or "*".
bool is_expression(std::string_view text) {
  if (!text.empty() && is_in(text[0], "+#./;?&")) text.remove_prefix(1);
  std::size_t i = 0;
  for (;;) {
    const std::size_t begin = i;
    while (i < text.size() && (is_digit(text[i]) || is_letter(text[i]) || text[i] == '_' ||
                               percent_at(text, i) || (text[i] == '.' && i > begin && text[i - 1] != '.'))) {
      i += text[i] == '%' ? 3 : 1;
    }
    if (i == begin || text[i - 1] == '.') return false;
    if (i < text.size() && text[i] == '*') {
      ++i;
    } else if (i < text.size() && text[i] == ':') {
      const std::size_t digits = ++i;
      while (i < text.size() && is_digit(text[i])) ++i;
      if (i == digits || i - digits > 4 || text[digits] == '0') return false;
    }
    if (i == text.size()) return true;
    if (text[i++] != ',') return false;
  }
}

}  // namespace

bool is_ipv4(std::string_view text) {
  std::size_t i = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (i >= text.size() || text[i++] != '.')) return false;
    const std::size_t begin = i;
    int value = 0;
    while (i < text.size() && i - begin < 4 && is_digit(text[i])) value = value * 10 + (text[i++] - '0');
    if (i == begin || value > 255 || (text[begin] == '0' && i - begin > 1)) return false;
  }
  return i == text.size();
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool gap = false;
  std::size_t i = 0;
  if (text.starts_with("::")) {
    gap = true;
    i = 2;
  }
  while (i < text.size()) {
    const std::size_t begin = i;
    while (i < text.size() && is_hex(text[i])) ++i;
    if (i < text.size() && text[i] == '.') {
      groups += 2;
      return is_ipv4(text.substr(begin)) && (gap ? groups < 8 : groups == 8);
    }
    if (i == begin || i - begin > 4 || ++groups > 8) return false;
    if (i == text.size()) break;
    if (text[i++] != ':') return false;
    if (i < text.size() && text[i] == ':') {
      if (gap) return false;
      gap = true;
      ++i;
    } else if (i == text.size()) {
      return false;
    }
  }
  return gap ? groups < 8 : groups == 8;
}

bool is_uri(std::string_view text) {
  const std::size_t scheme = scheme_of(text);
  return scheme != 0 && is_behind_scheme(text.substr(scheme), true);
}

bool is_uri_reference(std::string_view text) {
  const std::size_t scheme = scheme_of(text);
  return is_behind_scheme(text.substr(scheme), scheme != 0);
}

bool is_uri_template(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{') {
      const std::size_t close = text.find('}', i);
      if (close == std::string_view::npos || !is_expression(text.substr(i + 1, close - i - 1))) return false;
      i = close;
    } else if ((c >= 0 && c <= 0x20) || c == 0x7F || is_in(c, "\"'<>\\^`|}") ||
               (c == '%' && !percent_at(text, i))) {
      return false;
    }
  }
  return true;
}

}  // namespace assay
