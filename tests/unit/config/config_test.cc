// Configuration files: what they set, and where and how an error is told.
#include "proxy/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace assay::proxy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Config good(const std::string& text) {
  const LoadedConfig loaded = load_config("etc/assay.json", text);
  for (const auto& problem : loaded.problems) ADD_FAILURE() << to_string(problem);
  return loaded.config;
}

std::vector<std::string> told(const std::string& text) {
  std::vector<std::string> all;
  for (const auto& problem : load_config("a.json", text).problems) all.push_back(to_string(problem));
  return all;
}

TEST(Config, IsTheStandardWithoutAFile) {
  const Config config = good("{}");
  EXPECT_EQ(to_string(config.listen), "127.0.0.1:19092");
  EXPECT_EQ(to_string(*config.http.listen), "127.0.0.1:8080");
  EXPECT_FALSE(config.registry.listen);
  EXPECT_FALSE(config.require_sasl);
  EXPECT_TRUE(config.policies.enforce);
  EXPECT_EQ(config.policies.unmatched.value.schema, judge::SchemaMode::optional);
}

TEST(Config, SetsWhatItSays) {
  const Config config = good(R"({
    "upstream": { "bootstrapServers": "b1:9092,b2:9093" }, "listen": "127.0.0.1:1", "advertise": "here",
    "requireSasl": true, "brokerBasePort": 7, "enforcement": "observe", "sensitiveTags": "SECRET",
    "registry": { "url": ["http://r1", "http://r2"], "username": "u", "unknownSchemaGrace": "2m" },
    "rejects": { "retentionAge": 250, "retentionBytes": "64MB" },
    "rules": "rules", "dataDir": "/data", "judgeTimeout": "3s", "threads": 3,
    "log": { "level": "warn", "format": "json" }, "limits": { "frameBytesMax": "1KB" },
    "defaults": { "onViolation": "mark" },
    "topics": [ { "topics": ["a.*", "b"], "schema": "required", "key": { "schema": "optional" },
                  "value": { "formats": "annotate" }, "tombstones": "reject", "maskedPaths": "card.number" } ] })");
  EXPECT_THAT(config.upstream, SizeIs(2));
  EXPECT_TRUE(config.require_sasl);
  EXPECT_EQ(config.broker_base_port, 7);
  EXPECT_FALSE(config.policies.enforce);
  EXPECT_THAT(config.policies.sensitive_tags, ElementsAre("SECRET"));
  EXPECT_THAT(config.registry.urls, ElementsAre("http://r1", "http://r2"));
  EXPECT_EQ(config.registry.unknown_schema_grace, std::chrono::minutes(2));
  EXPECT_EQ(config.rejects.retention_age, std::chrono::milliseconds(250));
  EXPECT_EQ(config.rejects.retention_bytes, 64'000'000U);
  EXPECT_EQ(config.rules, "etc/rules");
  EXPECT_EQ(config.data_dir, "/data");
  EXPECT_EQ(config.threads, 3U);
  EXPECT_EQ(config.limits.frame_bytes_max, 1'000U);
  ASSERT_THAT(config.policies.rows, SizeIs(1));
  const judge::TopicPolicy& policy = config.policies.rows[0].policy;
  EXPECT_EQ(policy.value.schema, judge::SchemaMode::required);
  EXPECT_EQ(policy.key.schema, judge::SchemaMode::optional);
  EXPECT_FALSE(policy.value.assert_formats);
  EXPECT_TRUE(policy.reject_tombstones);
  EXPECT_EQ(policy.on_violation, Action::mark);
  EXPECT_THAT(policy.masked_paths, ElementsAre("card.number"));
}

TEST(ConfigError, HasFilePointerLineColumnAndSuggestion) {
  const auto problems =
      load_config("etc/a.json", "{\n  \"registry\": {\n    \"ur1\": \"http://r\" } }").problems;
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].file, "etc/a.json");
  EXPECT_EQ(problems[0].pointer, "/registry/ur1");
  EXPECT_EQ(problems[0].at.line, 3U);
  EXPECT_EQ(problems[0].at.column, 5U);
  EXPECT_EQ(problems[0].message, "unknown member \"ur1\"");
  EXPECT_EQ(problems[0].suggestion, "did you mean \"url\"?");
}

TEST(ConfigError, IsToldForEachThingThatIsWrong) {
  EXPECT_THAT(
      told(R"({"listen":1,"threads":-1,"judgeTimeout":"soon","enforcement":"obsrve","http":[],
                       "topics":[{"schema":"required"},7]})"),
      ElementsAre(HasSubstr("/listen: must be a text"), HasSubstr("/http: must be an object"),
                  HasSubstr("/topics/1: must be an object"),
                  HasSubstr("/topics/0: a policy needs \"topics\""), HasSubstr("did you mean \"observe\"?"),
                  HasSubstr("/judgeTimeout: must be a duration"),
                  HasSubstr("/threads: must be a whole number")));
}

TEST(ConfigError, ANameThatStandsTwiceIsToldWithBothPlaces) {
  EXPECT_THAT(
      told("{\"listen\": \"a:1\",\n \"listen\": \"b:2\"}"),
      ElementsAre("a.json:2:2: /listen: \"listen\" stands in this object twice; keep one of them: the "
                  "first is at line 1, column 2"));
  EXPECT_THAT(
      told(R"({"topics":[{"topics":"a","sch\u0065ma":"off","schema":"required"}]})"),
      ElementsAre(HasSubstr("a.json:1:46: /topics/0/schema: \"schema\" stands in this object twice")));
}

TEST(ConfigError, OfAnEscapedNameHasItsPlace) {
  EXPECT_THAT(told("{\n\"li\\u0073tem\": 1}"), ElementsAre(HasSubstr("a.json:2:1: /listem")));
  EXPECT_THAT(told("{\n\"a/b\": 1}"), ElementsAre(HasSubstr("a.json:2:1: /a~1b")));
}

TEST(ConfigError, TextThatIsNoJsonIsToldWhereItStopsToBe) {
  for (const auto& [text, place] : {std::pair{"", "a.json:1:1"},
                                    {"{\n \"listen\": }", "a.json:2:12"},
                                    {"{} {}", "a.json:1:4"},
                                    {"{\"a\":1e999}", "a.json:1:"}}) {
    EXPECT_THAT(told(text), ElementsAre(testing::StartsWith(place))) << text;
  }
  EXPECT_THAT(told("[]"), ElementsAre(HasSubstr("a configuration is a JSON object")));
  EXPECT_THAT(told(std::string(100'000, '[')), ElementsAre(HasSubstr("nested deeper")));
}

TEST(ConfigError, APolicyThatContradictsItselfIsTold) {
  EXPECT_THAT(told(R"({"topics":[{"topics":"a","unframed":"schema"}]})"),
              ElementsAre(HasSubstr("no \"subject\"")));
  EXPECT_THAT(told(R"({"registry":{"url":"http://r","listen":"127.0.0.1:1"}})"),
              ElementsAre(HasSubstr("not both")));
  EXPECT_THAT(told(R"({"topics":[{"topics":"a","maskedPaths":"a..b"}]})"),
              ElementsAre(HasSubstr("/maskedPaths")));
}

TEST(ConfigText, TakesVariablesOfTheEnvironment) {
  ::setenv("ASSAY_TEST_HOST", "broker", 1);
  ::unsetenv("ASSAY_TEST_NONE");
  EXPECT_EQ(good(R"({"advertise":"${ASSAY_TEST_HOST}-$$1"})").advertise, "broker-$1");
  EXPECT_THAT(told(R"({"advertise":"${ASSAY_TEST_NONE}"})"), ElementsAre(HasSubstr("ASSAY_TEST_NONE")));
  EXPECT_THAT(told(R"({"upstream":{"bootstrapServers":"${ASSAY_TEST_NONE}"},
                       "registry":{"url":"${ASSAY_TEST_NONE}","password":"${ASSAY_TEST_NONE}"}})"),
              SizeIs(3))
      << "one missing variable, one problem";
}

TEST(ConfigSecret, ComesFromAFileWithoutItsLineEnd) {
  const auto path = std::filesystem::temp_directory_path() / "assay_config_secret";
  std::ofstream(path) << "s3cret\r\n";
  EXPECT_EQ(good(R"({"http":{"token":{"file":")" + path.string() + "\"}}}").http.token, "s3cret");
  std::filesystem::remove(path);
  EXPECT_THAT(told(R"({"http":{"token":{"file":"/no/such"}}})"),
              ElementsAre(HasSubstr("/http/token/file: \"/no/such\" cannot be read")));
  EXPECT_THAT(told(R"({"http":{"token":{"fil":"/no/such"}}})"),
              ElementsAre(HasSubstr("did you mean \"file\"?"), HasSubstr("names no file")));
  EXPECT_THAT(told(R"({"http":{"token":{"file":7}}})"), ElementsAre(HasSubstr("must be a text")));
}

TEST(ConfigSecret, ThatIsEmptyIsNotNone) {
  const auto path = std::filesystem::temp_directory_path() / "assay_config_no_secret";
  std::ofstream(path) << "\n";
  EXPECT_THAT(told(R"({"http":{"token":{"file":")" + path.string() + "\"}}}"),
              ElementsAre(HasSubstr("assay_config_no_secret\" is empty")));
  std::filesystem::remove(path);
  EXPECT_THAT(told(R"({"http":{"token":""}})"), ElementsAre(HasSubstr("/http/token: is empty")));
}

TEST(ConfigSecret, AndCertificatesStandRelativeToTheFile) {
  const auto folder = std::filesystem::temp_directory_path() / "assay_config_folder";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "token") << "s3cret\n";
  const LoadedConfig loaded =
      load_config((folder / "assay.json").string(),
                  R"({"http":{"token":{"file":"token"}},"registry":{"url":"https://r","caFile":"ca.pem"}})");
  std::filesystem::remove_all(folder);
  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(loaded.config.http.token, "s3cret");
  EXPECT_EQ(loaded.config.registry.ca_file, (folder / "ca.pem").string());
  EXPECT_EQ(good(R"({"registry":{"caFile":"/etc/ca.pem"}})").registry.ca_file, "/etc/ca.pem");
}

TEST(ConfigSecret, SealsOnlyWith32Bytes) {
  EXPECT_THAT(told(R"({"rejects":{"sealKey":"AAECAwQFBgcICQoLDA0ODw=="}})"),
              ElementsAre(HasSubstr("/rejects/sealKey: a sealing key has 32 bytes, not 16")));
  EXPECT_THAT(
      good(R"({"rejects":{"sealKey":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}})").rejects.seal_key,
      SizeIs(44));
}

TEST(ConfigRegistry, IsAUrl) {
  EXPECT_THAT(told(R"({"registry":{"url":["http://r","registry:8081"]}})"),
              ElementsAre(HasSubstr("/registry/url: not a URL")));
}

TEST(PolicyFlag, IsATopicBlockInOneLine) {
  const auto row = parse_policy_flag("customers.*=schema:required,onUndecided:accept");
  ASSERT_TRUE(row) << row.error().message();
  EXPECT_THAT(row->topics, ElementsAre("customers.*"));
  EXPECT_EQ(row->policy.value.schema, judge::SchemaMode::required);
  EXPECT_EQ(row->policy.on_undecided, judge::OnUndecided::accept);
}

TEST(PolicyFlag, SaysWhatItDoesNotUnderstand) {
  for (const auto& [text, why] : {std::pair{"schema:required", "write topics="},
                                  {"=schema:required", "write topics="},
                                  {"a=schema", "not member:value"},
                                  {"a=schema:requird", "did you mean \"required\"?"},
                                  {"a=shema:off", "did you mean \"schema\"?"}}) {
    const auto row = parse_policy_flag(text);
    ASSERT_FALSE(row) << text;
    EXPECT_THAT(row.error().message(), HasSubstr(why)) << text;
  }
}

TEST(Contradictions, SayWhichFlagToSet) {
  Config config;
  EXPECT_THAT(contradictions(config), ElementsAre(HasSubstr("--upstream")));
  config.upstream = {{"b", 9092}};
  EXPECT_THAT(contradictions(config), IsEmpty());
  config.listen.host = "0.0.0.0";
  EXPECT_THAT(contradictions(config), ElementsAre(HasSubstr("--advertise")));
  config.advertise = "here";
  config.http.listen->host = "10.0.0.1";
  EXPECT_THAT(contradictions(config), ElementsAre(HasSubstr("--http-token-file")));
  config.http.token = "t";
  config.registry.listen = io::HostPort{"0.0.0.0", 8081};
  EXPECT_THAT(contradictions(config), ElementsAre(HasSubstr("--registry-listen")));
}

}  // namespace
}  // namespace assay::proxy
