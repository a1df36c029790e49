// Flags over a file.
#include "proxy/command/serve_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace assay::proxy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::optional<Config> load(std::vector<std::string> flags) {
  CLI::App app;
  ServeOptions options;
  options.add_to(app);
  std::reverse(flags.begin(), flags.end());
  app.parse(flags);
  return options.load();
}

TEST(ServeOptions, WinOverTheFile) {
  const auto path = std::filesystem::temp_directory_path() / "assay_serve_options.json";
  std::ofstream(path) << R"({"upstream":{"bootstrapServers":"file:1"},"listen":"127.0.0.1:5",
    "registry":{"listen":"127.0.0.1:6"},"topics":[{"topics":"a","schema":"off"}]})";
  const auto config = load({"--config", path.string(), "--upstream", "flag:2", "--registry", "http://r",
                            "--policy", "a=schema:required", "--observe", "--http", "127.0.0.1:7"});
  std::filesystem::remove(path);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->upstream[0].host, "flag");
  EXPECT_EQ(config->listen.port, 5);
  EXPECT_THAT(config->registry.urls, ElementsAre("http://r"));
  EXPECT_FALSE(config->registry.listen);
  ASSERT_THAT(config->policies.rows, SizeIs(2));
  EXPECT_EQ(config->policies.rows[0].policy.value.schema, judge::SchemaMode::required);
  EXPECT_FALSE(config->policies.enforce);
  EXPECT_EQ(config->http.listen->port, 7);
}

TEST(ServeOptions, BeyondLoopbackHttpNeedsAToken) {
  testing::internal::CaptureStderr();
  EXPECT_FALSE(load({"--upstream", "b:1", "--http", "0.0.0.0:8080"}));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("--http-token-file"));
  const auto path = std::filesystem::temp_directory_path() / "assay_serve_token";
  std::ofstream(path) << "s3cret\n";
  const auto config =
      load({"--upstream", "b:1", "--http", "0.0.0.0:8080", "--http-token-file", path.string()});
  std::filesystem::remove(path);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->http.token, "s3cret");
}

TEST(ServeOptions, TakeNoEmptyFileForAToken) {
  const auto path = std::filesystem::temp_directory_path() / "assay_serve_no_token";
  std::ofstream(path) << "\n";
  testing::internal::CaptureStderr();
  EXPECT_FALSE(load({"--upstream", "b:1", "--http-token-file", path.string()}));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("assay_serve_no_token\" is empty"));
  std::filesystem::remove(path);
}

TEST(ServeOptions, TellEverythingThatIsWrong) {
  testing::internal::CaptureStderr();
  EXPECT_FALSE(load({"--upstream", "nowhere", "--listen", "x", "--policy", "y", "--registry", "z"}));
  const auto told = testing::internal::GetCapturedStderr();
  for (const char* flag : {"--upstream: ", "--listen: ", "--policy ", "--registry: "})
    EXPECT_THAT(told, HasSubstr(flag));
}

}  // namespace
}  // namespace assay::proxy
