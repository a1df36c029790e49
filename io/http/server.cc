#include "io/http/server.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/log.h"
#include "io/http/server_session.h"

namespace assay::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{100};

std::string name_of(const HttpServerOptions& options) {
  const bool v6 = options.host.find(':') != std::string::npos;
  return (v6 ? '[' + options.host + ']' : options.host) + ':' + std::to_string(options.port);
}

}  // namespace

class HttpServer::Core : public ServerShared, public std::enable_shared_from_this<Core> {
 public:
  Core() : context_(2), acceptor_(asio::make_strand(context_)), pause_(acceptor_.get_executor()) {}

  Result<void> bind() {
    error_code problem;
    tcp::resolver resolver(context_);
    const auto found =
        resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, problem);
    if (problem || found.empty()) return failed(problem);
    const tcp::endpoint address = found.begin()->endpoint();
    acceptor_.open(address.protocol(), problem);
    if (!problem) acceptor_.set_option(tcp::acceptor::reuse_address(true), problem);
    if (!problem) acceptor_.bind(address, problem);
    if (!problem) acceptor_.listen(asio::socket_base::max_listen_connections, problem);
    if (!problem) port_ = acceptor_.local_endpoint(problem).port();
    return problem ? failed(problem) : Result<void>{};
  }

  void start() {
    accept();
    for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
      threads_.emplace_back([this] { context_.run(); });
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      stopping_ = true;
    }
    asio::post(acceptor_.get_executor(), [this] {
      error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
    });
    for (auto& session : alive()) {
      auto executor = session->executor();
      asio::post(executor, [session = std::move(session)] { session->close(); });
    }
    for (std::thread& thread : threads_) thread.join();
  }

  void forget(const void* session) override {
    const std::lock_guard lock(mutex_);
    open_sessions_ -= sessions_.erase(session);
  }

  std::uint16_t port() const { return port_; }

 private:
  Error failed(const error_code& problem) const {
    return Error(ErrorCode::io, fmt::format("cannot listen on {}: {}", name_of(options), problem.message()));
  }

  void accept() {
    acceptor_.async_accept(asio::make_strand(context_), [this](error_code problem, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (problem && problem != asio::error::connection_aborted) {
        spdlog::warn("http: {}: cannot accept: {}", name_of(options), problem.message());
        pause_.expires_after(kAcceptPause);
        return pause_.async_wait([this](error_code cancelled) {
          if (!cancelled && acceptor_.is_open()) accept();
        });
      }
      if (!problem) admit(std::move(socket));
      accept();
    });
  }

  void admit(tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const tcp::endpoint peer = socket.remote_endpoint(ignored);
    auto session = std::make_shared<ServerSession>(
        shared_from_this(), make_plain_transport(std::move(socket)), peer.address().to_string());
    const bool full = open_sessions_ >= options.connections_max && !make_room();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      sessions_.emplace(session.get(), session);
      ++open_sessions_;
    }
    auto executor = session->executor();
    asio::post(executor, [session = std::move(session), full] {
      full ? session->refuse_and_close(503, "too many connections") : session->start();
    });
  }

  // Not under the lock: whoever lets go of a session last makes it call forget().
  std::vector<std::shared_ptr<ServerSession>> alive() {
    std::vector<std::shared_ptr<ServerSession>> out;
    const std::lock_guard lock(mutex_);
    for (const auto& [key, weak] : sessions_) {
      if (auto session = weak.lock()) out.push_back(std::move(session));
    }
    return out;
  }

  // The session forgets itself a moment later; until then there is one more than the limit.
  bool make_room() {
    std::shared_ptr<ServerSession> oldest;
    for (const auto& session : alive()) {
      const std::int64_t since_ms = session->idle_since_ms();
      if (since_ms != 0 && (!oldest || since_ms < oldest->idle_since_ms())) oldest = session;
    }
    if (!oldest) return false;
    auto executor = oldest->executor();
    asio::post(executor, [session = std::move(oldest)] { session->close_if_idle(); });
    return true;
  }

  asio::io_context context_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::unordered_map<const void*, std::weak_ptr<ServerSession>> sessions_;
  std::atomic<std::size_t> open_sessions_{0};
};

HttpServer::HttpServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}
HttpServer::~HttpServer() {
  stop();
}
std::uint16_t HttpServer::port() const {
  return core_->port();
}
void HttpServer::stop() {
  core_->stop();
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const HttpServerOptions& options,
                                                       HttpHandler handler) {
  auto core = std::make_shared<Core>();
  core->options = options;
  core->handler = std::move(handler);
  if (const auto bound = core->bind(); !bound) return bound.error();
  core->start();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

}  // namespace assay::io
