#include "io/http/server.h"

#include <gmock/gmock.h>

#include <future>
#include <mutex>
#include <thread>

#include "raw_socket.h"

namespace assay::io {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Answers with what it saw: "GET /a body".
void echo(HttpRequest request, HttpReply reply) {
  reply({200, "text/plain", {}, request.method + " " + request.path + " " + request.body});
}

struct Server {
  explicit Server(HttpServerOptions options = {}, HttpHandler handler = echo)
      : server(HttpServer::listen(options, std::move(handler)).value()) {}
  std::string ask(std::string_view bytes, std::chrono::milliseconds patience = 5s) {
    RawSocket socket(server->port());
    socket.send(bytes);
    return socket.receive_all(patience);
  }
  std::unique_ptr<HttpServer> server;
};

std::string get(std::string_view path, std::string_view more = "Connection: close\r\n") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + std::string(more) + "\r\n";
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(HttpServer, AnswersARequest) {
  Server server;
  const std::string answer = server.ask(get("/a"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 7\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\nGET /a "));
}

TEST(HttpServer, TakesARequestByteByByte) {
  Server server;
  RawSocket socket(server.server->port());
  for (const char c :
       std::string("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")) {
    ASSERT_TRUE(socket.send({&c, 1}));
  }
  EXPECT_THAT(socket.receive_all(), HasSubstr("POST /b hello"));
}

TEST(HttpServer, TakesChunks) {
  Server server;
  EXPECT_THAT(
      server.ask("POST /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n"),
      HasSubstr("POST /c abcde"));
}

TEST(HttpServer, LeavesTheBodyOfAHeadOut) {
  Server server;
  const std::string answer = server.ask("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 7\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  std::vector<std::thread> threads;
  Server server({}, [&](HttpRequest request, HttpReply reply) {
    threads.emplace_back([reply, path = request.path] {
      std::this_thread::sleep_for(path == "/1" ? 50ms : 0ms);
      reply({200, "", {}, "<" + path + ">"});
    });
  });
  const std::string answer = server.ask(get("/1", "") + get("/2", "") + get("/3"));
  EXPECT_LT(answer.find("</1>"), answer.find("</2>"));
  EXPECT_LT(answer.find("</2>"), answer.find("</3>"));
  EXPECT_NE(answer.find("</3>"), std::string::npos);
  server.server->stop();
  for (std::thread& thread : threads) thread.join();
}

TEST(HttpServer, ReadsNoFurtherThanTheRequestItHandles) {
  std::promise<HttpReply> waiting;
  Server server({}, [&](HttpRequest, HttpReply reply) { waiting.set_value(std::move(reply)); });
  RawSocket socket(server.server->port());
  socket.send(get("/1", ""));
  const HttpReply reply = waiting.get_future().get();
  // Far more than any buffer between here and there: sending must block, not fill the server.
  std::atomic<std::size_t> sent{0};
  std::thread flood([&] {
    const std::string block = get("/more", "");
    for (int i = 0; i < 2'000'000 && socket.send(block); ++i) sent += block.size();
  });
  std::this_thread::sleep_for(300ms);
  EXPECT_LT(sent.load(), 64UL << 20);
  server.server->stop();
  flood.join();
}

TEST(HttpServer, ClosesWhenAskedTo) {
  Server server;
  EXPECT_EQ(count(server.ask(get("/1") + get("/2")), "HTTP/1.1 200"), 1U);
  EXPECT_THAT(server.ask("GET /old HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close"));
}

struct Malformed {
  const char* bytes;
  int status;
};
class HttpServerRefuses : public testing::TestWithParam<Malformed> {};

TEST_P(HttpServerRefuses, WithoutCallingTheHandler) {
  std::atomic<int> calls{0};
  Server server({}, [&](HttpRequest request, HttpReply reply) {
    ++calls;
    echo(std::move(request), std::move(reply));
  });
  const std::string answer = server.ask(GetParam().bytes);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(GetParam().status))) << GetParam().bytes;
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_EQ(calls, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Malformed, HttpServerRefuses,
    testing::Values(
        Malformed{"nonsense\r\n\r\n", 400},
        Malformed{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS?\r\n\r\n", 400},
        Malformed{"GET  HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Malformed{"GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505},
        Malformed{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505}, Malformed{"GET /\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Malformed{"GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Malformed{"CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\r\nHost: h\r\nbad header\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\r\nHost: h\r\nspace : v\r\n\r\n", 400},
        Malformed{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", 400},
        Malformed{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400},
        Malformed{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        Malformed{
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400},
        Malformed{
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            400},
        Malformed{"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400}));

TEST(HttpServer, BoundsTheHead) {
  Server server;
  const std::string answer = server.ask(get("/", "X: " + std::string(20'000, 'x') + "\r\n"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 431"));
  // Without an end in sight, too.
  EXPECT_THAT(server.ask("GET /" + std::string(40'000, 'x')), StartsWith("HTTP/1.1 431"));
}

TEST(HttpServer, BoundsTheBody) {
  HttpServerOptions options;
  options.limits.http_body_bytes_max = 100;
  Server server(options);
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
  EXPECT_THAT(server.ask(head + "Content-Length: 100\r\n\r\n" + std::string(100, 'x')),
              StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(server.ask(head + "Content-Length: 101\r\n\r\n"), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(
      server.ask(head + "Transfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'x') + "\r\n0\r\n\r\n"),
      StartsWith("HTTP/1.1 413"));
}

TEST(HttpServer, TellsWhoStillSendsThatItIsTooMuch) {
  Server server;
  RawSocket socket(server.server->port());
  socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900000000\r\n\r\n");
  socket.send(std::string(500'000, 'x'));
  EXPECT_THAT(socket.receive_all(), StartsWith("HTTP/1.1 413"));
}

TEST(HttpServer, BoundsAllBodiesTogether) {
  HttpServerOptions options;
  options.bodies_in_flight_bytes_max = 1'000;
  Server server(options);
  RawSocket first(server.server->port());
  first.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n" + std::string(800, 'x'));
  std::this_thread::sleep_for(50ms);
  const std::string second =
      "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 500\r\n\r\n" +
      std::string(500, 'x');
  EXPECT_THAT(server.ask(second), StartsWith("HTTP/1.1 503"));
  first.finish_sending();
  first.receive_all();
  EXPECT_THAT(server.ask(second), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, DoesNotWaitForASlowRequest) {
  HttpServerOptions options;
  options.request_timeout = 200ms;
  Server server(options);
  RawSocket socket(server.server->port());
  const auto start = std::chrono::steady_clock::now();
  // A byte now and then must not buy more time.
  for (int i = 0; i < 20 && socket.send(i == 0 ? "GET / HTTP/1.1\r\nX: " : "x"); ++i) {
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_THAT(socket.receive_all(), StartsWith("HTTP/1.1 408"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
}

TEST(HttpServer, ClosesIdleConnections) {
  HttpServerOptions options;
  options.idle_timeout = 100ms;
  Server server(options);
  RawSocket socket(server.server->port());
  EXPECT_EQ(socket.receive_all(), "");
  EXPECT_TRUE(socket.ended());
}

TEST(HttpServer, DoesNotWaitForWhoDoesNotRead) {
  HttpServerOptions options;
  options.write_timeout = 200ms;
  std::atomic<int> handled{0};
  Server server(options, [&](HttpRequest, HttpReply reply) {
    ++handled;
    reply({200, "", {}, std::string(60UL << 16, 'x')});  // 60 s of patience, were it not read at all
  });
  RawSocket socket(server.server->port());
  socket.send(get("/", ""));
  std::this_thread::sleep_for(100ms);
  server.server->stop();  // must not wait for the reader
  EXPECT_EQ(handled, 1);
}

TEST(HttpServer, AnswersForAHandlerThatDoesNot) {
  HttpServerOptions options;
  options.reply_timeout = 100ms;
  HttpReply late;
  Server server(options, [&](HttpRequest, HttpReply reply) { late = std::move(reply); });
  EXPECT_THAT(server.ask(get("/")), StartsWith("HTTP/1.1 503"));
  late({200, "", {}, "too late"});
  server.server.reset();
  late({200, "", {}, "much too late"});
}

TEST(HttpServer, SurvivesAHandlerThatThrows) {
  Server server({}, [](HttpRequest, HttpReply) { throw std::runtime_error("secret"); });
  const std::string answer = server.ask(get("/"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(answer, Not(HasSubstr("secret")));
}

TEST(HttpServer, IgnoresASecondReply) {
  Server server({}, [](HttpRequest, HttpReply reply) {
    reply({200, "", {}, "one"});
    reply({200, "", {}, "two"});
  });
  const std::string answer = server.ask(get("/1", "") + get("/2"));
  EXPECT_EQ(count(answer, "one"), 2U);
  EXPECT_EQ(count(answer, "two"), 0U);
}

TEST(HttpServer, SaysContinueToWhoAsks) {
  Server server;
  RawSocket socket(server.server->port());
  socket.send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(socket.receive("Continue\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue"));
  socket.send("ok");
  EXPECT_THAT(socket.receive_all(), HasSubstr("POST / ok"));
}

TEST(HttpServer, NeverLetsAHeaderSplitTheResponse) {
  Server server({}, [](HttpRequest, HttpReply reply) {
    reply({200, "text/plain", {{"X-Good", "1"}, {"X-Bad", "1\r\nSet-Cookie: a"}, {"X Bad", "2"}}, ""});
  });
  const std::string answer = server.ask(get("/"));
  EXPECT_THAT(answer, HasSubstr("X-Good: 1\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
  EXPECT_THAT(answer, Not(HasSubstr("X Bad")));
}

TEST(HttpServer, RefusesInTheWordsOfItsApi) {
  HttpServerOptions options;
  options.refusal = [](int status, std::string_view) {
    return HttpResponse{status, "application/problem+json", {}, "{}"};
  };
  Server server(options);
  EXPECT_THAT(server.ask("bad\r\n\r\n"), HasSubstr("application/problem+json"));
}

TEST(HttpServer, MakesRoomForNewcomers) {
  HttpServerOptions options;
  options.connections_max = 2;
  Server server(options);
  RawSocket idle(server.server->port());
  RawSocket busy(server.server->port());
  busy.send("GET / HTTP/1.1\r\n");
  std::this_thread::sleep_for(50ms);
  EXPECT_THAT(server.ask(get("/a")), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_TRUE(idle.ended());
}

TEST(HttpServer, SaysWhenThereIsNoRoom) {
  HttpServerOptions options;
  options.connections_max = 1;
  Server server(options);
  RawSocket busy(server.server->port());
  busy.send("GET / HTTP/1.1\r\n");
  std::this_thread::sleep_for(50ms);
  EXPECT_THAT(server.ask(get("/a")), StartsWith("HTTP/1.1 503"));
}

TEST(HttpServer, NamesTheAddressThatIsTaken) {
  Server first;
  HttpServerOptions options;
  options.port = first.server->port();
  const auto second = HttpServer::listen(options, echo);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message(), HasSubstr("127.0.0.1:" + std::to_string(options.port)));
  EXPECT_THAT(second.error().message(), HasSubstr("in use"));
  EXPECT_EQ(second.error().code(), ErrorCode::io);
}

TEST(HttpServer, StopsWhileEverybodyTalks) {
  auto server = std::make_unique<Server>();
  std::vector<std::thread> clients;
  std::atomic<bool> done{false};
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&, port = server->server->port()] {
      while (!done) {
        RawSocket socket(port);
        socket.send(get("/x", ""));
        socket.receive("GET /x", 100ms);
      }
    });
  }
  std::this_thread::sleep_for(100ms);
  server.reset();
  done = true;
  for (std::thread& client : clients) client.join();
}

}  // namespace
}  // namespace assay::io
