#include "io/http/server_session.h"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <ctime>
#include <exception>

#include "base/log.h"

namespace assay::io {
namespace {

constexpr std::size_t kLingerBytesMax = 1UL << 20;
constexpr std::chrono::milliseconds kLinger{1'000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

HttpResponse ServerShared::refusal(int status, std::string_view why) const {
  if (options.refusal) return options.refusal(status, why);
  return HttpResponse{status, "text/plain; charset=utf-8", {}, std::string(why) + "\n"};
}

ServerSession::ServerSession(std::shared_ptr<ServerShared> shared, std::unique_ptr<Transport> transport,
                             std::string remote)
    : shared_(std::move(shared)),
      transport_(std::move(transport)),
      timer_(transport_->socket().get_executor()),
      remote_(std::move(remote)) {}

ServerSession::~ServerSession() {
  shared_->body_bytes -= body_charge_;
  shared_->forget(this);
}

void ServerSession::start() {
  next_request();
}

void ServerSession::refuse_and_close(int status, std::string_view why) {
  write(shared_->refusal(status, why), false);
}

void ServerSession::close() {
  phase_ = Phase::closed;
  idle_since_ms_ = 0;
  ++timer_number_;
  timer_.cancel();
  transport_->close();
}

void ServerSession::close_if_idle() {
  if (phase_ == Phase::idle) close();
}

void ServerSession::enter(Phase phase, std::chrono::milliseconds timeout) {
  phase_ = phase;
  idle_since_ms_ = phase == Phase::idle ? steady_ms() : 0;
  timer_.expires_after(timeout);
  timer_.async_wait(
      [self = shared_from_this(), number = ++timer_number_](const boost::system::error_code& problem) {
        if (!problem && number == self->timer_number_) self->on_timeout();
      });
}

void ServerSession::on_timeout() {
  switch (phase_) {
    case Phase::reading:
      if (continue_under_way_) return close();  // one write at a time
      return refuse_and_close(408, "the request did not arrive in time");
    case Phase::handling:
      return refuse_and_close(503, "the answer was not ready in time");
    case Phase::idle:
    case Phase::writing:
    case Phase::closing:
    case Phase::closed:
      return close();
  }
}

void ServerSession::next_request() {
  const auto& limits = shared_->options.limits;
  reader_ = make_request_reader({limits.http_header_bytes_max, limits.http_body_bytes_max});
  continued_ = false;
  shared_->body_bytes -= body_charge_;
  body_charge_ = 0;
  if (pending_.empty()) {
    enter(Phase::idle, shared_->options.idle_timeout);
    return read();
  }
  enter(Phase::reading, shared_->options.request_timeout);  // pipelined: it is here already
  parse();
}

void ServerSession::read() {
  if (read_under_way_) return;
  read_under_way_ = true;
  transport_->read_some(chunk_,
                        [self = shared_from_this()](boost::system::error_code problem, std::size_t bytes) {
                          self->read_under_way_ = false;
                          switch (self->phase_) {
                            case Phase::idle:
                            case Phase::reading:
                              return problem ? self->close() : self->on_read(bytes);
                            case Phase::closing:
                              return problem ? self->close() : self->linger(bytes);
                            case Phase::handling:
                            case Phase::writing:  // refused meanwhile: what still arrives is nothing to us
                            case Phase::closed:
                              return;
                          }
                        });
}

void ServerSession::on_read(std::size_t bytes) {
  if (phase_ == Phase::idle) enter(Phase::reading, shared_->options.request_timeout);
  pending_.append(reinterpret_cast<const char*>(chunk_.data()), bytes);
  parse();
}

void ServerSession::parse() {
  std::size_t taken = 0;
  const ReadState state = reader_->feed(pending_, taken);
  pending_.erase(0, taken);
  if (state == ReadState::failed) {
    return refuse_and_close(reader_->failure().status, reader_->failure().why);
  }
  if (!charge_body()) return refuse_and_close(503, "too many large requests at once");
  if (state == ReadState::complete) return dispatch();
  if (reader_->head_done() && !continued_ && reader_->expects_continue()) return send_continue();
  read();
}

bool ServerSession::charge_body() {
  const std::size_t bytes = reader_->body_bytes();
  const std::size_t all = shared_->body_bytes += bytes - body_charge_;
  body_charge_ = bytes;
  return all <= shared_->options.bodies_in_flight_bytes_max;
}

void ServerSession::send_continue() {
  continued_ = true;
  continue_under_way_ = true;
  transport_->write_all({boost::asio::const_buffer(kContinue.data(), kContinue.size())},
                        [self = shared_from_this()](boost::system::error_code problem, std::size_t) {
                          self->continue_under_way_ = false;
                          if (self->phase_ != Phase::reading) return;
                          if (problem) return self->close();
                          self->read();
                        });
}

void ServerSession::dispatch() {
  enter(Phase::handling, shared_->options.reply_timeout);
  keep_alive_ = reader_->keep_alive();
  HttpRequest request = reader_->take();
  request.remote_address = remote_;
  head_only_ = request.method == "HEAD";
  if (head_only_) request.method = "GET";
  // Weak: a reply that comes when the server is gone must find nobody.
  const HttpReply reply = [weak = weak_from_this(), number = ++request_number_](HttpResponse response) {
    const auto self = weak.lock();
    if (!self) return;
    boost::asio::post(self->executor(), [weak, number, response = std::move(response)]() mutable {
      if (const auto session = weak.lock()) session->on_reply(number, std::move(response));
    });
  };
  try {
    shared_->handler(std::move(request), reply);
  } catch (const std::exception& problem) {
    spdlog::error("http: a handler failed: {}", problem.what());
    reply(shared_->refusal(500, "an internal error; the log says more"));
  }
}

void ServerSession::on_reply(std::uint64_t number, HttpResponse response) {
  if (phase_ != Phase::handling || number != request_number_) return;  // too late, or twice
  write(std::move(response), keep_alive_);
}

void ServerSession::write(HttpResponse response, bool keep_alive) {
  const auto more = std::chrono::seconds(response.body.size() >> 16);
  enter(Phase::writing, shared_->options.write_timeout + more);
  response_ = std::move(response);
  head_ = write_response_head(response_, keep_alive, std::time(nullptr));
  std::vector<boost::asio::const_buffer> pieces{boost::asio::buffer(head_)};
  if (!head_only_ && response_.status >= 200 && response_.status != 204 && response_.status != 304) {
    pieces.push_back(boost::asio::buffer(response_.body));
  }
  head_only_ = false;
  transport_->write_all(std::move(pieces), [self = shared_from_this(), keep_alive](
                                               boost::system::error_code problem, std::size_t) {
    if (self->phase_ != Phase::writing) return;
    if (problem) return self->close();
    self->response_ = {};
    keep_alive ? self->next_request() : self->linger(0);
  });
}

// Closing with unread bytes in the socket would reset the connection, and the client might lose the answer
// (RFC 9112, 9.6).
void ServerSession::linger(std::size_t bytes) {
  if (phase_ != Phase::closing) {
    enter(Phase::closing, kLinger);
    transport_->shutdown_send();
  }
  lingered_bytes_ += bytes;
  if (lingered_bytes_ > kLingerBytesMax) return close();
  read();
}

}  // namespace assay::io
