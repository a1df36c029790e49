// Reads the objects of a JSON file member by member, and remembers everything that is wrong, with its place.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "rules/json_node.h"
#include "rules/rule_set.h"

namespace assay::proxy {

// The file being read, and what was wrong with it so far. Text that is no JSON, and names that stand in one
// object twice, are problems from the beginning.
class ConfigFile {
 public:
  // `text` outlives it.
  ConfigFile(std::string_view name, std::string_view text, const Limits& limits);

  // Where in the file: at a value, or at the name that it has in its object.
  enum class Place : std::uint8_t { value, name };
  void complain(const std::string& pointer, std::string message, std::string suggestion = {},
                Place place = Place::value);

  // The file is JSON: it can be read further.
  bool is_json() const { return parsed_.error.empty(); }
  std::vector<rules::Problem>& problems() { return problems_; }

 private:
  void complain_of_repeats(const rules::JsonNode& node, const std::string& pointer);
  rules::Problem& add(std::size_t offset, std::string pointer, std::string message, std::string suggestion);

  std::string name_;
  std::string_view text_;
  rules::ParsedNode parsed_;
  std::vector<rules::Problem> problems_;
};

// One object. Every member is asked for by exactly one call; `finish` names those that nobody asked for.
class ConfigReader {
 public:
  ConfigReader(const nlohmann::json& object, std::string pointer, ConfigFile& file);

  bool has(const char* name) { return take(name) != nullptr; }
  // Absent members leave `out` alone. A value of another type or outside its bounds is a problem.
  // Whether a text stands there, and all variables in it are set.
  bool read(const char* name, std::string& out);
  void read(const char* name, bool& out);
  void read(const char* name, std::vector<std::string>& out);  // a text, or a list of texts
  void read(const char* name, std::uint64_t& out, std::uint64_t min, std::uint64_t max);
  void read_duration(const char* name, std::chrono::milliseconds& out);  // 250 (ms), "5s", "10m", "24h", "7d"
  void read_bytes(const char* name, std::uint64_t& out);  // 1048576, "64MB", "10GB" (powers of 1,000)
  // A text, or {"file": "…"}, relative to `folder`. An empty one is a problem: it would count as none.
  void read_secret(const char* name, const std::filesystem::path& folder, std::string& out);
  template <class Enum>
  void read_choice(const char* name, Enum& out,
                   std::initializer_list<std::pair<std::string_view, Enum>> choices);

  std::optional<ConfigReader> child(const char* name);
  std::vector<ConfigReader> children(const char* name);
  // Members that may stand in any file: $schema, $comment.
  void finish();

  const std::string& pointer() const { return pointer_; }
  std::string pointer_of(std::string_view name) const;
  ConfigFile& file() { return file_; }

 private:
  const nlohmann::json* take(const char* name);
  // Nothing when a variable is missing, which is a problem.
  std::optional<std::string> expanded(const char* name, const std::string& text);
  void bad_choice(const char* name, const std::string& word, const std::vector<std::string_view>& words);

  const nlohmann::json& object_;
  std::string pointer_;
  ConfigFile& file_;
  std::vector<std::string_view> known_;
};

template <class Enum>
void ConfigReader::read_choice(const char* name, Enum& out,
                               std::initializer_list<std::pair<std::string_view, Enum>> choices) {
  std::string word;
  if (!read(name, word)) return;
  std::vector<std::string_view> words;
  for (const auto& [text, value] : choices) {
    if (text == word) {
      out = value;
      return;
    }
    words.push_back(text);
  }
  bad_choice(name, word, words);
}

}  // namespace assay::proxy
