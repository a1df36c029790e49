#include "io/http/client_call.h"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

namespace assay::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// What may be sent again when a kept connection turns out to be dead (RFC 9110, 9.2.2).
bool idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE";
}

}  // namespace

ClientCall::ClientCall(ConnectionPool& pool, HttpCall call, Url url, std::string target,
                       HttpClient::Answer answer)
    : pool_(pool),
      call_(std::move(call)),
      url_(std::move(url)),
      target_(std::move(target)),
      answer_(std::move(answer)),
      deadline_(pool.context()),
      connect_deadline_(pool.context()),
      resolver_(pool.context()) {}

void ClientCall::start() {
  deadline_.expires_after(pool_.options().call_timeout);
  deadline_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled) self->fail(ErrorCode::unavailable, "no answer in time");
  });
  pool_.lend(shared_from_this(), false);
}

void ClientCall::use(std::unique_ptr<Transport> transport) {
  lent_ = true;
  reused_ = true;
  transport_ = std::move(transport);
  send();
}

void ClientCall::connect() {
  lent_ = true;
  reused_ = false;
  connect_deadline_.expires_after(pool_.options().connect_timeout);
  connect_deadline_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled) self->fail(ErrorCode::unavailable, "no connection in time");
  });
  resolver_.async_resolve(
      url_.host, std::to_string(url_.port),
      [self = shared_from_this()](const error_code& problem, const tcp::resolver::results_type& addresses) {
        if (self->ended_) return;
        if (problem) return self->fail(ErrorCode::unavailable, problem.message());
        self->connect_to(addresses);
      });
}

void ClientCall::connect_to(const tcp::resolver::results_type& addresses) {
  connecting_ = std::make_unique<tcp::socket>(pool_.context());
  asio::async_connect(*connecting_, addresses,
                      [self = shared_from_this()](const error_code& problem, const tcp::endpoint&) {
                        if (self->ended_) return;
                        if (problem) return self->fail(ErrorCode::unavailable, problem.message());
                        self->greet();
                      });
}

void ClientCall::greet() {
  error_code ignored;
  connecting_->set_option(tcp::no_delay(true), ignored);
  transport_ = url_.tls ? make_tls_transport(std::move(*connecting_), pool_.tls(), url_.host,
                                             pool_.options().verify_peer)
                        : make_plain_transport(std::move(*connecting_));
  connecting_.reset();
  transport_->handshake([self = shared_from_this()](error_code problem, std::size_t) {
    if (self->ended_) return;
    if (problem) return self->fail(ErrorCode::unavailable, "TLS: " + problem.message());
    self->connect_deadline_.cancel();
    self->send();
  });
}

void ClientCall::send() {
  HttpHeaders headers = call_.headers;
  if (!url_.user.empty() && !headers.has("Authorization")) {
    headers.add("Authorization", basic_authorization(url_.user, url_.password));
  }
  head_ = write_request_head(call_.method, target_, url_.authority(), headers, call_.content_type,
                             call_.body.size());
  reader_ = make_response_reader({Limits{}.http_header_bytes_max, pool_.options().response_bytes_max},
                                 call_.method == "HEAD");
  std::vector<asio::const_buffer> pieces{asio::buffer(head_), asio::buffer(call_.body)};
  transport_->write_all(std::move(pieces), [self = shared_from_this()](error_code problem, std::size_t) {
    if (self->ended_) return;
    // A server may answer and close before it has read all: what it said is still there to be read.
    if (problem && problem != asio::error::broken_pipe && problem != asio::error::connection_reset) {
      return self->on_lost(problem);
    }
    self->read();
  });
}

void ClientCall::read() {
  transport_->read_some(chunk_, [self = shared_from_this()](error_code problem, std::size_t bytes) {
    if (self->ended_) return;
    if (problem == asio::error::eof && self->reader_->started()) {
      return self->reader_->finish() == ReadState::complete ? self->succeed() : self->on_lost(problem);
    }
    problem ? self->on_lost(problem) : self->on_read(bytes);
  });
}

void ClientCall::on_lost(const error_code& problem) {
  if (!reused_ || reader_->started() || !idempotent(call_.method)) {
    return fail(ErrorCode::unavailable, "cut off: " + problem.message());
  }
  lent_ = false;
  transport_.reset();
  pool_.give_back(url_, nullptr);
  pool_.lend(shared_from_this(), true);
}

void ClientCall::on_read(std::size_t bytes) {
  pending_.append(reinterpret_cast<const char*>(chunk_.data()), bytes);
  parse();
}

void ClientCall::parse() {
  std::size_t taken = 0;
  const ReadState state = reader_->feed(pending_, taken);
  pending_.erase(0, taken);
  switch (state) {
    case ReadState::more:
      return read();
    case ReadState::complete:
      return succeed();
    case ReadState::failed: {
      const int status = reader_->failure().status;
      const bool large = status == 413 || status == 431;
      return fail(large ? ErrorCode::too_large : ErrorCode::unavailable,
                  large ? "the answer is larger than taken here" : "the answer is not HTTP");
    }
  }
}

void ClientCall::succeed() {
  const bool keep = reader_->keep_alive() && pending_.empty();
  HttpResponse response = reader_->take();
  if (response.status / 100 == 1 && response.status != 101) {  // only a promise; the answer follows
    reader_ = make_response_reader({Limits{}.http_header_bytes_max, pool_.options().response_bytes_max},
                                   call_.method == "HEAD");
    return pending_.empty() ? read() : parse();
  }
  end(std::move(response), keep ? std::move(transport_) : nullptr);
}

void ClientCall::fail(ErrorCode code, std::string_view why) {
  end(Error(code, fmt::format("{} {}: {}", call_.method, url_.text(), why)), nullptr);
}

void ClientCall::end(Result<HttpResponse> result, std::unique_ptr<Transport> kept) {
  if (ended_) return;
  ended_ = true;
  const auto self = shared_from_this();
  deadline_.cancel();
  connect_deadline_.cancel();
  resolver_.cancel();
  error_code ignored;
  if (connecting_) connecting_->close(ignored);
  if (transport_) transport_->close();
  pool_.forget(this);
  if (lent_) pool_.give_back(url_, std::move(kept));
  const HttpClient::Answer answer = std::move(answer_);
  answer(std::move(result));
}

}  // namespace assay::io
