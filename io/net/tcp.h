// TCP: connecting, and being connected to.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "io/net/runtime.h"
#include "io/net/stream.h"

namespace assay::io {

// How streams are opened: plain here, TLS elsewhere.
class Connector {
 public:
  virtual ~Connector() = default;
  // Resolves the name and tries each of its addresses; all of it within `timeout`. Errors (`unavailable`)
  // name the address.
  virtual Task<Result<std::unique_ptr<Stream>>> connect(Loop& loop, HostPort to,
                                                        std::chrono::milliseconds timeout) = 0;
};

class TcpConnector : public Connector {
 public:
  Task<Result<std::unique_ptr<Stream>>> connect(Loop& loop, HostPort to,
                                                std::chrono::milliseconds timeout) override;
};

// Bound and listening from the moment it exists. Of one loop.
class Listener {
 public:
  // Port 0: any free one. Errors say which address it is about: `conflict` (in use), `denied` (privileged),
  // `io`, and `invalid` (not an address of this machine). Callable from any thread; the host must be an
  // address or `localhost`.
  static Result<std::unique_ptr<Listener>> bind(Loop& loop, const HostPort& address);
  ~Listener();

  // The address that it is bound to, its port found out.
  const HostPort& address() const { return address_; }
  // The next connection, as a stream of loop `owner`. `unavailable` once closed; other errors (out of
  // descriptors) pass: wait a little and call again.
  Task<Result<std::unique_ptr<Stream>>> accept(Loop& owner);
  // Makes accept return. On the loop's thread.
  void close();

 private:
  Listener(Loop& loop, HostPort address);
  boost::asio::ip::tcp::acceptor acceptor_;
  HostPort address_;
};

}  // namespace assay::io
