#include "io/http/transport.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace assay::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

asio::mutable_buffer buffer_of(MutableBytes bytes) {
  return {bytes.data(), bytes.size()};
}

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(tcp::socket socket) : socket_(std::move(socket)) {}

  void handshake(Done done) override {
    asio::post(socket_.get_executor(), [done = std::move(done)] { done({}, 0); });
  }
  void read_some(MutableBytes into, Done done) override {
    socket_.async_read_some(buffer_of(into), std::move(done));
  }
  void write_all(std::vector<asio::const_buffer> pieces, Done done) override {
    asio::async_write(socket_, pieces, std::move(done));
  }
  tcp::socket& socket() override { return socket_; }

 private:
  tcp::socket socket_;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(tcp::socket socket, asio::ssl::context& context, const std::string& host, bool verify)
      : stream_(std::move(socket), context) {
    boost::system::error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    // RFC 6066: a server name is a DNS name, never an address.
    if (not_an_address) SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
    boost::system::error_code ignored;
    stream_.set_verify_mode(verify ? asio::ssl::verify_peer : asio::ssl::verify_none, ignored);
    if (verify) stream_.set_verify_callback(asio::ssl::host_name_verification(host), ignored);
  }

  void handshake(Done done) override {
    stream_.async_handshake(
        asio::ssl::stream_base::client,
        [done = std::move(done)](boost::system::error_code problem) { done(problem, 0); });
  }
  void read_some(MutableBytes into, Done done) override {
    stream_.async_read_some(buffer_of(into), std::move(done));
  }
  void write_all(std::vector<asio::const_buffer> pieces, Done done) override {
    asio::async_write(stream_, pieces, std::move(done));
  }
  tcp::socket& socket() override { return stream_.next_layer(); }

 private:
  asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

void Transport::shutdown_send() {
  boost::system::error_code ignored;
  socket().shutdown(tcp::socket::shutdown_send, ignored);
}

void Transport::close() {
  boost::system::error_code ignored;
  socket().close(ignored);
}

std::unique_ptr<Transport> make_plain_transport(tcp::socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> make_tls_transport(tcp::socket socket, asio::ssl::context& context,
                                              const std::string& host, bool verify) {
  return std::make_unique<TlsTransport>(std::move(socket), context, host, verify);
}

}  // namespace assay::io
