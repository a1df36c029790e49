#include "registry/schema/json_schema/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace assay::schema::json {
namespace {

// Builds the tree from the events of nlohmann's parser, which hands over the text of numbers that are no
// integers.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(std::uint32_t depth_max) : depth_max_(depth_max) {}

  bool null() override { return add(Json{}) != nullptr; }
  bool boolean(bool value) override {
    Json json;
    json.type = Json::Type::boolean;
    json.boolean = value;
    return add(std::move(json)) != nullptr;
  }
  bool number_integer(number_integer_t value) override { return add_number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add_number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return add_number(text); }
  bool string(string_t& value) override {
    Json json;
    json.type = Json::Type::string;
    json.text = std::move(value);
    return add(std::move(json)) != nullptr;
  }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& name) override {
    name_ = std::move(name);
    return true;
  }
  bool start_object(std::size_t) override { return open(Json::Type::object); }
  bool start_array(std::size_t) override { return open(Json::Type::array); }
  bool end_object() override {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : open_.back()->members) names.push_back(name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
      error_ =
          Error(ErrorCode::invalid, fmt::format("the member \"{}\" appears twice in one object", *twice));
      return false;
    }
    open_.pop_back();
    return true;
  }
  bool end_array() override {
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    error_ = Error(ErrorCode::invalid, fmt::format("not JSON at byte {}", position));
    return false;
  }

  const Error& error() const { return error_; }
  Json take() { return std::move(root_); }

 private:
  bool add_number(const std::string& text) {
    auto number = Number::parse(text);
    if (!number) {
      error_ = number.error();
      return false;
    }
    Json json;
    json.type = Json::Type::number;
    json.number = std::move(*number);
    return add(std::move(json)) != nullptr;
  }

  Json* add(Json json) {
    if (open_.empty()) {
      root_ = std::move(json);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is(Json::Type::array)) return &parent.items.emplace_back(std::move(json));
    return &parent.members.emplace_back(Json::Member{std::move(name_), std::move(json)}).value;
  }

  // Pointers of `open_` stay good: only the innermost open container grows.
  bool open(Json::Type type) {
    if (open_.size() >= depth_max_) {
      error_ = Error(ErrorCode::too_large, fmt::format("nested deeper than {}", depth_max_));
      return false;
    }
    Json json;
    json.type = type;
    open_.push_back(add(std::move(json)));
    return true;
  }

  const std::uint32_t depth_max_;
  Json root_;
  std::vector<Json*> open_;
  std::string name_;
  Error error_{ErrorCode::invalid, "not JSON"};
};

void append_text(std::string& out, const Json& json, std::size_t bytes_max) {
  if (out.size() > bytes_max) return;
  const auto append_quoted = [&](const std::string& text) { out += nlohmann::json(text).dump(); };
  switch (json.type) {
    case Json::Type::null:
      out += "null";
      return;
    case Json::Type::boolean:
      out += json.boolean ? "true" : "false";
      return;
    case Json::Type::number:
      out += json.number->text();
      return;
    case Json::Type::string:
      append_quoted(json.text);
      return;
    case Json::Type::array:
      out += '[';
      for (const Json& item : json.items) {
        if (&item != &json.items.front()) out += ',';
        append_text(out, item, bytes_max);
      }
      out += ']';
      return;
    case Json::Type::object:
      out += '{';
      for (const auto& member : json.members) {
        if (&member != &json.members.front()) out += ',';
        append_quoted(member.name);
        out += ':';
        append_text(out, member.value, bytes_max);
      }
      out += '}';
  }
}

}  // namespace

const Json* Json::find(std::string_view name) const {
  for (const auto& [member, value] : members) {
    if (member == name) return &value;
  }
  return nullptr;
}

Result<Json> parse_document(std::string_view text, const Limits& limits) {
  if (text.size() > limits.schema_bytes_max) {
    return Error(ErrorCode::too_large, fmt::format("a schema of {} bytes", text.size()));
  }
  Builder builder(limits.depth_max);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return builder.error();
  return builder.take();
}

bool deep_equal(const Json& a, const Json& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case Json::Type::null:
      return true;
    case Json::Type::boolean:
      return a.boolean == b.boolean;
    case Json::Type::number:
      return a.number->canonical() == b.number->canonical();
    case Json::Type::string:
      return a.text == b.text;
    case Json::Type::array:
      return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), deep_equal);
    case Json::Type::object:
      return a.members.size() == b.members.size() &&
             std::all_of(a.members.begin(), a.members.end(), [&](const auto& member) {
               const Json* other = b.find(member.name);
               return other != nullptr && deep_equal(member.value, *other);
             });
  }
  return false;
}

std::string describe(const Json& json, std::size_t bytes_max) {
  std::string out;
  append_text(out, json, bytes_max);
  if (out.size() <= bytes_max) return out;
  while (bytes_max > 0 && (static_cast<unsigned char>(out[bytes_max]) & 0xC0U) == 0x80U) --bytes_max;
  return out.substr(0, bytes_max) + "...";
}

}  // namespace assay::schema::json
