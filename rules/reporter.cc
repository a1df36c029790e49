#include "rules/reporter.h"

#include <fmt/format.h>

namespace assay::rules {

Place Place::member(const JsonNode& child) const {
  return {&child, pointer + '/' + pointer_token(child.name)};
}

Place Place::item(std::size_t at) const {
  return {&node->children[at], fmt::format("{}/{}", pointer, at)};
}

void Reporter::error(const Place& at, std::string message, std::string suggestion) {
  error_at(at.node->offset, at.pointer, std::move(message), std::move(suggestion));
}

void Reporter::name_error(const Place& at, std::string message, std::string suggestion) {
  error_at(at.node->name_offset, at.pointer, std::move(message), std::move(suggestion));
}

void Reporter::error_at(std::size_t offset, std::string pointer, std::string message,
                        std::string suggestion) {
  if (++count_ > kProblemsMax) return;
  if (count_ == kProblemsMax) message += " (more problems follow; they are not listed)";
  problems_.push_back({file_.name, std::move(pointer), position_of(file_.text, offset), std::move(message),
                       std::move(suggestion), false});
}

std::string Reporter::where(const Place& at) const {
  const TextPosition position = position_of(file_.text, at.node->offset);
  return fmt::format("{}:{}:{}", file_.name, position.line, position.column);
}

std::string did_you_mean(const std::optional<std::string>& candidate) {
  return candidate ? fmt::format("did you mean \"{}\"?", *candidate) : std::string();
}

std::string to_string(const Problem& problem) {
  std::string text = fmt::format("{}:{}:{}: ", problem.file, problem.at.line, problem.at.column);
  if (problem.warning) text += "warning: ";
  if (!problem.pointer.empty()) text += problem.pointer + ": ";
  text += problem.message;
  if (!problem.suggestion.empty()) text += "; " + problem.suggestion;
  return text;
}

}  // namespace assay::rules
