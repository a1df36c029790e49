#include "io/http/message_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <type_traits>

#include "io/http/url.h"

namespace assay::io {
namespace {

namespace http = boost::beast::http;

ReadFailure failure_of(const boost::system::error_code& problem) {
  if (problem == http::error::header_limit) return {431, "the head is larger than this server takes"};
  if (problem == http::error::body_limit) return {413, "the body is larger than this server takes"};
  if (problem == http::error::bad_version) return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  if (problem == http::error::partial_message || problem == http::error::end_of_stream) {
    return {400, "the message ends too early"};
  }
  return {400, "not an HTTP message: " + problem.message()};
}

HttpHeaders headers_of(const http::fields& fields) {
  HttpHeaders out;
  for (const auto& field : fields) out.add(std::string(field.name_string()), std::string(field.value()));
  return out;
}

template <bool is_request, class Base>
class Reader : public Base {
 public:
  Reader(const MessageReader::Bounds& bounds, bool no_body) {
    parser_.eager(true);
    parser_.header_limit(static_cast<std::uint32_t>(bounds.header_bytes_max));
    parser_.body_limit(bounds.body_bytes_max);
    if constexpr (!is_request) parser_.skip(no_body);
  }

  ReadState feed(std::string_view input, std::size_t& taken) override {
    taken = 0;
    while (taken < input.size() && !parser_.is_done()) {
      const std::string_view rest = input.substr(taken);
      started_ = true;
      boost::system::error_code problem;
      const std::size_t used = parser_.put(boost::asio::const_buffer(rest.data(), rest.size()), problem);
      taken += used;
      if (problem == http::error::need_more) break;
      if (problem) return fail(failure_of(problem));
      if (used == 0) break;
    }
    return parser_.is_done() ? check() : ReadState::more;
  }

  ReadState finish() override {
    if (parser_.is_done()) return check();
    boost::system::error_code problem;
    parser_.put_eof(problem);
    return problem ? fail(failure_of(problem)) : parser_.is_done() ? check() : ReadState::more;
  }

  bool started() const override { return started_; }
  bool head_done() const override { return parser_.is_header_done(); }
  bool keep_alive() const override { return parser_.keep_alive(); }
  std::size_t body_bytes() const override { return parser_.get().body().size(); }

 protected:
  using Base::fail;

  // What Beast leaves to its user: a target that is one, and the one Host that RFC 9112 (3.2) asks for.
  ReadState check() {
    if constexpr (is_request) {
      const auto& message = parser_.get();
      const auto target = message.target();
      if (!target.starts_with('/') && !target.starts_with("http://") && !target.starts_with("https://") &&
          target != "*") {
        return fail({400, "the request target is neither a path nor a URL"});
      }
      const std::size_t hosts = message.count(http::field::host);
      if (hosts > 1 || (hosts == 0 && message.version() >= 11)) return fail({400, "it must name one Host"});
    }
    return ReadState::complete;
  }

  http::parser<is_request, http::string_body> parser_;
  bool started_ = false;
};

class BeastRequestReader final : public Reader<true, RequestReader> {
 public:
  explicit BeastRequestReader(const Bounds& bounds) : Reader(bounds, false) {}

  bool expects_continue() const override {
    const auto expect = parser_.get()[http::field::expect];
    return boost::beast::iequals(expect, "100-continue");
  }

  HttpRequest take() override {
    auto message = parser_.release();
    HttpRequest request;
    request.method = std::string(message.method_string());
    const auto target = message.target();
    parse_target({target.data(), target.size()}, request);
    request.headers = headers_of(message);
    request.body = std::move(message.body());
    return request;
  }
};

class BeastResponseReader final : public Reader<false, ResponseReader> {
 public:
  using Reader::Reader;

  HttpResponse take() override {
    auto message = parser_.release();
    HttpResponse response;
    response.status = static_cast<int>(message.result_int());
    response.content_type = std::string(message[http::field::content_type]);
    response.headers = headers_of(message);
    response.body = std::move(message.body());
    return response;
  }
};

}  // namespace

std::unique_ptr<RequestReader> make_request_reader(const MessageReader::Bounds& bounds) {
  return std::make_unique<BeastRequestReader>(bounds);
}

std::unique_ptr<ResponseReader> make_response_reader(const MessageReader::Bounds& bounds, bool head) {
  return std::make_unique<BeastResponseReader>(bounds, head);
}

}  // namespace assay::io
