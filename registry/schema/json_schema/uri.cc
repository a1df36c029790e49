#include "registry/schema/json_schema/uri.h"

#include <optional>

namespace assay::schema::json {
namespace {

struct Parts {
  std::optional<std::string_view> scheme, authority, query, fragment;
  std::string_view path;
};

bool is_scheme(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const char low = static_cast<char>(c | 0x20);
    const bool letter = low >= 'a' && low <= 'z';
    if (!letter && (&c == text.data() || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
      return false;
  }
  return true;
}

// Cuts `text` at the first `mark`; what is behind it goes to `rest`.
std::string_view cut(std::string_view text, char mark, std::optional<std::string_view>& rest) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return text;
  rest = text.substr(at + 1);
  return text.substr(0, at);
}

Parts split(std::string_view uri) {
  Parts parts;
  uri = cut(uri, '#', parts.fragment);
  uri = cut(uri, '?', parts.query);
  const std::size_t colon = uri.find(':');
  if (colon != std::string_view::npos && is_scheme(uri.substr(0, colon))) {
    parts.scheme = uri.substr(0, colon);
    uri.remove_prefix(colon + 1);
  }
  if (uri.starts_with("//")) {
    const std::size_t path = uri.find('/', 2);
    parts.authority = uri.substr(2, path == std::string_view::npos ? path : path - 2);
    uri = path == std::string_view::npos ? std::string_view{} : uri.substr(path);
  }
  parts.path = uri;
  return parts;
}

// RFC 3986 §5.2.4.
std::string without_dots(std::string_view path) {
  std::string out;
  const bool rooted = path.starts_with('/');
  std::size_t at = rooted ? 1 : 0;
  while (at <= path.size()) {
    const std::size_t slash = path.find('/', at);
    const std::string_view segment = path.substr(at, slash == std::string_view::npos ? slash : slash - at);
    const bool last = slash == std::string_view::npos;
    if (segment == "..") {
      if (!out.empty()) out.pop_back();
      const std::size_t parent = out.rfind('/');
      out.erase(parent == std::string::npos ? 0 : parent + 1);
    } else if (segment != ".") {
      out += segment;
      if (!last) out += '/';
    }
    if (last) break;
    at = slash + 1;
  }
  return (rooted ? "/" : "") + out;
}

std::string merged(const Parts& base, std::string_view path) {
  if (base.authority && base.path.empty()) return '/' + std::string(path);
  const std::size_t slash = base.path.rfind('/');
  return std::string(base.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1)) +
         std::string(path);
}

std::string join(const Parts& parts, std::string_view path) {
  std::string out;
  if (parts.scheme) out.append(*parts.scheme).append(":");
  if (parts.authority) out.append("//").append(*parts.authority);
  out += path;
  if (parts.query) out.append("?").append(*parts.query);
  if (parts.fragment) out.append("#").append(*parts.fragment);
  return out;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

}  // namespace

std::string resolve_uri(std::string_view base_text, std::string_view reference) {
  const Parts base = split(base_text);
  Parts target = split(reference);
  if (target.scheme)
    return join(target, target.authority ? without_dots(target.path) : std::string(target.path));
  target.scheme = base.scheme;
  if (target.authority) return join(target, without_dots(target.path));
  target.authority = base.authority;
  if (target.path.empty()) {
    if (!target.query) target.query = base.query;
    return join(target, base.path);
  }
  if (target.path.starts_with('/')) return join(target, without_dots(target.path));
  return join(target, without_dots(merged(base, target.path)));
}

SplitUri split_fragment(std::string_view uri) {
  SplitUri out;
  std::optional<std::string_view> fragment;
  out.uri = cut(uri, '#', fragment);
  const std::string_view text = fragment.value_or("");
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out.fragment += static_cast<char>(hex(text[i + 1]) << 4 | hex(text[i + 2]));
      i += 2;
    } else {
      out.fragment += text[i];
    }
  }
  return out;
}

}  // namespace assay::schema::json
