#include "io/http/client.h"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "base/base64.h"
#include "base/bytes.h"
#include "io/http/client_call.h"

namespace assay::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Shorter than servers' own patience (Jetty 30 s), so that a kept connection is seldom found dead.
constexpr std::chrono::seconds kKept{20};

struct Kept {
  std::unique_ptr<Transport> transport;
  std::chrono::steady_clock::time_point since;
};

struct Host {
  std::vector<Kept> idle;
  std::size_t open = 0;  // idle ones too
  std::deque<std::shared_ptr<ClientCall>> waiting;
};

// Whether the other side has hung up, or (without TLS) said something unasked.
bool dead(const Kept& kept, bool tls) {
  if (std::chrono::steady_clock::now() - kept.since > kKept) return true;
  tcp::socket& socket = kept.transport->socket();
  error_code problem;
  socket.non_blocking(true, problem);
  char byte = 0;
  const std::size_t seen = socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, problem);
  if (problem == asio::error::would_block || problem == asio::error::try_again) return false;
  return !(tls && seen > 0);
}

Result<HttpResponse> bad_call(const Error& error) {
  return error;
}

}  // namespace

class HttpClient::Core final : public ConnectionPool {
 public:
  explicit Core(const HttpClientOptions& options)
      : tls_(asio::ssl::context::tls_client),
        context_(1),
        options_(options),
        work_(context_.get_executor()) {}
  ~Core() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<void> prepare() {
    error_code problem;
    tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1,
                     problem);
    if (options_.ca_file.empty()) {
      tls_.set_default_verify_paths(problem);
    } else {
      tls_.load_verify_file(options_.ca_file, problem);
    }
    if (problem) {
      return Error(ErrorCode::invalid, fmt::format("cannot read certificates from {}: {}",
                                                   options_.ca_file.empty() ? "the system" : options_.ca_file,
                                                   problem.message()));
    }
    thread_ = std::thread([this] { context_.run(); });
    return {};
  }

  void begin(HttpCall call, Answer answer) {
    const std::size_t mark = call.url.find('?');
    auto url = parse_url(std::string_view(call.url).substr(0, mark));
    if (!url) {
      return asio::post(context_,
                        [answer = std::move(answer), error = url.error()] { answer(bad_call(error)); });
    }
    std::string target = url->path.empty() ? "/" : url->path;
    if (mark != std::string::npos) target += call.url.substr(mark);
    for (const char c : call.method + target) {
      if (c <= ' ' || c == 0x7f) {
        const Error error(ErrorCode::invalid, "white space or a control character in the method or the URL");
        return asio::post(context_, [answer = std::move(answer), error] { answer(bad_call(error)); });
      }
    }
    auto begun = std::make_shared<ClientCall>(*this, std::move(call), std::move(*url), std::move(target),
                                              std::move(answer));
    asio::post(context_, [this, begun = std::move(begun)] {
      calls_.insert(begun);
      begun->start();
    });
  }

  void run_after(std::chrono::milliseconds delay, std::function<void()> task) {
    asio::post(context_, [this, delay, task = std::move(task)] {
      auto timer = std::make_shared<asio::steady_timer>(context_, delay);
      timer->async_wait([timer, task](const error_code& cancelled) {
        if (!cancelled) task();
      });
    });
  }

  asio::io_context& context() override { return context_; }
  asio::ssl::context& tls() override { return tls_; }
  const HttpClientOptions& options() const override { return options_; }

  void lend(const std::shared_ptr<ClientCall>& call, bool fresh) override {
    Host& host = hosts_[key(call->url())];
    while (!fresh && !host.idle.empty()) {
      Kept kept = std::move(host.idle.back());
      host.idle.pop_back();
      if (!dead(kept, call->url().tls)) return call->use(std::move(kept.transport));
      --host.open;
    }
    if (host.open >= options_.connections_per_host_max && !host.idle.empty()) {
      host.idle.pop_back();
      --host.open;
    }
    if (host.open >= options_.connections_per_host_max) return host.waiting.push_back(call);
    ++host.open;
    call->connect();
  }

  void give_back(const Url& url, std::unique_ptr<Transport> transport) override {
    Host& host = hosts_[key(url)];
    if (transport) {
      host.idle.push_back({std::move(transport), std::chrono::steady_clock::now()});
    } else {
      --host.open;
    }
    // Later: the call that gave back has not ended yet, and who waits may have by then.
    asio::post(context_, [this, &host] {
      if (host.waiting.empty()) return;
      const auto next = std::move(host.waiting.front());
      host.waiting.pop_front();
      lend(next, false);
    });
  }

  void forget(const ClientCall* call) override {
    Host& host = hosts_[key(call->url())];
    std::erase_if(host.waiting, [&](const auto& waiting) { return waiting.get() == call; });
    std::erase_if(calls_, [&](const auto& known) { return known.get() == call; });
  }

 private:
  static std::string key(const Url& url) { return (url.tls ? "s" : "p") + url.authority(); }

  asio::ssl::context tls_;
  asio::io_context context_;  // before everything that lives on it
  const HttpClientOptions options_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::map<std::string, Host> hosts_;
  std::set<std::shared_ptr<ClientCall>> calls_;
  std::thread thread_;
};

HttpClient::HttpClient(std::shared_ptr<Core> core) : core_(std::move(core)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::create(const HttpClientOptions& options) {
  auto core = std::make_shared<Core>(options);
  if (const auto ready = core->prepare(); !ready) return ready.error();
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(core)));
}

void HttpClient::call(HttpCall call, Answer answer) {
  core_->begin(std::move(call), std::move(answer));
}

Result<HttpResponse> HttpClient::call(HttpCall call) {
  auto promise = std::make_shared<std::promise<Result<HttpResponse>>>();
  auto future = promise->get_future();
  core_->begin(std::move(call),
               [promise](Result<HttpResponse> result) { promise->set_value(std::move(result)); });
  return future.get();
}

void HttpClient::run_after(std::chrono::milliseconds delay, std::function<void()> task) {
  core_->run_after(delay, std::move(task));
}

std::string basic_authorization(std::string_view user, std::string_view password) {
  return "Basic " + encode_base64(as_bytes(fmt::format("{}:{}", user, password)));
}

std::string bearer_authorization(std::string_view token) {
  return "Bearer " + std::string(token);
}

}  // namespace assay::io
