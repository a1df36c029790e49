#include "rules/rule_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "rules/check_reader.h"
#include "rules/keywords.h"
#include "rules/members.h"

namespace assay::rules {
namespace {

using Type = JsonNode::Type;

constexpr std::size_t kNameLengthMax = 256;
constexpr std::size_t kTopicLengthMax = 249;  // Kafka's own

bool name_character(char c, bool first) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return letter || (!first && ((c >= '0' && c <= '9') || c == '-'));
}

bool topic_character(char c) {
  return name_character(c, false) || c == '.' || c == '*' || c == '?';
}

// What a file says for all of its rules.
struct Defaults {
  bool names_topics = false;
  std::vector<std::string> topics;
  std::string owner;
  Severity severity = Severity::error;
  std::optional<Action> on_violation;
};

class FileReader {
 public:
  FileReader(const RuleFile& file, const Limits& limits, SeenNames& seen, std::vector<Rule>& rules,
             std::vector<Problem>& problems)
      : limits_(limits), reporter_(file, problems), seen_(seen), rules_(rules) {}

  void read() {
    const std::string& text = reporter_.file().text;
    if (text.size() > limits_.rule_file_bytes_max) {
      reporter_.error_at(0, "", fmt::format("larger than {} bytes", limits_.rule_file_bytes_max));
      return;
    }
    const ParsedNode parsed = parse_node(text, limits_);
    if (!parsed.error.empty()) {
      reporter_.error_at(parsed.error_offset, "", parsed.error);
      return;
    }
    const Place top{&parsed.root, ""};
    repeated_members(top);
    if (!parsed.root.is(Type::object)) {
      reporter_.error(top, fmt::format("a rule file is an object, not {}", to_string(parsed.root.type)),
                      "{ \"topics\": [\"...\"], \"rules\": [ ... ] }");
      return;
    }
    read_file(top);
  }

 private:
  void repeated_members(const Place& at) {
    std::unordered_set<std::string_view> names;
    for (std::size_t i = 0; i < at.node->children.size(); ++i) {
      const JsonNode& child = at.node->children[i];
      const Place place = at.node->is(Type::object) ? at.member(child) : at.item(i);
      if (at.node->is(Type::object) && !names.insert(child.name).second) {
        reporter_.name_error(place, fmt::format("\"{}\" stands in this object twice", child.name),
                             "keep one of them");
      }
      repeated_members(place);
    }
  }

  void read_file(const Place& top) {
    known_members(top, file_members(), "a rule file");
    Defaults defaults;
    if (const auto at = member(top, "topics")) {
      defaults.names_topics = true;
      read_topics(*at, defaults.topics);
    }
    if (const auto at = member(top, "owner")) read_text(*at, defaults.owner);
    if (const auto at = member(top, "severity")) read_severity(*at, defaults.severity);
    if (const auto at = member(top, "onViolation")) read_action(*at, defaults.on_violation);
    for (const std::string_view name : {"$schema", "$comment"}) {
      std::string ignored;
      if (const auto at = member(top, name)) read_text(*at, ignored);
    }
    const auto rules = member(top, "rules");
    if (!rules) {
      reporter_.error(top, "\"rules\" is missing",
                      "\"rules\": [ { \"name\": ..., \"field\": ..., \"check\": ... } ]");
    } else if (expect(*rules, Type::array, "a list of rules")) {
      for (std::size_t i = 0; i < rules->node->children.size(); ++i) read_rule(rules->item(i), defaults);
    }
  }

  void read_rule(const Place& at, const Defaults& defaults) {
    const std::size_t problems_before = reporter_.count();
    if (!at.node->is(Type::object)) {
      reporter_.error(at, fmt::format("a rule is an object, not {}", to_string(at.node->type)));
      return;
    }
    known_members(at, rule_members(), "a rule");
    Rule rule;
    rule.topics = defaults.topics;
    rule.owner = defaults.owner;
    rule.severity = defaults.severity;
    rule.on_violation = defaults.on_violation;
    rule.source = reporter_.file().name + ':' + at.pointer;
    if (const auto name = wanted(at, "name")) read_name(*name, rule.name);
    if (const auto topics = member(at, "topics")) {
      rule.topics.clear();
      read_topics(*topics, rule.topics);
    } else if (!defaults.names_topics) {
      reporter_.error(at, "no topics: neither the rule nor the file names any",
                      "\"topics\": [\"customers\", \"customers.*\"]");
    }
    if (const auto doc = member(at, "doc")) read_text(*doc, rule.doc);
    if (const auto owner = member(at, "owner")) read_text(*owner, rule.owner);
    if (const auto comment = member(at, "$comment")) {
      std::string ignored;
      read_text(*comment, ignored);
    }
    if (const auto severity = member(at, "severity")) read_severity(*severity, rule.severity);
    if (const auto action = member(at, "onViolation")) read_action(*action, rule.on_violation);
    if (const auto enabled = member(at, "enabled")) {
      if (expect(*enabled, Type::boolean, "true or false")) rule.enabled = enabled->node->boolean;
    }
    const auto field = wanted(at, "field");
    const bool has_path = field && read_field(*field, rule.field);
    if (const auto check = wanted(at, "check")) {
      rule.checks = read_check(*check, has_path && rule.field.part == Part::header, limits_, reporter_);
    }
    if (reporter_.count() != problems_before) return;
    rule.masked = rule.checks->has(Op::encrypted);
    rule.json = as_json(rule, *at.node->member("check"));
    rules_.push_back(std::move(rule));
  }

  std::optional<Place> member(const Place& at, std::string_view name) const {
    const JsonNode* node = at.node->member(name);
    return node == nullptr ? std::nullopt : std::optional(at.member(*node));
  }
  std::optional<Place> wanted(const Place& at, std::string_view name) {
    auto found = member(at, name);
    if (!found) reporter_.error(at, fmt::format("\"{}\" is missing", name));
    return found;
  }

  void known_members(const Place& at, std::span<const std::string_view> names, std::string_view of) {
    for (const JsonNode& child : at.node->children) {
      if (std::find(names.begin(), names.end(), child.name) != names.end()) continue;
      std::string advice = did_you_mean(nearest(child.name, names));
      if (keyword_named(child.name) != nullptr)
        advice = fmt::format("\"{}\" belongs into \"check\"", child.name);
      const auto rule = rule_members();
      if (advice.empty() && std::find(rule.begin(), rule.end(), child.name) != rule.end()) {
        advice = fmt::format("\"{}\" belongs into a rule", child.name);
      }
      reporter_.name_error(at.member(child), fmt::format("\"{}\" is no member of {}", child.name, of),
                           advice);
    }
  }

  bool expect(const Place& at, Type type, std::string_view wanted) {
    if (at.node->is(type)) return true;
    reporter_.error(at, fmt::format("{} is {}, not {}", at.node->name.empty() ? "this" : at.node->name,
                                    wanted, to_string(at.node->type)));
    return false;
  }

  void read_text(const Place& at, std::string& into) {
    if (expect(at, Type::string, "a string")) into = at.node->text;
  }

  void read_name(const Place& at, std::string& into) {
    if (!expect(at, Type::string, "a string")) return;
    const std::string& name = at.node->text;
    bool good = !name.empty() && name.size() <= kNameLengthMax;
    for (std::size_t i = 0; i < name.size(); ++i) good = good && name_character(name[i], i == 0);
    if (!good) {
      reporter_.error(
          at, fmt::format("a rule's name is 1 to {} letters, digits, _ and -, and begins with a letter or _",
                          kNameLengthMax));
      return;
    }
    if (name == kSchemaRule) {
      reporter_.error(at, "the name \"schema\" is taken: violations of the schema appear under it");
      return;
    }
    const auto [seen, fresh] = seen_.emplace(name, reporter_.where(at));
    if (!fresh) {
      reporter_.error(at, fmt::format("a rule named \"{}\" stands at {} already", name, seen->second),
                      "names are unique over all files");
      return;
    }
    into = name;
  }

  void read_topics(const Place& at, std::vector<std::string>& into) {
    if (!at.node->is(Type::array)) {
      const bool one = at.node->is(Type::string);
      reporter_.error(at,
                      fmt::format("topics is a list of names and globs, not {}", to_string(at.node->type)),
                      one ? fmt::format("write [\"{}\"]", at.node->text) : std::string());
      return;
    }
    if (at.node->children.empty()) reporter_.error(at, "topics is an empty list: the rules would never run");
    for (std::size_t i = 0; i < at.node->children.size(); ++i) read_topic(at.item(i), into);
  }

  void read_topic(const Place& at, std::vector<std::string>& into) {
    if (!expect(at, Type::string, "a topic's name or glob")) return;
    const std::string& topic = at.node->text;
    const auto odd = std::find_if_not(topic.begin(), topic.end(), topic_character);
    if (topic.empty() || topic.size() > kTopicLengthMax || odd != topic.end()) {
      reporter_.error(
          at,
          fmt::format("\"{}\" can match no topic: names have 1 to {} letters, digits, '.', '_' and '-'",
                      topic, kTopicLengthMax),
          "globs have * for any run of characters and ? for one");
    } else if (std::find(into.begin(), into.end(), topic) != into.end()) {
      reporter_.error(at, fmt::format("\"{}\" stands in the list twice", topic));
    } else {
      into.push_back(topic);
    }
  }

  void read_severity(const Place& at, Severity& into) {
    if (!expect(at, Type::string, "\"info\", \"warning\" or \"error\"")) return;
    if (const auto severity = severity_named(at.node->text)) {
      into = *severity;
      return;
    }
    reporter_.error(at, fmt::format("unknown severity \"{}\"", at.node->text),
                    "severity is \"info\", \"warning\" or \"error\"");
  }

  void read_action(const Place& at, std::optional<Action>& into) {
    if (!expect(at, Type::string, "\"reject\", \"mark\" or \"observe\"")) return;
    if (const auto action = action_named(at.node->text)) {
      into = *action;
    } else if (at.node->text == to_string(Action::divert)) {
      reporter_.error(at, "divert is not available yet: it comes with a later version",
                      "use \"reject\", \"mark\" or \"observe\"");
    } else {
      reporter_.error(at, fmt::format("unknown action \"{}\"", at.node->text),
                      "onViolation is \"reject\", \"mark\" or \"observe\"");
    }
  }

  bool read_field(const Place& at, Path& into) {
    if (!expect(at, Type::string, "a path in a string")) return false;
    auto path = parse_path(at.node->text);
    if (!path) {
      reporter_.error(at, path.error().message());
      return false;
    }
    if (path->steps.size() > limits_.depth_max) {
      reporter_.error(at, fmt::format("a path has at most {} steps", limits_.depth_max));
      return false;
    }
    into = std::move(*path);
    return true;
  }

  static std::string as_json(const Rule& rule, const JsonNode& check) {
    nlohmann::ordered_json json = {{"name", rule.name}, {"doc", rule.doc}, {"owner", rule.owner}};
    json["topics"] = rule.topics;
    json["field"] = to_string(rule.field);
    json["severity"] = to_string(rule.severity);
    if (rule.on_violation) json["onViolation"] = to_string(*rule.on_violation);
    json["enabled"] = rule.enabled;
    std::string text = json.dump();
    text.pop_back();  // numbers of the check stay as they are written
    return text + ",\"check\":" + to_json(check) + '}';
  }

  const Limits& limits_;
  Reporter reporter_;
  SeenNames& seen_;
  std::vector<Rule>& rules_;
};

}  // namespace

void read_rule_file(const RuleFile& file, const Limits& limits, SeenNames& seen, std::vector<Rule>& rules,
                    std::vector<Problem>& problems) {
  const auto own = static_cast<std::ptrdiff_t>(problems.size());
  FileReader(file, limits, seen, rules, problems).read();
  std::stable_sort(problems.begin() + own, problems.end(), [](const Problem& a, const Problem& b) {
    return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
  });
}

}  // namespace assay::rules
