#include "proxy/config/config_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "base/text_position.h"
#include "proxy/config/secret_file.h"

namespace assay::proxy {
namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr Unit kDurations[] = {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit kSizes[] = {
    {"B", 1}, {"KB", 1'000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000}};

// "10m" by the units given; nothing when it is no such text, or too large.
template <std::size_t N>
std::optional<std::uint64_t> parse_quantity(std::string_view text, const Unit (&units)[N]) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > 12) return std::nullopt;
  const std::uint64_t number = std::stoull(std::string(text.substr(0, digits)));
  for (const Unit& unit : units) {
    if (text.substr(digits) == unit.suffix && number <= UINT64_MAX / unit.factor) return number * unit.factor;
  }
  return std::nullopt;
}

}  // namespace

ConfigFile::ConfigFile(std::string_view name, std::string_view text, const Limits& limits)
    : name_(name), text_(text), parsed_(rules::parse_node(text, limits)) {
  if (is_json()) {
    complain_of_repeats(parsed_.root, "");
  } else {
    add(parsed_.error_offset, "", parsed_.error, "look for a comma, quote or bracket here or shortly before");
  }
}

rules::Problem& ConfigFile::add(std::size_t offset, std::string pointer, std::string message,
                                std::string suggestion) {
  rules::Problem& problem = problems_.emplace_back();
  problem.file = name_;
  problem.pointer = std::move(pointer);
  problem.at = position_of(text_, offset);
  problem.message = std::move(message);
  problem.suggestion = std::move(suggestion);
  return problem;
}

void ConfigFile::complain_of_repeats(const rules::JsonNode& node, const std::string& pointer) {
  const bool object = node.is(rules::JsonNode::Type::object);
  std::unordered_map<std::string_view, const rules::JsonNode*> seen;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const rules::JsonNode& child = node.children[i];
    const std::string below = pointer + '/' + (object ? pointer_token(child.name) : std::to_string(i));
    if (object) {
      const auto [first, fresh] = seen.emplace(child.name, &child);
      const TextPosition at = position_of(text_, first->second->name_offset);
      if (!fresh) {
        add(child.name_offset, below, fmt::format("\"{}\" stands in this object twice", child.name),
            fmt::format("keep one of them: the first is at line {}, column {}", at.line, at.column));
      }
    }
    complain_of_repeats(child, below);
  }
}

void ConfigFile::complain(const std::string& pointer, std::string message, std::string suggestion,
                          Place place) {
  const rules::JsonNode& node = rules::nearest_node(parsed_.root, pointer);
  add(place == Place::name ? node.name_offset : node.offset, pointer, std::move(message),
      std::move(suggestion));
}

ConfigReader::ConfigReader(const nlohmann::json& object, std::string pointer, ConfigFile& file)
    : object_(object), pointer_(std::move(pointer)), file_(file) {}

std::string ConfigReader::pointer_of(std::string_view name) const {
  return pointer_ + '/' + pointer_token(name);
}

const nlohmann::json* ConfigReader::take(const char* name) {
  if (std::find(known_.begin(), known_.end(), name) == known_.end()) known_.emplace_back(name);
  const auto at = object_.find(name);
  return at == object_.end() ? nullptr : &*at;
}

// ${NAME} is the environment's NAME; $$ is a dollar sign.
std::optional<std::string> ConfigReader::expanded(const char* name, const std::string& text) {
  std::string out;
  bool whole = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto end =
        text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{' ? text.find('}', i) : std::string::npos;
    if (end == std::string::npos) {
      out += text[i];
      if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '$') ++i;
      continue;
    }
    const std::string variable = text.substr(i + 2, end - i - 2);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) {
      file_.complain(pointer_of(name), fmt::format("the environment has no {}", variable),
                     "set it, or write the value here");
      whole = false;
    } else {
      out += value;
    }
    i = end;
  }
  return whole ? std::optional(std::move(out)) : std::nullopt;
}

bool ConfigReader::read(const char* name, std::string& out) {
  const auto* value = take(name);
  if (value == nullptr) return false;
  if (!value->is_string()) return file_.complain(pointer_of(name), "must be a text"), false;
  auto text = expanded(name, value->get_ref<const std::string&>());
  if (!text) return false;
  out = std::move(*text);
  return true;
}

void ConfigReader::read(const char* name, bool& out) {
  const auto* value = take(name);
  if (value == nullptr) return;
  if (!value->is_boolean()) return file_.complain(pointer_of(name), "must be true or false");
  out = value->get<bool>();
}

void ConfigReader::read(const char* name, std::vector<std::string>& out) {
  const auto* value = take(name);
  if (value == nullptr) return;
  const auto is_text = [](const nlohmann::json& item) { return item.is_string(); };
  const bool list = value->is_array() && std::all_of(value->begin(), value->end(), is_text);
  if (!value->is_string() && !list)
    return file_.complain(pointer_of(name), "must be a text or a list of texts");
  out.clear();
  const auto add = [&](const nlohmann::json& item) {
    if (auto text = expanded(name, item.get_ref<const std::string&>())) out.push_back(std::move(*text));
  };
  if (value->is_string()) return add(*value);
  for (const auto& item : *value) add(item);
}

void ConfigReader::read(const char* name, std::uint64_t& out, std::uint64_t min, std::uint64_t max) {
  const auto* value = take(name);
  if (value == nullptr) return;
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() < min ||
      value->get<std::uint64_t>() > max) {
    return file_.complain(pointer_of(name), fmt::format("must be a whole number from {} to {}", min, max));
  }
  out = value->get<std::uint64_t>();
}

void ConfigReader::read_duration(const char* name, std::chrono::milliseconds& out) {
  const auto* value = take(name);
  if (value == nullptr) return;
  std::optional<std::uint64_t> ms;
  if (value->is_number_unsigned()) ms = value->get<std::uint64_t>();
  if (value->is_string()) ms = parse_quantity(value->get_ref<const std::string&>(), kDurations);
  if (!ms || *ms > 3'650ULL * 86'400'000) {
    return file_.complain(pointer_of(name), "must be a duration",
                          "write milliseconds as a number, or \"250ms\", \"5s\", \"10m\", \"24h\", \"7d\"");
  }
  out = std::chrono::milliseconds(*ms);
}

void ConfigReader::read_bytes(const char* name, std::uint64_t& out) {
  const auto* value = take(name);
  if (value == nullptr) return;
  std::optional<std::uint64_t> bytes;
  if (value->is_number_unsigned()) bytes = value->get<std::uint64_t>();
  if (value->is_string()) bytes = parse_quantity(value->get_ref<const std::string&>(), kSizes);
  if (!bytes)
    return file_.complain(pointer_of(name), "must be a size",
                          "write bytes as a number, or \"64MB\", \"10GB\"");
  out = *bytes;
}

void ConfigReader::read_secret(const char* name, const std::filesystem::path& folder, std::string& out) {
  const auto at = object_.find(name);
  if (at == object_.end() || !at->is_object()) {
    if (read(name, out) && out.empty()) file_.complain(pointer_of(name), "is empty", "leave it out for none");
    return;
  }
  auto reader = *child(name);
  std::string file;
  const bool told = reader.read("file", file);
  reader.finish();
  if (!told && reader.has("file")) return;  // complained of already
  if (!told) return file_.complain(pointer_of(name), "names no file", R"({"file": "/run/secrets/name"})");
  auto secret = read_secret_file(folder / file);
  if (!secret) return file_.complain(pointer_of(name) + "/file", secret.error().message());
  out = std::move(*secret);
}

std::optional<ConfigReader> ConfigReader::child(const char* name) {
  const auto* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) {
    file_.complain(pointer_of(name), "must be an object");
    return std::nullopt;
  }
  return ConfigReader(*value, pointer_of(name), file_);
}

std::vector<ConfigReader> ConfigReader::children(const char* name) {
  std::vector<ConfigReader> out;
  const auto* value = take(name);
  if (value == nullptr) return out;
  if (!value->is_array()) {
    file_.complain(pointer_of(name), "must be a list of objects");
    return out;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    std::string pointer = fmt::format("{}/{}", pointer_of(name), i);
    if ((*value)[i].is_object()) {
      out.emplace_back((*value)[i], std::move(pointer), file_);
    } else {
      file_.complain(pointer, "must be an object");
    }
  }
  return out;
}

void ConfigReader::bad_choice(const char* name, const std::string& word,
                              const std::vector<std::string_view>& words) {
  const auto near = nearest(word, words);
  file_.complain(pointer_of(name), fmt::format("\"{}\" is none of {}", word, fmt::join(words, ", ")),
                 near ? fmt::format("did you mean \"{}\"?", *near) : "");
}

void ConfigReader::finish() {
  known_.insert(known_.end(), {"$schema", "$comment"});
  for (const auto& [name, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const auto near = nearest(name, known_);
    file_.complain(pointer_of(name), fmt::format("unknown member \"{}\"", name),
                   near ? fmt::format("did you mean \"{}\"?", *near)
                        : fmt::format("known here: {}", fmt::join(known_, ", ")),
                   ConfigFile::Place::name);
  }
}

}  // namespace assay::proxy
