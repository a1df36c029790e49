// An HTTP/1.1 server on threads of its own: the registry API and the admin API listen through it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/limits.h"
#include "io/http/message.h"

namespace assay::io {

// Called once per request, on a thread of the server's, with a request that was read whole. Must not block
// for long: it keeps one of `threads` busy. `reply` is called at most once, from any thread, also after the
// server is gone (then nothing happens).
using HttpReply = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(HttpRequest request, HttpReply reply)>;

// How the server words what it refuses by itself: 400, 408, 413, 431, 501, 503, 505. Each API has its own
// error body.
using HttpRefusal = std::function<HttpResponse(int status, std::string_view why)>;

struct HttpServerOptions {
  std::string host = "127.0.0.1";  // a name or an address
  std::uint16_t port = 0;          // 0: any
  unsigned threads = 2;
  Limits limits;  // http_header_bytes_max, http_body_bytes_max
  // Bodies of all connections at once. Stops: many large bodies.
  std::size_t bodies_in_flight_bytes_max = 64UL << 20;
  // Beyond it the oldest idle connection makes room; when none is idle the newcomer is answered 503.
  std::size_t connections_max = 512;
  std::chrono::milliseconds idle_timeout{60'000};  // between requests
  std::chrono::milliseconds request_timeout{
      10'000};  // from a request's first byte to its last. Stops: slow loris
  std::chrono::milliseconds reply_timeout{60'000};  // for the handler; then 503
  std::chrono::milliseconds write_timeout{10'000};  // plus one second for each 64 KiB of the response
  HttpRefusal refusal;                              // empty: plain text
};

class HttpServer {
 public:
  // Bound and accepting when it returns. `io` names the address that could not be bound, and why.
  static Result<std::unique_ptr<HttpServer>> listen(const HttpServerOptions& options, HttpHandler handler);
  ~HttpServer();  // stop()

  std::uint16_t port() const;
  // Closes every connection and waits for the threads. Not to be called from the handler. Idempotent.
  void stop();

 private:
  class Core;
  explicit HttpServer(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace assay::io
