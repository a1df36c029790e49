#include "io/net/tcp.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "io/net/asio_error.h"

namespace assay::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

std::string text_of(const tcp::endpoint& endpoint) {
  return to_string(HostPort{endpoint.address().to_string(), endpoint.port()});
}

class TcpStream : public Stream {
 public:
  explicit TcpStream(tcp::socket socket) : socket_(std::move(socket)) {
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
    const auto peer = socket_.remote_endpoint(ignored);
    peer_ = ignored ? "unknown" : text_of(peer);
  }

  Result<std::size_t> read_now(MutableBytes into) override {
    error_code error;
    const std::size_t n = socket_.read_some(asio::buffer(into.data(), into.size()), error);
    return told(error, n);
  }

  Task<void> wait_readable() override {
    const auto slot = wait_.slot();
    co_await socket_.async_wait(tcp::socket::wait_read, asio::bind_cancellation_slot(slot, kTuple));
  }

  void wake() override { wait_.emit(asio::cancellation_type::terminal); }

  Task<Result<std::size_t>> read_some(MutableBytes into) override {
    const auto slot = wait_.slot();
    const auto [error, n] = co_await socket_.async_read_some(asio::buffer(into.data(), into.size()),
                                                             asio::bind_cancellation_slot(slot, kTuple));
    co_return told(error, n);
  }

  // Tries at once, and suspends only for what the socket does not take.
  Task<Result<void>> write(std::span<const Bytes> pieces) override {
    std::size_t at = 0, offset = 0;
    while (at < pieces.size()) {
      std::array<asio::const_buffer, 16> batch;
      std::size_t count = 0;
      for (std::size_t i = at; i < pieces.size() && count < batch.size(); ++i) {
        const Bytes rest = i == at ? pieces[i].subspan(offset) : pieces[i];
        batch[count++] = asio::buffer(rest.data(), rest.size());
      }
      error_code error;
      std::size_t n = socket_.write_some(std::span(batch.data(), count), error);
      if (error == asio::error::would_block || error == asio::error::try_again) {
        std::tie(error, n) = co_await socket_.async_write_some(std::span(batch.data(), count), kTuple);
      }
      if (error) co_return to_error(error, peer_);
      for (offset += n; at < pieces.size() && offset >= pieces[at].size(); ++at) offset -= pieces[at].size();
    }
    co_return Result<void>{};
  }

  void shutdown_send() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

  const std::string& peer() const override { return peer_; }

 private:
  Result<std::size_t> told(const error_code& error, std::size_t n) const {
    if (!error) return n;
    if (error == asio::error::eof) return std::size_t{0};
    if (error == asio::error::would_block || error == asio::error::try_again)
      return Error(ErrorCode::unavailable, "");
    return to_error(error, peer_);
  }

  tcp::socket socket_;
  std::string peer_;
  asio::cancellation_signal wait_;
};

// Numbers need no resolver, and so no thread.
Task<std::pair<error_code, std::vector<tcp::endpoint>>> endpoints_of(tcp::resolver& resolver,
                                                                     const HostPort& to) {
  error_code error;
  const auto literal = asio::ip::make_address(to.host, error);
  std::vector<tcp::endpoint> out;
  if (!error) {
    out.emplace_back(literal, to.port);
    co_return std::pair{error_code{}, out};
  }
  const auto [failure, found] = co_await resolver.async_resolve(to.host, std::to_string(to.port), kTuple);
  for (const auto& entry : found) out.push_back(entry.endpoint());
  co_return std::pair{failure, out};
}

Result<tcp::endpoint> endpoint_to_bind(const HostPort& address) {
  error_code error;
  const std::string host = address.host == "localhost" ? "127.0.0.1" : address.host;
  const auto parsed = asio::ip::make_address(host, error);
  if (error) {
    return Error(ErrorCode::invalid, "to listen, an address of this machine is needed, not a name")
        .within(to_string(address));
  }
  return tcp::endpoint(parsed, address.port);
}

}  // namespace

Task<Result<void>> Stream::write(Bytes bytes) {
  co_return co_await write(std::span<const Bytes>(&bytes, 1));
}

Task<Result<std::unique_ptr<Stream>>> TcpConnector::connect(Loop& loop, HostPort to,
                                                            std::chrono::milliseconds timeout) {
  tcp::resolver resolver(loop.context());
  tcp::socket socket(loop.context());
  asio::steady_timer timer(loop.context(), timeout);
  auto live = std::make_shared<bool>(true);
  bool late = false;
  timer.async_wait([&, live](const error_code& error) {
    if (error || !*live) return;
    late = true;
    resolver.cancel();
    error_code ignored;
    socket.close(ignored);
  });
  auto [error, endpoints] = co_await endpoints_of(resolver, to);
  if (!error && !late) {
    std::tie(error, std::ignore) = co_await asio::async_connect(
        socket, endpoints, [&](const error_code&, const tcp::endpoint&) { return !late; }, kTuple);
  }
  *live = false;
  if (late) error = asio::error::timed_out;
  if (error) co_return Error(ErrorCode::unavailable, error.message()).within(to_string(to));
  co_return std::unique_ptr<Stream>(std::make_unique<TcpStream>(std::move(socket)));
}

Listener::Listener(Loop& loop, HostPort address) : acceptor_(loop.context()), address_(std::move(address)) {}

Listener::~Listener() = default;

Result<std::unique_ptr<Listener>> Listener::bind(Loop& loop, const HostPort& address) {
  const auto endpoint = endpoint_to_bind(address);
  if (!endpoint) return endpoint.error();
  std::unique_ptr<Listener> out(new Listener(loop, address));
  error_code error;
  out->acceptor_.open(endpoint->protocol(), error);
  if (!error) out->acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) out->acceptor_.bind(*endpoint, error);
  if (!error) out->acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return to_error(error, "cannot listen on " + to_string(address));
  out->address_.port = out->acceptor_.local_endpoint(error).port();
  return out;
}

Task<Result<std::unique_ptr<Stream>>> Listener::accept(Loop& owner) {
  tcp::socket socket(owner.context());
  const auto [error] = co_await acceptor_.async_accept(socket, kTuple);
  if (!acceptor_.is_open()) co_return Error(ErrorCode::unavailable, "closed").within(to_string(address_));
  if (error) co_return to_error(error, to_string(address_)).within("cannot accept");
  co_return std::unique_ptr<Stream>(std::make_unique<TcpStream>(std::move(socket)));
}

void Listener::close() {
  error_code ignored;
  acceptor_.close(ignored);
}

}  // namespace assay::io
