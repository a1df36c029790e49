// URLs and percent coding (RFC 3986), as far as HTTP needs them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "io/http/message.h"

namespace assay::io {

// An absolute http or https URL. No fragment, no query of its own.
struct Url {
  bool tls = false;
  std::string host;  // a name or an address; IPv6 without brackets
  std::uint16_t port = 80;
  std::string path;      // "" or "/registry": no trailing slash; percent coding kept
  std::string user;      // decoded; empty when there is none
  std::string password;  // decoded

  std::string authority()
      const;                 // "host:port", IPv6 in brackets; the port only where it is not the scheme's own
  std::string text() const;  // without user and password: fit for logs
};

// `invalid` says what is wrong; the message never repeats user or password.
Result<Url> parse_url(std::string_view text);

// Every byte outside of RFC 3986's unreserved set becomes %XX: fit for a path segment, a query name or a
// value.
std::string percent_encode(std::string_view text);
// Nothing when a % is not followed by two hex digits. `plus_is_space` as in forms and queries.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

// Fills path, segments and query (or target_problem) of a request from its target. Accepts the origin form
// ("/a?b=c"), the absolute form and "*". Decoded text is held to be UTF-8 without NUL.
void parse_target(std::string_view target, HttpRequest& request);

}  // namespace assay::io
