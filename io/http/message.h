// HTTP/1.1 requests and responses as values (RFC 9110). The server and the client speak in them; nothing here
// knows sockets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::io {

struct HttpHeader {
  std::string name;
  std::string value;
};

// In order of arrival. Names compare without regard to case.
class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<HttpHeader> headers) : headers_(headers) {}

  void add(std::string name, std::string value) { headers_.push_back({std::move(name), std::move(value)}); }
  // The first of that name, or an empty text.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  auto begin() const { return headers_.begin(); }
  auto end() const { return headers_.end(); }
  std::size_t size() const { return headers_.size(); }

 private:
  std::vector<HttpHeader> headers_;
};

using QueryParameter = std::pair<std::string, std::string>;

struct HttpRequest {
  std::string method;  // GET, POST, ... A HEAD arrives as GET; the server leaves the body out
  std::string target;  // as received: "/subjects/a%2Fb?deleted=true"
  std::string path;    // the part before `?`, not decoded, without a trailing slash (except "/")
  std::vector<std::string> segments;  // the path, split at `/`, then decoded: {"subjects", "a/b"}
  std::vector<QueryParameter> query;  // decoded, in order, names may repeat
  std::string
      target_problem;  // not empty: percent coding or UTF-8 is broken here; segments and query are empty
  HttpHeaders headers;
  std::string body;
  std::string remote_address;  // "127.0.0.1"

  // The first value of a query parameter; null when it is not there.
  const std::string* parameter(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type;  // empty: no Content-Type
  HttpHeaders headers;       // the others; Content-Length, Date and Connection are the server's own
  std::string body;
};

// "Not Found" for 404; "Unknown" for numbers that RFC 9110 does not name.
std::string_view http_reason(int status);

}  // namespace assay::io
