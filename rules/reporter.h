// Collects what is wrong with one rule file, each with its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/json_node.h"
#include "rules/rule_set.h"

namespace assay::rules {

// A value of the file and the JSON Pointer that leads to it.
struct Place {
  const JsonNode* node = nullptr;
  std::string pointer;

  Place member(const JsonNode& child) const;  // REQUIRES: a child of `node`, an object
  Place item(std::size_t at) const;           // REQUIRES: `node` is an array
};

class Reporter {
 public:
  Reporter(const RuleFile& file, std::vector<Problem>& problems) : file_(file), problems_(problems) {}

  void error(const Place& at, std::string message, std::string suggestion = {});
  // At the name of a member instead of its value.
  void name_error(const Place& at, std::string message, std::string suggestion = {});
  void error_at(std::size_t offset, std::string pointer, std::string message, std::string suggestion = {});
  // "rules/a.json:7:21"
  std::string where(const Place& at) const;
  const RuleFile& file() const { return file_; }
  // How often something was reported. Beyond kProblemsMax the problems themselves are not kept.
  std::size_t count() const { return count_; }
  static constexpr std::size_t kProblemsMax = 1000;  // of one file: nobody reads more

 private:
  const RuleFile& file_;
  std::vector<Problem>& problems_;
  std::size_t count_ = 0;
};

// "did you mean \"minimum\"?", or nothing.
std::string did_you_mean(const std::optional<std::string>& candidate);

}  // namespace assay::rules
