#include "io/http/client.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "io/http/server.h"
#include "raw_socket.h"

namespace assay::io {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::unique_ptr<HttpServer> serve(HttpHandler handler, HttpServerOptions options = {}) {
  return HttpServer::listen(options, std::move(handler)).value();
}

std::unique_ptr<HttpClient> client_with(HttpClientOptions options = {}) {
  return HttpClient::create(options).value();
}

std::string url(std::uint16_t port, std::string_view rest = "/") {
  return "http://127.0.0.1:" + std::to_string(port) + std::string(rest);
}

// Accepts one connection after another and plays a piece of tape on each: reads a head, says the text (up to
// the next form feed), again for each further part, then closes.
class Tape {
 public:
  explicit Tape(std::vector<std::string> answers) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(fd_, 8);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answers = std::move(answers)] {
      for (const std::string& answer : answers) {
        const int accepted = ::accept(fd_, nullptr, nullptr);
        if (accepted < 0) return;
        RawSocket socket(accepted, true);
        ++connections_;
        for (std::size_t at = 0; at != std::string::npos;) {
          socket.receive("\r\n\r\n");
          socket.clear();
          const std::size_t end = answer.find('\f', at);
          socket.send(answer.substr(at, end - at));
          at = end == std::string::npos ? end : end + 1;
        }
      }
    });
  }
  ~Tape() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  int fd_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

TEST(HttpClient, AsksAndIsAnswered) {
  const auto server = serve([](HttpRequest request, HttpReply reply) {
    reply(
        {201,
         "text/x",
         {{"X-Seen", std::string(request.headers.get("content-type"))}},
         request.method + request.target + request.body + std::string(request.headers.get("authorization"))});
  });
  const auto client = client_with();
  HttpCall call{"POST", url(server->port(), "/a?b=c"), {}, "text/y", "hello"};
  call.headers.add("Authorization", bearer_authorization("t0k"));
  const auto response = client->call(call);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->content_type, "text/x");
  EXPECT_EQ(response->headers.get("x-seen"), "text/y");
  EXPECT_EQ(response->body, "POST/a?b=chelloBearer t0k");
}

TEST(HttpClient, ShowsTheUrlsPasswordToTheServerOnly) {
  const auto server = serve([](HttpRequest request, HttpReply reply) {
    reply({200, "", {}, std::string(request.headers.get("authorization"))});
  });
  const auto client = client_with();
  const std::string at = "Aladdin:open%20sesame@127.0.0.1:";
  const auto response = client->call(HttpCall{"GET", "http://" + at + std::to_string(server->port())});
  EXPECT_EQ(response->body, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617's own example
  const auto refused = client->call(HttpCall{"GET", "http://" + at + "1/x"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), Not(HasSubstr("sesame")));
  EXPECT_THAT(refused.error().message(), HasSubstr("http://127.0.0.1:1/x"));
}

TEST(HttpClient, CodesEveryLengthOfBase64) {
  EXPECT_EQ(basic_authorization("", ""), "Basic Og==");
  EXPECT_EQ(basic_authorization("a", ""), "Basic YTo=");
  EXPECT_EQ(basic_authorization("a", "b"), "Basic YTpi");
}

TEST(HttpClient, UsesAConnectionAgain) {
  const std::string one = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
  Tape tape({one + "1\f" + one + "2\f" + one + "3"});
  const auto client = client_with();
  EXPECT_EQ(client->call(HttpCall{"GET", url(tape.port())})->body, "1");
  EXPECT_EQ(client->call(HttpCall{"POST", url(tape.port())})->body, "2");
  EXPECT_EQ(client->call(HttpCall{"GET", url(tape.port())})->body, "3");
  EXPECT_EQ(tape.connections(), 1);
}

TEST(HttpClient, SharesFewConnectionsAmongManyCalls) {
  std::atomic<int> now{0}, most{0};
  std::vector<std::thread> threads;
  std::mutex mutex;
  const auto server = serve([&](HttpRequest, HttpReply reply) {
    const int seen = ++now;
    for (int old = most; old < seen && !most.compare_exchange_weak(old, seen);) {
    }
    const std::lock_guard lock(mutex);
    threads.emplace_back([&now, reply] {
      std::this_thread::sleep_for(5ms);
      --now;
      reply({200, "", {}, "x"});
    });
  });
  HttpClientOptions options;
  options.connections_per_host_max = 3;
  const auto client = client_with(options);
  std::atomic<int> good{0};
  std::promise<void> all;
  for (int i = 0; i < 60; ++i) {
    client->call(HttpCall{"GET", url(server->port())}, [&](Result<HttpResponse> response) {
      if (response && ++good == 60) all.set_value();
    });
  }
  EXPECT_EQ(all.get_future().wait_for(10s), std::future_status::ready);
  EXPECT_LE(most, 3);
  EXPECT_GE(most, 2);
  server->stop();
  for (std::thread& thread : threads) thread.join();
}

TEST(HttpClient, FindsNobody) {
  const auto client = client_with();
  const auto response = client->call(HttpCall{"GET", url(1)});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
  EXPECT_THAT(response.error().message(), HasSubstr("refused"));
}

TEST(HttpClient, RefusesBadCalls) {
  const auto client = client_with();
  for (const char* bad : {"", "nonsense", "ftp://x", "http://h/a b", "http://h/?a=\r\nX: y"}) {
    const auto response = client->call(HttpCall{"GET", bad});
    ASSERT_FALSE(response) << bad;
    EXPECT_EQ(response.error().code(), ErrorCode::invalid);
  }
  EXPECT_FALSE(client->call(HttpCall{"GET /x", "http://h/"}));
}

TEST(HttpClient, DoesNotWaitForever) {
  HttpReply kept;
  const auto server = serve([&](HttpRequest, HttpReply reply) { kept = std::move(reply); });
  HttpClientOptions options;
  options.call_timeout = 150ms;
  const auto client = client_with(options);
  const auto start = std::chrono::steady_clock::now();
  const auto response = client->call(HttpCall{"GET", url(server->port())});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST(HttpClient, WaitingCallsDoNotWaitForeverEither) {
  HttpReply kept;
  const auto server = serve([&](HttpRequest, HttpReply reply) { kept = std::move(reply); });
  HttpClientOptions options;
  options.call_timeout = 150ms;
  options.connections_per_host_max = 1;
  const auto client = client_with(options);
  std::vector<std::future<void>> answers;
  for (int i = 0; i < 5; ++i) {
    auto promise = std::make_shared<std::promise<void>>();
    answers.push_back(promise->get_future());
    client->call(HttpCall{"GET", url(server->port())},
                 [promise](Result<HttpResponse>) { promise->set_value(); });
  }
  for (auto& answer : answers) EXPECT_EQ(answer.wait_for(5s), std::future_status::ready);
}

TEST(HttpClient, BoundsTheAnswer) {
  const auto server = serve([](HttpRequest, HttpReply reply) {
    reply({200, "", {}, std::string(2'000, 'x')});
  });
  HttpClientOptions options;
  options.response_bytes_max = 1'000;
  const auto client = client_with(options);
  const auto response = client->call(HttpCall{"GET", url(server->port())});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::too_large);
}

TEST(HttpClient, ReadsEveryKindOfBody) {
  Tape tape({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
             "HTTP/1.0 200 OK\r\n\r\nuntil the end",
             "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"});
  const auto client = client_with();
  EXPECT_EQ(client->call(HttpCall{"GET", url(tape.port())})->body, "abc");
  EXPECT_EQ(client->call(HttpCall{"GET", url(tape.port())})->body, "until the end");
  EXPECT_EQ(client->call(HttpCall{"GET", url(tape.port())})->status, 204);
}

TEST(HttpClient, RefusesBrokenAnswers) {
  Tape tape({"garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "",
             "HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x')});
  const auto client = client_with();
  for (const ErrorCode code :
       {ErrorCode::unavailable, ErrorCode::unavailable, ErrorCode::unavailable, ErrorCode::too_large}) {
    const auto response = client->call(HttpCall{"GET", url(tape.port())});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), code);
  }
}

TEST(HttpClient, AsksAgainWhenAKeptConnectionIsDead) {
  // Both connections say that they stay, and close.
  Tape tape(
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2"});
  const auto client = client_with();
  EXPECT_EQ(client->call(HttpCall{"GET", url(tape.port())})->body, "1");
  EXPECT_EQ(client->call(HttpCall{"GET", url(tape.port())})->body, "2");
  EXPECT_EQ(tape.connections(), 2);
}

TEST(HttpClient, CallsNobodyOnceItIsGone) {
  HttpReply kept;
  std::promise<void> arrived;
  const auto server = serve([&](HttpRequest, HttpReply reply) {
    kept = std::move(reply);
    arrived.set_value();
  });
  auto client = client_with();
  std::atomic<bool> called{false};
  client->call(HttpCall{"GET", url(server->port())}, [&](Result<HttpResponse>) { called = true; });
  client->run_after(1h, [&] { called = true; });
  arrived.get_future().wait();
  client.reset();
  kept({200, "", {}, ""});
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(called);
}

TEST(HttpClient, RunsTasksLater) {
  const auto client = client_with();
  std::promise<std::thread::id> ran;
  client->run_after(10ms, [&] { ran.set_value(std::this_thread::get_id()); });
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(HttpClient, RefusesCertificatesThatCannotBeRead) {
  HttpClientOptions options;
  options.ca_file = "/nowhere/ca.pem";
  const auto client = HttpClient::create(options);
  ASSERT_FALSE(client);
  EXPECT_THAT(client.error().message(), HasSubstr("/nowhere/ca.pem"));
}

}  // namespace
}  // namespace assay::io
