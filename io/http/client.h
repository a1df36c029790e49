// An HTTP/1.1 client with connections kept for reuse, http and https. Answers come on the client's one
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/limits.h"
#include "io/http/message.h"
#include "io/http/url.h"

namespace assay::io {

struct HttpCall {
  std::string method = "GET";
  std::string url;      // absolute; may carry a query and user:password (which become Basic authentication)
  HttpHeaders headers;  // beside Host, Content-Length, Authorization of the URL
  std::string content_type;
  std::string body;
};

struct HttpClientOptions {
  std::chrono::milliseconds connect_timeout{3'000};  // name, TCP and TLS
  std::chrono::milliseconds call_timeout{10'000};    // all of a call
  std::size_t response_bytes_max = Limits{}.http_body_bytes_max;
  std::size_t connections_per_host_max = 8;  // further calls wait, within their call_timeout
  std::string ca_file;                       // PEM; empty: the system's certificates
  bool verify_peer = true;                   // certificate and host name
};

class HttpClient {
 public:
  using Answer = std::function<void(Result<HttpResponse>)>;

  // `invalid` when the CA file cannot be read.
  static Result<std::unique_ptr<HttpClient>> create(const HttpClientOptions& options);
  // Waits for its thread. Calls that are under way are dropped: their answers are never called afterwards.
  // Not to be called on the client's own thread.
  ~HttpClient();

  // Any status is an answer. Errors: `invalid` (the URL), `unavailable` (no name, no connection, TLS refused,
  // timeout, cut off), `too_large`. Redirects are not followed. Never calls `answer` before it has returned.
  // Thread-safe.
  void call(HttpCall call, Answer answer);
  // The same, waiting for it. Not to be called on the client's own thread.
  Result<HttpResponse> call(HttpCall call);
  // Runs `task` on the client's thread, once, unless the client is destroyed first. Thread-safe.
  void run_after(std::chrono::milliseconds delay, std::function<void()> task);

 private:
  class Core;
  explicit HttpClient(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

// Values for an Authorization header.
std::string basic_authorization(std::string_view user, std::string_view password);
std::string bearer_authorization(std::string_view token);

}  // namespace assay::io
