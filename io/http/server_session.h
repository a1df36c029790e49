// One connection of an HttpServer: reads a request whole, hands it out, writes the reply, and again. Runs on
// one strand.
//   idle -> reading -> handling -> writing -> idle | closing
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "io/http/message_reader.h"
#include "io/http/server.h"
#include "io/http/transport.h"

namespace assay::io {

// What the connections of one server share.
struct ServerShared {
  virtual ~ServerShared() = default;
  HttpServerOptions options;
  HttpHandler handler;
  std::atomic<std::size_t> body_bytes{0};
  HttpResponse refusal(int status, std::string_view why) const;
  virtual void forget(const void* session) = 0;
};

class ServerSession : public std::enable_shared_from_this<ServerSession> {
 public:
  ServerSession(std::shared_ptr<ServerShared> shared, std::unique_ptr<Transport> transport,
                std::string remote);
  ~ServerSession();

  // All on the strand.
  void start();
  void refuse_and_close(int status, std::string_view why);
  void close();
  void close_if_idle();

  boost::asio::any_io_executor executor() { return transport_->socket().get_executor(); }
  // Milliseconds of the steady clock since which it waits for a request; 0 while it does anything else.
  // Thread-safe.
  std::int64_t idle_since_ms() const { return idle_since_ms_.load(std::memory_order_relaxed); }

 private:
  enum class Phase : std::uint8_t { idle, reading, handling, writing, closing, closed };

  void enter(Phase phase, std::chrono::milliseconds timeout);
  void on_timeout();
  void read();
  void on_read(std::size_t bytes);
  void parse();
  bool charge_body();
  void send_continue();
  void dispatch();
  void on_reply(std::uint64_t number, HttpResponse response);
  void write(HttpResponse response, bool keep_alive);
  void next_request();
  void linger(std::size_t bytes);

  std::shared_ptr<ServerShared> shared_;  // first: it owns what the socket runs on
  std::unique_ptr<Transport> transport_;
  boost::asio::steady_timer timer_;
  std::uint64_t timer_number_ = 0;
  const std::string remote_;
  Phase phase_ = Phase::idle;
  std::atomic<std::int64_t> idle_since_ms_{0};
  std::unique_ptr<RequestReader> reader_;
  std::string pending_;  // received, not parsed: at most one head and one chunk
  std::array<std::uint8_t, 16384> chunk_{};
  std::size_t body_charge_ = 0;
  std::size_t lingered_bytes_ = 0;
  std::uint64_t request_number_ = 0;
  bool read_under_way_ = false;
  bool continued_ = false;
  bool continue_under_way_ = false;
  bool keep_alive_ = true;
  bool head_only_ = false;
  std::string head_;
  HttpResponse response_;
};

}  // namespace assay::io
