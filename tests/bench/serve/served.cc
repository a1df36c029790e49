#include "tests/bench/serve/served.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/bench/common/avro_orders.h"
#include "tests/bench/common/json_orders.h"
#include "tests/reference/net/test_client.h"

extern char** environ;

namespace assay::bench {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* kRules = R"({"owner": "bench", "rules": [
  {"name": "total", "topics": ["json", "avro"], "field": "total", "check": {"minimum": 0}},
  {"name": "json-email", "topics": ["json"], "field": "customer.email", "check": {"contains": "@"}},
  {"name": "json-lines", "topics": ["json"], "field": "lines[*].quantity", "check": {"minimum": 1}},
  {"name": "avro-email", "topics": ["avro"], "field": "email", "check": {"contains": "@"}},
  {"name": "avro-tags", "topics": ["avro"], "field": "tags[*]", "check": {"maxLength": 20}}]})";

std::string address(std::uint16_t port) {
  return fmt::format("127.0.0.1:{}", port);
}

}  // namespace

Served::Served(std::uint16_t broker_port) : http_(io::HttpClient::create({}).value()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "assay_bench_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) give_up("no temporary folder");
  folder_ = pattern;
  port_ = kit::free_ports(12);
  http_port_ = static_cast<std::uint16_t>(port_ + 10);
  registry_port_ = static_cast<std::uint16_t>(port_ + 11);
  write_rules();
  launch(broker_port);
  wait_until_ready();
  json_schema_id_ = register_schema("json-value", "JSON", kOrderSchema);
  avro_schema_id_ = register_schema("avro-value", "AVRO", kAvroOrderSchema);
}

Served::~Served() {
  if (pid_ != 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Served::give_up(const std::string& why) const {
  std::stringstream log;
  log << std::ifstream(folder_ / "log").rdbuf();
  fmt::print(stderr, "assay serve: {}\n{}\n", why, log.str());
  if (pid_ != 0) kill(pid_, SIGKILL);
  std::exit(1);
}

void Served::write_rules() const {
  std::ofstream(folder_ / "rules.json") << kRules;
}

void Served::launch(std::uint16_t broker_port) {
  std::vector<std::string> words = {ASSAY_COMMAND,
                                    "serve",
                                    "--upstream",
                                    address(broker_port),
                                    "--listen",
                                    address(port_),
                                    "--http",
                                    address(http_port_),
                                    "--registry-listen",
                                    address(registry_port_),
                                    "--rules",
                                    folder_ / "rules.json",
                                    "--data-dir",
                                    folder_ / "data",
                                    "--log-level",
                                    "warn",
                                    "--policy",
                                    "json=schema:required",
                                    "--policy",
                                    "avro=schema:required"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const std::string log = folder_ / "log";
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  const int failed = posix_spawn(&pid_, ASSAY_COMMAND, &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) give_up(std::string("cannot be started: ") + ASSAY_COMMAND);
}

void Served::wait_until_ready() {
  for (int i = 0; i < 400; ++i) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = 0;
      give_up("ended early");
    }
    io::HttpCall call;
    call.url = "http://" + address(http_port_) + "/readyz";
    if (const auto answer = http_->call(call); answer && answer->status == 200) return;
    std::this_thread::sleep_for(milliseconds(50));
  }
  give_up("is not ready");
}

std::int32_t Served::register_schema(const std::string& subject, const std::string& type,
                                     std::string_view schema) {
  io::HttpCall call;
  call.method = "POST";
  call.url = fmt::format("http://{}/subjects/{}/versions", address(registry_port_), subject);
  call.content_type = "application/vnd.schemaregistry.v1+json";
  call.body = Json{{"schemaType", type}, {"schema", std::string(schema)}}.dump();
  const auto answer = http_->call(call);
  if (!answer || answer->status != 200) give_up("does not take the schema of " + subject);
  return Json::parse(answer->body).at("id").get<std::int32_t>();
}

double Served::cpu_seconds() const {
  clockid_t clock = 0;
  timespec now{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &now) != 0) give_up("is gone");
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double Served::settled_cpu_seconds() const {
  constexpr double kRestingSeconds = 0.002;
  double before = cpu_seconds();
  for (;;) {
    std::this_thread::sleep_for(milliseconds(100));
    const double now = cpu_seconds();
    if (now - before < kRestingSeconds) return now;
    before = now;
  }
}

std::size_t Served::resident_bytes() const {
  std::ifstream statm(fmt::format("/proc/{}/statm", pid_));
  std::size_t pages = 0;
  statm >> pages >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace assay::bench
