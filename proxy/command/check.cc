// `assay check`: rules, configuration and samples, tried without a gateway.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <set>

#include "proxy/admin/samples.h"
#include "proxy/admin/views.h"
#include "proxy/command/check_sources.h"
#include "proxy/command/command.h"
#include "proxy/command/serve_options.h"
#include "registry/remote/remote_source.h"
#include "registry/schema/avro/json_encoder.h"
#include "rules/rule_set.h"

namespace assay::proxy {
namespace {

struct CheckOptions {
  std::string config, rules, topic, schema, registry;
  std::vector<std::string> samples;
  bool json = false;
};

std::optional<std::string> read_file(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

class Check {
 public:
  explicit Check(const CheckOptions& options) : options_(options) {}

  int run() {
    if (options_.config.empty() && options_.rules.empty() && options_.samples.empty()) {
      complain("nothing to check: name --config FILE, --rules PATH or both");
      return report(2);
    }
    if (!read_config() || !read_rules() || !read_schema() || !ask_registry() || !hold_rules_to_schemas())
      return report(2);
    for (const std::string& file : options_.samples) {
      if (!try_samples(file)) return report(2);
    }
    return report(failed_ ? 1 : 0);
  }

 private:
  bool complain(std::string message) {
    rules::Problem problem;
    problem.message = std::move(message);
    return complain(problem);
  }

  bool complain(const rules::Problem& problem) {
    if (!options_.json)
      fmt::print(stderr, "{}{}\n", problem.file.empty() ? "assay: " : "",
                 problem.file.empty() ? problem.message : to_string(problem));
    problems_.push_back(problem_view(problem));
    return problem.warning;
  }

  bool read_config() {
    if (options_.config.empty()) return true;
    const auto text = read_file(options_.config);
    if (!text) return complain(fmt::format("--config {}: cannot be read", options_.config));
    LoadedConfig loaded = load_config(options_.config, *text);
    bool good = true;
    for (const rules::Problem& problem : loaded.problems) good = complain(problem) && good;
    if (good) {
      for (const std::string& text_of : contradictions(loaded.config)) good = complain(text_of) && good;
    }
    config_ = std::move(loaded.config);
    return good;
  }

  bool read_rules() {
    const std::filesystem::path path =
        options_.rules.empty() ? config_.rules : std::filesystem::path(options_.rules);
    if (!path.empty()) {
      auto read = rules::read_rule_files(path, config_.limits);
      if (!read) return complain(read.error().message());
      files_ = std::move(*read);
    }
    rules::LoadedRules loaded = rules::load_rules(files_, config_.limits);
    bool good = true;
    for (const rules::Problem& problem : loaded.problems) good = complain(problem) && good;
    rules_ = std::move(loaded.set);
    return good && rules_ != nullptr;
  }

  // An Avro schema is known by its file name (.avsc), or by not being a JSON Schema.
  bool read_schema() {
    if (options_.schema.empty()) return true;
    auto text = read_file(options_.schema);
    if (!text) return complain(fmt::format("--schema {}: cannot be read", options_.schema));
    source_.schema.id = OneSchema::kId;
    source_.schema.format = options_.schema.ends_with(".avsc") ? schema::Format::avro : schema::Format::json;
    source_.schema.text = std::move(*text);
    const auto parsed = schema::parse_schema(source_.schema.format, source_.schema.text, {}, config_.limits);
    if (!parsed) return complain(fmt::format("--schema {}: {}", options_.schema, parsed.error().message()));
    if (options_.topic.empty()) return true;
    const RuleFields fields(*rules_, config_.policies);
    source_.subjects = fields.subjects_of(options_.topic);
    std::erase(source_.subjects, options_.topic + "-key");
    source_.subjects.push_back(options_.topic + "-" + (*parsed)->record_name());
    return true;
  }

  // The registry is asked for the topics that rules name without wildcards, and for those of the samples.
  bool ask_registry() {
    if (options_.registry.empty()) return true;
    registry::RemoteOptions remote;
    remote.urls = {options_.registry};
    remote.user = config_.registry.user;
    remote.password = config_.registry.password;
    remote.bearer_token = config_.registry.bearer_token;
    remote.ca_file = config_.registry.ca_file;
    remote.limits = config_.limits;
    auto upstream = registry::make_remote_source(remote, nullptr);
    if (!upstream) return complain("--registry: " + upstream.error().message());
    registry_ = std::make_unique<AskedRegistry>(std::move(*upstream));
    const RuleFields fields(*rules_, config_.policies);
    std::set<std::string> subjects;
    for (const std::string& topic : fields.named_topics()) subjects.merge(set_of(fields.subjects_of(topic)));
    if (!options_.topic.empty()) subjects.merge(set_of(fields.subjects_of(options_.topic)));
    const auto learnt = registry_->learn({subjects.begin(), subjects.end()});
    return learnt ? true : complain("--registry: " + learnt.error().message());
  }

  bool hold_rules_to_schemas() {
    CatalogOptions options;
    options.policies = config_.policies;
    options.limits = config_.limits;
    registry::SchemaSource& source = registry_ ? static_cast<registry::SchemaSource&>(*registry_)
                                               : static_cast<registry::SchemaSource&>(source_);
    catalog_ = std::make_unique<CatalogService>(std::move(options), source, metrics_, system_clock());
    bool good = true;
    for (const UnboundRule& unbound : catalog_->activate(rules_))
      good = complain(problem_of(unbound, files_, config_.limits)) && good;
    return good;
  }

  static std::set<std::string> set_of(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
  }

  bool try_samples(const std::string& file) {
    if (options_.topic.empty())
      return complain("samples are judged as records of a topic: say which with --topic");
    const auto text = read_file(file);
    if (!text) return complain(fmt::format("{}: cannot be read", file));
    std::vector<Sample> samples;
    std::vector<std::size_t> lines;
    std::size_t line = 0;
    for (std::string_view rest = *text; !rest.empty();) {
      const std::string_view one = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
      ++line;
      if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      auto sample = parse_sample(one);
      if (!sample) return complain(fmt::format("{}:{}: {}", file, line, sample.error().message()));
      if (const auto encoded = encode(*sample); !encoded) {
        return complain(
            fmt::format("{}:{}: the sample does not become Avro: {}", file, line, encoded.error().message()));
      }
      samples.push_back(std::move(*sample));
      lines.push_back(line);
    }
    judge(file, samples, lines);
    return true;
  }

  // Samples are JSON; with --schema they are judged as the serializer of its format would have written them.
  Result<> encode(Sample& sample) const {
    if (source_.schema.text.empty() || !sample.value) return {};
    if (source_.schema.format == schema::Format::avro) {
      auto encoded = schema::avro::encode_json(source_.schema.text, as_text(*sample.value), config_.limits);
      if (!encoded) return encoded.error();
      sample.value = std::move(*encoded);
    }
    frame_value(sample, OneSchema::kId);
    return {};
  }

  void judge(const std::string& file, const std::vector<Sample>& samples,
             const std::vector<std::size_t>& lines) {
    const auto verdicts = judge_samples(options_.topic, samples, *catalog_, std::chrono::seconds(5),
                                        config_.limits, system_clock());
    for (std::size_t i = 0; i < verdicts.size(); ++i) tell(file, lines[i], verdicts[i]);
  }

  void tell(const std::string& file, std::size_t line, const SampleVerdict& verdict) {
    const bool conforms = verdict.state == SampleVerdict::State::conforms;
    failed_ = failed_ || !conforms;
    Json violations = Json::array();
    for (const Violation& violation : verdict.violations) {
      violations.push_back(violation_view(violation));
      if (!options_.json)
        fmt::print("{}:{}: {}\n", file, line,
                   describe(violation, config_.limits.record_error_text_bytes_max));
    }
    if (verdict.state == SampleVerdict::State::undecided && !options_.json) {
      fmt::print("{}:{}: undecided: {}\n", file, line, verdict.undecided_why);
    }
    ++judged_;
    results_.push_back({{"file", file},
                        {"line", line},
                        {"verdict", conforms                     ? "conforms"
                                    : verdict.violations.empty() ? "undecided"
                                                                 : "violates"},
                        {"violations", std::move(violations)}});
  }

  int report(int status) {
    if (options_.json) {
      fmt::print("{}\n", to_text(Json{{"ok", status == 0}, {"problems", problems_}, {"samples", results_}}));
    } else if (status != 2) {
      const std::size_t rules = rules_->rules().size();
      fmt::print("{} rule{}; {} sample{} judged{}\n", rules, rules == 1 ? "" : "s", judged_,
                 judged_ == 1 ? "" : "s", failed_ ? ", not all conform" : "");
    }
    return status;
  }

  const CheckOptions& options_;
  Config config_ = load_config("", "{}").config;
  std::vector<rules::RuleFile> files_;
  std::shared_ptr<const rules::RuleSet> rules_;
  OneSchema source_;
  std::unique_ptr<AskedRegistry> registry_;
  Metrics metrics_;
  std::unique_ptr<CatalogService> catalog_;  // behind its source
  Json problems_ = Json::array(), results_ = Json::array();
  std::size_t judged_ = 0;
  bool failed_ = false;
};

}  // namespace

void add_check(CLI::App& app, Run& chosen) {
  auto* command = app.add_subcommand("check", "Check configuration and rules, and try them on samples");
  auto options = std::make_shared<CheckOptions>();
  command->add_option("--config", options->config, "Configuration file")->type_name("FILE");
  command->add_option("--rules", options->rules, "A rule file, or a folder of them [the configuration's]")
      ->type_name("PATH");
  command->add_option("--topic", options->topic, "Samples are judged as records of this topic")
      ->type_name("TOPIC");
  command->add_option("--schema", options->schema, "Of the samples: Avro (.avsc) or JSON Schema")
      ->type_name("FILE");
  command
      ->add_option("--registry", options->registry,
                   "Hold rules to the newest schemas of the topics they name")
      ->type_name("URL")
      ->excludes("--schema");
  command->add_flag("--json", options->json, "Answer in JSON");
  command->add_option("SAMPLES", options->samples,
                      "Files with one JSON value or {\"$record\": ...} a line; - is standard input");
  command->footer(
      "Exit status: 0 all is well, 1 a sample does not conform, 2 configuration, rules or samples are "
      "wrong.\n"
      "Examples:\n"
      "  assay check --rules rules/\n"
      "  assay check --rules rules/ --topic customers samples.jsonl\n"
      "  kcat -C -b broker:9092 -t customers -e | assay check --rules rules/ --topic customers -");
  command->callback([options, &chosen] { chosen = [options] { return Check(*options).run(); }; });
}

}  // namespace assay::proxy
