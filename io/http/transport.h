// What HTTP connections read and write through: plain TCP or TLS. Inside io/http only, since Asio shows.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace assay::io {

// Callbacks run on the socket's executor. At most one read and one write under way. Whoever starts an
// operation keeps the transport alive until its callback.
class Transport {
 public:
  using Done = std::function<void(boost::system::error_code, std::size_t)>;
  virtual ~Transport() = default;

  // On the connecting side, once TCP stands: TLS greets, plain has nothing to do.
  virtual void handshake(Done done) = 0;
  // At least one byte, or an error (`eof`: the other side has finished sending).
  virtual void read_some(MutableBytes into, Done done) = 0;
  virtual void write_all(std::vector<boost::asio::const_buffer> pieces, Done done) = 0;
  virtual boost::asio::ip::tcp::socket& socket() = 0;

  // No more writing; reading goes on (plain TCP).
  void shutdown_send();
  // Operations under way end with `operation_aborted`.
  void close();
};

std::unique_ptr<Transport> make_plain_transport(boost::asio::ip::tcp::socket socket);
// A client's TLS: `host` is told (SNI) and, with `verify`, compared with the certificate. `context` outlives
// it.
std::unique_ptr<Transport> make_tls_transport(boost::asio::ip::tcp::socket socket,
                                              boost::asio::ssl::context& context, const std::string& host,
                                              bool verify);

}  // namespace assay::io
