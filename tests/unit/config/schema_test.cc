// Holds assay-config.schema.json to the loader: members, choices, defaults, and every configuration that the
// repository shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "proxy/config/config.h"
#include "tests/reference/schema_check.h"

namespace assay::proxy {
namespace {

using nlohmann::json;
using schema::SchemaCheck;
using testing::HasSubstr;
using testing::IsEmpty;

const json& document() {
  static const json parsed = json::parse(config_schema());
  return parsed;
}

// The schema that a reference leads to, with what stands beside the reference.
json resolved(const json& node) {
  json out = node;
  if (node.contains("$ref")) {
    const json target =
        resolved(document().at(json::json_pointer(node["$ref"].get<std::string>().substr(1))));
    out.erase("$ref");
    for (const auto& [name, value] : target.items()) out.emplace(name, value);
  }
  if (out.contains("allOf")) {
    for (const json& part : node.value("allOf", json::array())) {
      const json other = resolved(part);
      const json properties = other.value("properties", json::object());
      for (const auto& [name, value] : properties.items()) out["properties"].emplace(name, value);
    }
  }
  return out;
}

// A value that the schema of a member allows; `other`: another than its default, where there is one.
json value_of(const json& member) {
  const json schema = resolved(member);
  if (schema.contains("enum")) return schema["enum"].back();
  const std::string text = schema.dump();
  if (text.find("(ms|s|m|h|d)") != std::string::npos) return "3s";
  if (text.find("(B|KB|MB|GB|TB)") != std::string::npos) return "3MB";
  if (schema.contains("anyOf")) return "text";
  const std::string type = schema.value("type", "");
  if (type == "boolean") return true;
  if (type == "integer") return 3;
  if (type == "array") return json::array();
  if (type == "object") return json::object();
  return "127.0.0.1:7";
}

using Visit = std::function<void(const std::string& pointer, const json& member)>;

// Every member, by the pointer that it has in a configuration; lists have one block, 0.
void visit(const json& node, const std::string& at, const Visit& see) {
  const json schema = resolved(node);
  const json properties = schema.value("properties", json::object());
  for (const auto& [name, member] : properties.items()) {
    if (name.starts_with('$')) continue;
    see(at + '/' + name, member);
    const json below = resolved(member);
    if (below.contains("items") && below["items"].is_object() && below.value("type", "") == "array")
      visit(below["items"], at + '/' + name + "/0", see);
    if (below.value("type", "") == "object") visit(member, at + '/' + name, see);
  }
}

std::vector<std::string> told(const json& config) {
  const std::string text = config.dump();
  std::vector<std::string> all;
  for (const auto& problem : load_config("a.json", text).problems) all.push_back(to_string(problem));
  return all;
}

json with(const std::string& pointer, const json& value) {
  json config = json::object();
  config[json::json_pointer(pointer)] = value;
  if (pointer.starts_with("/topics/0")) {
    config["topics"][0].emplace("topics", "a");
  }
  return config;
}

SchemaCheck& published() {
  static SchemaCheck check(config_schema());
  return check;
}

TEST(ConfigSchema, EveryMemberThatItNamesIsLoaded) {
  std::size_t members = 0;
  visit(document(), "", [&](const std::string& pointer, const json& member) {
    ++members;
    json value = value_of(member);
    if (pointer == "/topics") value = json::array({{{"topics", "a"}}});
    if (pointer == "/upstream") value["bootstrapServers"] = "b:1";
    json config = with(pointer, value);
    for (const std::string& problem : told(config)) {
      EXPECT_THAT(problem, Not(HasSubstr("unknown member"))) << pointer;
      EXPECT_THAT(problem, Not(HasSubstr("must be"))) << pointer;
    }
    EXPECT_THAT(published().problems(config.dump()), IsEmpty()) << config.dump();
  });
  EXPECT_GT(members, 60U);
}

// The loader says what it knows where it meets a name that is near nothing.
TEST(ConfigSchema, EveryMemberThatIsLoadedIsNamed) {
  const std::string stranger = "zzzzzzzzzzzzzzzzzzzz";
  std::set<std::string> objects{""};
  visit(document(), "", [&](const std::string& pointer, const json& member) {
    const std::string type = resolved(member).value("type", "");
    if (type == "object") objects.insert(pointer);
    if (pointer == "/topics") objects.insert("/topics/0");
  });
  ASSERT_TRUE(objects.contains("/topics/0/key"));
  for (const std::string& pointer : objects) {
    std::set<std::string> named;
    const std::regex child(pointer + "/([A-Za-z0-9]+)");
    visit(document(), "", [&](const std::string& one, const json&) {
      if (std::smatch match; std::regex_match(one, match, child)) named.insert(match[1]);
    });
    std::set<std::string> known;
    json config = with(pointer + '/' + stranger, 1);
    for (const std::string& problem : told(config)) {
      std::smatch match;
      if (std::regex_search(problem, match, std::regex("known here: (.*)$"))) {
        const std::string list = match[1];
        const std::regex word("[A-Za-z0-9$]+");
        for (std::sregex_iterator at(list.begin(), list.end(), word), end; at != end; ++at) {
          if (!at->str().starts_with('$')) known.insert(at->str());
        }
      }
    }
    EXPECT_EQ(known, named) << pointer;
    EXPECT_THAT(published().problems(config.dump()), Not(IsEmpty())) << config.dump();
  }
}

TEST(ConfigSchema, EveryChoiceIsTakenAndNoOther) {
  visit(document(), "", [&](const std::string& pointer, const json& member) {
    const json schema = resolved(member);
    if (!schema.contains("enum")) return;
    for (const json& choice : schema["enum"]) {
      if (choice == "schema") continue;  // needs a subject
      EXPECT_THAT(told(with(pointer, choice)), IsEmpty()) << pointer << ' ' << choice;
    }
    const auto problems = told(with(pointer, "none-of-these"));
    ASSERT_EQ(problems.size(), 1U) << pointer;
    // The loader names its choices: all of them are in the schema.
    std::string all;
    for (const json& choice : schema["enum"]) all += (all.empty() ? "" : ", ") + choice.get<std::string>();
    EXPECT_THAT(problems[0], HasSubstr("is none of " + all)) << pointer;
    EXPECT_THAT(published().problems(with(pointer, "none-of-these").dump()), Not(IsEmpty())) << pointer;
  });
}

bool same(const judge::PartPolicy& a, const judge::PartPolicy& b) {
  return a == b;
}
bool same(const judge::TopicPolicy& a, const judge::TopicPolicy& b) {
  return same(a.key, b.key) && same(a.value, b.value) && a.reject_tombstones == b.reject_tombstones &&
         a.enforce == b.enforce && a.on_violation == b.on_violation && a.on_undecided == b.on_undecided &&
         a.acks0 == b.acks0 && a.masked_paths == b.masked_paths;
}
bool same(const Limits& a, const Limits& b) {
  return a.frame_bytes_max == b.frame_bytes_max &&
         a.frames_in_flight_bytes_max == b.frames_in_flight_bytes_max &&
         a.inflated_batch_bytes_max == b.inflated_batch_bytes_max &&
         a.reject_queue_bytes_max == b.reject_queue_bytes_max &&
         a.marked_batch_bytes_max == b.marked_batch_bytes_max && a.schema_bytes_max == b.schema_bytes_max;
}
bool same(const Config& a, const Config& b) {
  return a.listen == b.listen && a.require_sasl == b.require_sasl && a.advertise == b.advertise &&
         a.broker_base_port == b.broker_base_port && a.registry.listen == b.registry.listen &&
         a.registry.unknown_schema_grace == b.registry.unknown_schema_grace &&
         a.registry.false_membership_ttl == b.registry.false_membership_ttl &&
         a.http.listen == b.http.listen && a.rejects.retention_age == b.rejects.retention_age &&
         a.rejects.retention_bytes == b.rejects.retention_bytes && a.data_dir == b.data_dir &&
         same(a.policies.unmatched, b.policies.unmatched) && a.policies.enforce == b.policies.enforce &&
         a.policies.sensitive_tags == b.policies.sensitive_tags && a.judge_timeout == b.judge_timeout &&
         a.drain_timeout == b.drain_timeout && a.threads == b.threads && a.log_level == b.log_level &&
         a.log_format == b.log_format && same(a.limits, b.limits);
}

TEST(ConfigSchema, ItsDefaultsAreTheLoaders) {
  const Config standard = load_config("", "{}").config;
  std::size_t defaults = 0;
  visit(document(), "", [&](const std::string& pointer, const json& member) {
    if (!member.contains("default") || pointer.starts_with("/topics")) return;
    if (pointer.find("/key") != std::string::npos) return;  // a `key` block switches keys on
    ++defaults;
    const std::string text = with(pointer, member["default"]).dump();
    const LoadedConfig loaded = load_config("", text);
    EXPECT_THAT(loaded.problems, IsEmpty()) << text;
    EXPECT_TRUE(same(loaded.config, standard)) << text;
    if (pointer == "/sensitiveTags") return;
    const json other = value_of(member);
    const LoadedConfig changed = load_config("", with(pointer, other).dump());
    if (changed.problems.empty() && other != member["default"]) {
      EXPECT_FALSE(same(changed.config, standard)) << pointer << " changes nothing that is compared";
    }
  });
  EXPECT_GT(defaults, 20U);
}

// Whole configurations of examples and pages: code fences named *.json that have "upstream" or "topics" and
// no "rules" list.
std::vector<std::pair<std::string, std::string>> shown() {
  std::vector<std::pair<std::string, std::string>> all;
  const std::filesystem::path root = ASSAY_SOURCE_DIR;
  std::vector<std::filesystem::path> pages{root / "README.md"};
  for (const char* folder : {"docs", "examples"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".md" || entry.path().extension() == ".json")
        pages.push_back(entry.path());
    }
  }
  for (const auto& path : pages) {
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::vector<std::string> candidates;
    if (path.extension() == ".json") {
      candidates.push_back(text);
    } else {
      const std::regex fence("```json[^\n]*\n([^`]*)```");
      for (std::sregex_iterator at(text.begin(), text.end(), fence), end; at != end; ++at)
        candidates.push_back((*at)[1]);
    }
    for (const std::string& candidate : candidates) {
      const json parsed = json::parse(candidate, nullptr, false);
      if (parsed.is_object() && parsed.contains("upstream")) all.emplace_back(path.string(), candidate);
    }
  }
  return all;
}

TEST(ConfigSchema, EveryConfigurationShownIsGoodUnderBoth) {
  const auto configurations = shown();
  EXPECT_THAT(configurations, Not(IsEmpty()));
  for (const auto& [where, text] : configurations) {
    EXPECT_THAT(published().problems(text), IsEmpty()) << where;
    for (const auto& problem : load_config("a.json", text).problems) {
      if (problem.message.find("environment has no") == std::string::npos)
        ADD_FAILURE() << where << to_string(problem);
    }
  }
}

}  // namespace
}  // namespace assay::proxy
