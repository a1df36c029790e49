#include <gmock/gmock.h>
#include <signal.h>

#include <filesystem>

#include "io/http/client.h"
#include "tls_server.h"

namespace assay::io {
namespace {

using testing::HasSubstr;

struct Setting {
  explicit Setting(const std::string& name) : server(name) {
    ::signal(SIGPIPE, SIG_IGN);  // the test's server writes to clients that have left
    std::string text = (std::filesystem::temp_directory_path() / "assay-ca-XXXXXX").string();
    ::close(::mkstemp(text.data()));
    ca = text;
    server.write_certificate(ca);
  }
  ~Setting() { std::filesystem::remove(ca); }
  Result<HttpResponse> ask(const std::string& host, const std::string& ca_file, bool verify = true) const {
    HttpClientOptions options;
    options.ca_file = ca_file;
    options.verify_peer = verify;
    const auto client = HttpClient::create(options).value();
    return client->call(HttpCall{"GET", "https://" + host + ":" + std::to_string(server.port()) + "/"});
  }
  TlsServer server;
  std::string ca;
};

TEST(HttpClientTls, TrustsWhomItIsToldTo) {
  const Setting setting("DNS:localhost");
  const auto response = setting.ask("localhost", setting.ca);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body, "localhost|GET");
}

TEST(HttpClientTls, TrustsNobodyElse) {
  const Setting setting("DNS:localhost");
  const auto response = setting.ask("localhost", "");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
  EXPECT_THAT(response.error().message(), HasSubstr("certificate verify failed"));
}

TEST(HttpClientTls, HoldsTheCertificateAgainstTheName) {
  const Setting other("DNS:registry.example");
  const auto response = other.ask("localhost", other.ca);
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message(), HasSubstr("certificate verify failed"));
  EXPECT_TRUE(other.ask("localhost", other.ca, false));
}

TEST(HttpClientTls, KnowsAddressesToo) {
  const Setting setting("IP:127.0.0.1");
  const auto response = setting.ask("127.0.0.1", setting.ca);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body, "-|GET");  // an address is no server name
  EXPECT_FALSE(setting.ask("localhost", setting.ca));
}

TEST(HttpClientTls, TellsThatTheOtherSideDoesNotSpeakIt) {
  const Setting setting("DNS:localhost");
  HttpClientOptions options;
  const auto client = HttpClient::create(options).value();
  EXPECT_FALSE(client->call(HttpCall{"GET", "http://localhost:" + std::to_string(setting.server.port())}));
}

}  // namespace
}  // namespace assay::io
