#include "record/path.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace assay {
namespace {

constexpr std::string_view kNeedsQuotes = ".[]\" \t\r\n";

class PathParser {
 public:
  explicit PathParser(std::string_view text) : text_(text) {}

  Result<Path> parse() {
    Path path;
    if (take("header:")) {
      path.part = Part::header;
      if (at_ == text_.size()) return fail("a header name is missing");
      if (peek() != '"') {
        path.steps.push_back({false, std::string(text_.substr(at_))});
        return path;
      }
      auto name = quoted();
      if (!name) return name.error();
      if (at_ != text_.size()) return fail("nothing may follow the header's name");
      path.steps.push_back({false, std::move(*name)});
      return path;
    }
    if (take("key:")) path.part = Part::key;
    if (text_.substr(at_) == "$" || (path.part == Part::key && at_ == text_.size())) return path;
    if (at_ == text_.size()) return fail("a path is missing; write $ for the whole value");
    while (at_ < text_.size()) {
      auto step = next(path.steps.empty());
      if (!step) return step.error();
      path.steps.push_back(std::move(*step));
    }
    return path;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Error fail(std::string_view why) const {
    return Error(ErrorCode::invalid, fmt::format("path \"{}\", column {}: {}", text_, at_ + 1, why));
  }

  Result<Step> next(bool first) {
    if (take("[*]")) return Step{true, {}};
    if (take("[")) {
      if (peek() != '"')
        return fail("inside [ ] stands * or a quoted name; an item is not chosen by its number");
      auto name = quoted();
      if (!name) return name.error();
      if (!take("]")) return fail("] is missing");
      return Step{false, std::move(*name)};
    }
    if (!first && !take(".")) return fail("a . or [ was expected");
    if (peek() == '"') {
      auto name = quoted();
      if (!name) return name.error();
      return Step{false, std::move(*name)};
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && kNeedsQuotes.find(text_[at_]) == std::string_view::npos) ++at_;
    if (at_ == begin) return fail("a field name is missing");
    return Step{false, std::string(text_.substr(begin, at_ - begin))};
  }

  Result<std::string> quoted() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    if (at_ >= text_.size()) {
      at_ = begin;
      return fail("the quote is not closed");
    }
    ++at_;
    const auto json = nlohmann::json::parse(text_.substr(begin, at_ - begin), nullptr, false);
    if (!json.is_string()) {
      at_ = begin;
      return fail("a quoted name is a JSON string");
    }
    return json.get<std::string>();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string quote(std::string_view name) {
  return nlohmann::json(name).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_bare(std::string_view name) {
  return !name.empty() && name.find_first_of(kNeedsQuotes) == std::string_view::npos;
}

}  // namespace

bool Path::many() const {
  for (const Step& step : steps) {
    if (step.each) return true;
  }
  return false;
}

Result<Path> parse_path(std::string_view text) {
  return PathParser(text).parse();
}

std::string to_string(const Path& path) {
  if (path.part == Part::header) {
    const std::string& name = path.steps.front().name;
    return "header:" + (name.starts_with('"') ? quote(name) : name);
  }
  std::string body;
  for (const Step& step : path.steps) {
    if (step.each) {
      body += "[*]";
    } else {
      append_step(body, step.name);
    }
  }
  // A first name that looks like a root or the whole body must not be read as one.
  if (body.starts_with("key:") || body.starts_with("header:") || body == "$") {
    const std::size_t name_bytes = path.steps.front().name.size();
    body = '[' + quote(path.steps.front().name) + ']' + body.substr(name_bytes);
  }
  if (path.part == Part::key) return "key:" + body;
  return body.empty() ? "$" : body;
}

void append_step(std::string& path, std::string_view name) {
  if (!is_bare(name)) {
    path += '[' + quote(name) + ']';
    return;
  }
  if (!path.empty()) path += '.';
  path += name;
}

void append_index(std::string& path, std::size_t index) {
  fmt::format_to(std::back_inserter(path), "[{}]", index);
}

}  // namespace assay
