#include "rules/json_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text_position.h"

namespace assay::rules {
namespace {

using Json = nlohmann::json;
using Type = JsonNode::Type;

// Builds the tree from nlohmann's events. Those do not say where they happen: see Locator.
class TreeBuilder : public nlohmann::json_sax<Json> {
 public:
  TreeBuilder(ParsedNode& out, const Limits& limits) : out_(out), limits_(limits) {}

  bool null() override { return add(Type::null) != nullptr; }
  bool boolean(bool value) override {
    JsonNode* node = add(Type::boolean);
    if (node != nullptr) node->boolean = value;
    return node != nullptr;
  }
  bool number_integer(number_integer_t) override { return add(Type::number) != nullptr; }
  bool number_unsigned(number_unsigned_t) override { return add(Type::number) != nullptr; }
  bool number_float(number_float_t, const string_t&) override { return add(Type::number) != nullptr; }
  bool string(string_t& value) override {
    JsonNode* node = add(Type::string);
    if (node != nullptr) node->text = std::move(value);
    return node != nullptr;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Type::object); }
  bool key(string_t& name) override {
    name_ = std::move(name);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Type::array); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&, const Json::exception& problem) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value -
    // …"
    std::string_view message = problem.what();
    for (const std::string_view prefix : {"] ", ": syntax error "}) {
      const auto at = message.find(prefix);
      if (at != std::string_view::npos) message.remove_prefix(at + prefix.size());
    }
    return fail(position == 0 ? 0 : position - 1, fmt::format("not JSON: {}", message));
  }

 private:
  bool fail(std::size_t offset, std::string message) {
    out_.error = std::move(message);
    out_.error_offset = offset;
    return false;
  }

  JsonNode* add(Type type) {
    if (++nodes_ > limits_.schema_nodes_max) {
      fail(0, fmt::format("more than {} values in one file", limits_.schema_nodes_max));
      return nullptr;
    }
    JsonNode* node = &out_.root;
    if (!open_.empty()) node = &open_.back()->children.emplace_back();
    node->type = type;
    node->name = std::exchange(name_, {});
    return node;
  }

  bool open(Type type) {
    if (open_.size() >= limits_.depth_max) {
      return fail(0, fmt::format("nested deeper than {} levels", limits_.depth_max));
    }
    JsonNode* node = add(type);
    if (node != nullptr) open_.push_back(node);
    return node != nullptr;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  ParsedNode& out_;
  const Limits& limits_;
  std::vector<JsonNode*> open_;  // stable: a list does not grow while one of its items is open
  std::string name_;
  std::size_t nodes_ = 0;
};

// Walks text and tree side by side. REQUIRES: the tree was parsed from the text.
class Locator {
 public:
  explicit Locator(std::string_view text) : text_(text) {}

  void locate(JsonNode& node) {
    skip_space();
    node.offset = at_;
    switch (node.type) {
      case Type::string:
        skip_string();
        break;
      case Type::array:
      case Type::object:
        locate_children(node);
        break;
      default: {
        while (at_ < text_.size() &&
               std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos)
          ++at_;
        if (node.type == Type::number) node.text = text_.substr(node.offset, at_ - node.offset);
      }
    }
  }

 private:
  void locate_children(JsonNode& node) {
    ++at_;
    for (JsonNode& child : node.children) {
      skip_space();
      child.name_offset = at_;
      if (node.type == Type::object) {
        skip_string();
        skip_space();
        ++at_;  // ':'
      }
      locate(child);
      skip_space();
      if (&child != &node.children.back()) ++at_;  // ','
    }
    skip_space();
    ++at_;
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  void skip_string() {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

const JsonNode* JsonNode::member(std::string_view wanted) const {
  if (type != Type::object) return nullptr;
  for (const JsonNode& child : children) {
    if (child.name == wanted) return &child;
  }
  return nullptr;
}

const JsonNode& nearest_node(const JsonNode& root, std::string_view pointer) {
  const JsonNode* node = &root;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // '/'
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    std::size_t index = 0;
    const auto named = [&](const JsonNode& child) {
      return token == (node->is(Type::object) ? pointer_token(child.name) : std::to_string(index++));
    };
    const auto found = std::find_if(node->children.begin(), node->children.end(), named);
    if (found == node->children.end()) break;
    node = &*found;
  }
  return *node;
}

std::string_view to_string(JsonNode::Type type) {
  switch (type) {
    case Type::null:
      return "null";
    case Type::boolean:
      return "a boolean";
    case Type::number:
      return "a number";
    case Type::string:
      return "a string";
    case Type::array:
      return "an array";
    case Type::object:
      return "an object";
  }
  return "unknown";
}

std::string to_json(const JsonNode& node) {
  switch (node.type) {
    case Type::null:
      return "null";
    case Type::boolean:
      return node.boolean ? "true" : "false";
    case Type::number:
      return node.text;
    case Type::string:
      return Json(node.text).dump();
    default:
      break;
  }
  const bool object = node.is(Type::object);
  std::string text(1, object ? '{' : '[');
  for (const JsonNode& child : node.children) {
    if (&child != &node.children.front()) text += ',';
    if (object) text += Json(child.name).dump() + ':';
    text += to_json(child);
  }
  return text + (object ? '}' : ']');
}

ParsedNode parse_node(std::string_view text, const Limits& limits) {
  ParsedNode parsed;
  // nlohmann would pass over a byte-order mark, and count it: offsets stay those of the text.
  if (text.starts_with("\xEF\xBB\xBF")) {
    parsed.error = "begins with a byte-order mark; save the file as UTF-8 without one";
    return parsed;
  }
  TreeBuilder builder(parsed, limits);
  const bool well_formed = Json::sax_parse(text.begin(), text.end(), &builder);
  if (!well_formed && parsed.error.empty()) parsed.error = "not JSON";
  if (well_formed) Locator(text).locate(parsed.root);
  return parsed;
}

}  // namespace assay::rules
