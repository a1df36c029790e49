#include "proxy/config/config.h"

#include <fmt/format.h>

#include <cstdlib>

#include "io/crypto/seal.h"
#include "io/http/url.h"
#include "proxy/config/config_reader.h"

namespace assay::proxy {
namespace {

using judge::Acks0;
using judge::OnUndecided;
using judge::SchemaMode;
using judge::SubjectStrategy;
using judge::Unframed;

constexpr const char* kUrlSuggestion = "write it as in http://registry:8081";

void read_address(ConfigReader& in, const char* name, io::HostPort& out) {
  std::string text;
  if (!in.read(name, text)) return;
  const auto address = io::parse_host_port(text);
  if (address) {
    out = *address;
  } else {
    in.file().complain(in.pointer_of(name), address.error().message(),
                       "write host:port, as in 127.0.0.1:19092");
  }
}

void read_part(ConfigReader& in, judge::PartPolicy& out) {
  in.read_choice(
      "schema", out.schema,
      {{"required", SchemaMode::required}, {"optional", SchemaMode::optional}, {"off", SchemaMode::off}});
  in.read_choice("subjectNameStrategy", out.strategy,
                 {{"TopicNameStrategy", SubjectStrategy::topic_name},
                  {"RecordNameStrategy", SubjectStrategy::record_name},
                  {"TopicRecordNameStrategy", SubjectStrategy::topic_record_name}});
  in.read("subject", out.pinned_subject);
  if (!out.pinned_subject.empty()) out.strategy = SubjectStrategy::pinned;
  std::uint64_t version = static_cast<std::uint64_t>(out.pinned_version);
  in.read("version", version, 1, INT32_MAX);
  out.pinned_version = static_cast<std::int32_t>(version);
  in.read_choice("formats", out.assert_formats, {{"assert", true}, {"annotate", false}});
  in.read_choice("unframed", out.unframed,
                 {{"auto", Unframed::automatic},
                  {"any", Unframed::any},
                  {"json", Unframed::json},
                  {"schema", Unframed::pinned}});
  if (out.unframed == Unframed::pinned && out.pinned_subject.empty()) {
    in.file().complain(in.pointer_of("unframed"),
                       "takes unframed bytes for a schema, but no \"subject\" says which");
  }
}

// The members of a topic's block. The value is the default place: what a part can have may stand here too.
void read_topic(ConfigReader& in, judge::TopicPolicy& out) {
  read_part(in, out.value);
  if (auto value = in.child("value")) {
    read_part(*value, out.value);
    value->finish();
  }
  if (auto key = in.child("key")) {
    out.key.schema = SchemaMode::off;
    read_part(*key, out.key);
    key->finish();
  }
  in.read_choice("tombstones", out.reject_tombstones, {{"pass", false}, {"reject", true}});
  in.read_choice("enforcement", out.enforce, {{"enforce", true}, {"observe", false}});
  in.read_choice("onViolation", out.on_violation,
                 {{"reject", Action::reject}, {"mark", Action::mark}, {"observe", Action::observe}});
  in.read_choice(
      "onUndecided", out.on_undecided,
      {{"retry", OnUndecided::retry}, {"accept", OnUndecided::accept}, {"reject", OnUndecided::reject}});
  in.read_choice("acks0", out.acks0, {{"keep-open", Acks0::keep_open}, {"close", Acks0::close}});
  in.read("maskedPaths", out.masked_paths);
  for (const std::string& text : out.masked_paths) {
    if (const auto path = parse_path(text); !path)
      in.file().complain(in.pointer_of("maskedPaths"), path.error().message());
  }
}

judge::TopicPolicy default_policy() {
  judge::TopicPolicy policy;
  policy.value.schema = SchemaMode::optional;
  return policy;
}

void read_topics(ConfigReader& in, PolicySet& out) {
  if (auto defaults = in.child("defaults")) {
    read_topic(*defaults, out.unmatched);
    defaults->finish();
  }
  for (ConfigReader& block : in.children("topics")) {
    PolicyRow row;
    row.policy = out.unmatched;
    block.read("topics", row.topics);
    if (row.topics.empty())
      block.file().complain(block.pointer(), "a policy needs \"topics\"", "\"topics\": [\"customers.*\"]");
    read_topic(block, row.policy);
    block.finish();
    out.rows.push_back(std::move(row));
  }
  in.read_choice("enforcement", out.enforce, {{"enforce", true}, {"observe", false}});
  in.read("sensitiveTags", out.sensitive_tags);
}

void read_registry(ConfigReader& in, const std::filesystem::path& folder, RegistryConfig& out) {
  in.read("url", out.urls);
  for (const std::string& url : out.urls) {
    if (const auto parsed = io::parse_url(url); !parsed)
      in.file().complain(in.pointer_of("url"), parsed.error().message(), kUrlSuggestion);
  }
  in.read_secret("username", folder, out.user);
  in.read_secret("password", folder, out.password);
  in.read_secret("bearerToken", folder, out.bearer_token);
  if (in.read("caFile", out.ca_file) && !out.ca_file.empty()) out.ca_file = (folder / out.ca_file).string();
  if (in.has("listen")) read_address(in, "listen", out.listen.emplace());
  in.read_duration("unknownSchemaGrace", out.unknown_schema_grace);
  in.read_duration("subjectMissTtl", out.false_membership_ttl);
  if (!out.urls.empty() && out.listen) {
    in.file().complain(in.pointer_of("listen"),
                       "a registry is either remote (\"url\") or embedded (\"listen\"), not both");
  }
  in.finish();
}

void read_http(ConfigReader& in, const std::filesystem::path& folder, HttpConfig& out) {
  if (in.has("listen")) read_address(in, "listen", out.listen.emplace());
  in.read_secret("token", folder, out.token);
  in.finish();
}

void read_rejects(ConfigReader& in, const std::filesystem::path& folder, RejectsConfig& out) {
  in.read_duration("retentionAge", out.retention_age);
  in.read_bytes("retentionBytes", out.retention_bytes);
  in.read_secret("sealKey", folder, out.seal_key);
  if (!out.seal_key.empty()) {
    if (const auto key = io::SealKey::from_base64(out.seal_key); !key)
      in.file().complain(in.pointer_of("sealKey"), key.error().message(), "openssl rand -base64 32");
  }
  in.finish();
}

void read_limits(ConfigReader& in, Limits& out) {
  const auto bytes = [&](const char* name, std::size_t& limit) {
    std::uint64_t value = limit;
    in.read_bytes(name, value);
    limit = value;
  };
  bytes("frameBytesMax", out.frame_bytes_max);
  bytes("framesInFlightBytesMax", out.frames_in_flight_bytes_max);
  bytes("inflatedBatchBytesMax", out.inflated_batch_bytes_max);
  bytes("rejectQueueBytesMax", out.reject_queue_bytes_max);
  bytes("markedBatchBytesMax", out.marked_batch_bytes_max);
  bytes("schemaBytesMax", out.schema_bytes_max);
  in.finish();
}

void read_upstream(ConfigReader& in, Config& out) {
  std::string servers;
  const bool told = !in.read("bootstrapServers", servers) && in.has("bootstrapServers");
  in.finish();
  if (told) return;
  auto addresses = io::parse_host_ports(servers);
  if (addresses) {
    out.upstream = std::move(*addresses);
  } else {
    in.file().complain(in.pointer_of("bootstrapServers"), addresses.error().message(),
                       "write host:port[,host:port…]");
  }
}

void read_log(ConfigReader& in, Config& out) {
  using Level = std::string_view;
  Level level = out.log_level;
  in.read_choice<Level>("level", level,
                        {{"trace", "trace"},
                         {"debug", "debug"},
                         {"info", "info"},
                         {"warn", "warn"},
                         {"error", "error"},
                         {"off", "off"}});
  out.log_level = level;
  in.read_choice("format", out.log_format, {{"text", LogFormat::text}, {"json", LogFormat::json}});
  in.finish();
}

void read_root(ConfigReader& in, const std::filesystem::path& folder, Config& out) {
  if (auto upstream = in.child("upstream")) read_upstream(*upstream, out);
  read_address(in, "listen", out.listen);
  in.read("advertise", out.advertise);
  in.read("requireSasl", out.require_sasl);
  if (std::uint64_t port = 0; in.has("brokerBasePort")) {
    in.read("brokerBasePort", port, 1, 65'535);
    out.broker_base_port = static_cast<std::uint16_t>(port);
  }
  if (auto registry = in.child("registry")) read_registry(*registry, folder, out.registry);
  if (auto http = in.child("http")) read_http(*http, folder, out.http);
  if (auto rejects = in.child("rejects")) read_rejects(*rejects, folder, out.rejects);
  const auto path = [&](const char* name, std::filesystem::path& target) {
    std::string text;
    if (in.read(name, text)) target = folder / text;
  };
  path("rules", out.rules);
  path("dataDir", out.data_dir);
  read_topics(in, out.policies);
  in.read_duration("judgeTimeout", out.judge_timeout);
  in.read_duration("drainTimeout", out.drain_timeout);
  std::uint64_t threads = out.threads;
  in.read("threads", threads, 0, 1'024);
  out.threads = static_cast<unsigned>(threads);
  if (auto log = in.child("log")) read_log(*log, out);
  if (auto limits = in.child("limits")) read_limits(*limits, out.limits);
  in.finish();
}

}  // namespace

LoadedConfig load_config(std::string_view file, std::string_view text) {
  LoadedConfig out;
  out.config.policies.unmatched = default_policy();
  ConfigFile source(file, text, out.config.limits);
  if (source.is_json()) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_object()) {
      ConfigReader root(json, "", source);
      read_root(root, std::filesystem::path(file).parent_path(), out.config);
    } else {
      source.complain("", "a configuration is a JSON object");
    }
  }
  out.problems = std::move(source.problems());
  return out;
}

Result<PolicyRow> parse_policy_flag(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return Error(
        ErrorCode::invalid,
        fmt::format("--policy \"{}\": write topics=member:value[,…], as in 'customers.*=schema:required'",
                    text));
  }
  nlohmann::json block = nlohmann::json::object();
  std::string_view rest = text.substr(equals + 1);
  while (!rest.empty()) {
    const std::string_view member = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(member.size() + 1, rest.size()));
    const auto colon = member.find(':');
    if (colon == std::string_view::npos) {
      return Error(
          ErrorCode::invalid,
          fmt::format("--policy \"{}\": \"{}\" is not member:value, as in schema:required", text, member));
    }
    block[std::string(member.substr(0, colon))] = std::string(member.substr(colon + 1));
  }
  ConfigFile source("--policy", "{}", Limits{});
  ConfigReader reader(block, "", source);
  PolicyRow row;
  row.topics.emplace_back(text.substr(0, equals));
  row.policy = default_policy();
  read_topic(reader, row.policy);
  reader.finish();
  if (source.problems().empty()) return row;
  const rules::Problem& first = source.problems().front();
  return Error(ErrorCode::invalid, fmt::format("--policy \"{}\": {}{}{}", text, first.message,
                                               first.suggestion.empty() ? "" : "; ", first.suggestion));
}

std::vector<std::string> contradictions(const Config& config) {
  std::vector<std::string> out;
  if (config.upstream.empty()) {
    out.emplace_back(
        "no upstream cluster: set --upstream HOST:PORT[,HOST:PORT…] or \"upstream\": {\"bootstrapServers\": "
        "…}");
  }
  if (io::is_wildcard(config.listen.host) && config.advertise.empty()) {
    out.push_back(fmt::format(
        "--listen {} binds every address, so clients cannot be told which one to use: set --advertise HOST "
        "(\"advertise\") to the name or address under which they reach this machine",
        io::to_string(config.listen)));
  }
  if (config.http.listen && !io::is_loopback(config.http.listen->host) && config.http.token.empty()) {
    out.push_back(fmt::format(
        "--http {} is reachable beyond this machine and would show refused records to anybody: set "
        "\"http\": {{\"token\": \"${{ASSAY_HTTP_TOKEN}}\"}} or --http-token-file FILE, or listen on "
        "127.0.0.1",
        io::to_string(*config.http.listen)));
  }
  if (config.registry.listen && !io::is_loopback(config.registry.listen->host)) {
    out.push_back(fmt::format(
        "--registry-listen {} would let anybody register schemas: the embedded registry listens on loopback "
        "only; put an authenticating proxy before it, or use a registry by URL",
        io::to_string(*config.registry.listen)));
  }
  return out;
}

}  // namespace assay::proxy
