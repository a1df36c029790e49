#include "tests/reference/avro/naive_avro.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <cstring>
#include <regex>

namespace assay::reference {
namespace {

using Json = nlohmann::json;
using boost::multiprecision::cpp_int;

bool well_formed_utf8(const std::string& text) {
  return !Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore).empty() &&
         Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore) ==
             Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

cpp_int number_of(const Bytes bytes) {
  cpp_int number = 0;
  for (const std::uint8_t byte : bytes) number = number * 256 + byte;
  if (!bytes.empty() && bytes[0] >= 0x80)
    number -= boost::multiprecision::pow(cpp_int(256), static_cast<unsigned>(bytes.size()));
  return number;
}

std::string logical_type(const Json& schema) {
  return schema.is_object() ? schema.value("logicalType", std::string()) : std::string();
}

}  // namespace

struct NaiveAvro::Cursor {
  Bytes body;
  std::size_t at = 0;
  std::uint64_t steps = 0;
  Answer answer = Answer::conforms;

  bool over() const { return answer == Answer::malformed || answer == Answer::over_budget; }
  void bad() { answer = Answer::violates; }

  bool byte(std::uint8_t& out) {
    if (at == body.size()) {
      answer = Answer::malformed;
      return false;
    }
    out = body[at++];
    return true;
  }

  // A zigzag varint of at most `most` bytes whose value fits in 32 or 64 bits.
  bool number(std::int64_t& out, int most) {
    cpp_int raw = 0;
    for (int i = 0;; ++i) {
      std::uint8_t next = 0;
      if (!byte(next)) return false;
      raw += cpp_int(next & 0x7F) << (7 * i);
      if (next < 0x80) break;
      if (i + 1 == most) {
        answer = Answer::malformed;
        return false;
      }
    }
    if (raw >= cpp_int(1) << (most == 5 ? 32 : 64)) {
      answer = Answer::malformed;
      return false;
    }
    const cpp_int value = raw % 2 == 0 ? cpp_int(raw / 2) : cpp_int(-(raw + 1) / 2);
    out = static_cast<std::int64_t>(value);
    return true;
  }

  bool take(std::int64_t size, Bytes& out) {
    if (size < 0 || static_cast<std::uint64_t>(size) > body.size() - at) {
      answer = Answer::malformed;
      return false;
    }
    out = body.subspan(at, static_cast<std::size_t>(size));
    at += static_cast<std::size_t>(size);
    return true;
  }

  bool sized(Bytes& out) {
    std::int64_t size = 0;
    return number(size, 10) && take(size, out);
  }
};

NaiveAvro::NaiveAvro(Json schema, std::uint32_t depth_max, std::uint64_t steps_max)
    : schema_(std::move(schema)), depth_max_(depth_max), steps_max_(steps_max) {
  collect(schema_);
}

void NaiveAvro::collect(const Json& schema) {
  if (schema.is_array()) {
    for (const Json& branch : schema) collect(branch);
  }
  if (!schema.is_object()) return;
  if (schema.contains("name")) names_[schema["name"]] = &schema;
  if (schema.contains("items")) collect(schema["items"]);
  if (schema.contains("values")) collect(schema["values"]);
  if (schema.contains("fields")) {
    for (const Json& field : schema["fields"]) collect(field["type"]);
  }
}

const Json& NaiveAvro::resolve(const Json& schema) const {
  if (!schema.is_string()) return schema;
  const auto named = names_.find(schema.get<std::string>());
  return named == names_.end() ? schema : *named->second;
}

NaiveAvro::Reading NaiveAvro::read(Bytes body) const {
  Cursor cursor{body};
  Reading reading;
  const Json& top = resolve(schema_);
  const std::string type = top.is_string()   ? top.get<std::string>()
                           : top.is_object() ? top["type"].get<std::string>()
                                             : "";
  if (type == "bytes") {
    // Bare: as if it were a fixed of that size.
    Json bare = top.is_object() ? top : Json::object();
    bare["type"] = "fixed";
    bare["size"] = body.size();
    reading.tree = read(bare, cursor, 0);
  } else {
    reading.tree = read(top, cursor, 0);
  }
  if (!cursor.over() && cursor.at != body.size()) cursor.answer = Answer::malformed;
  reading.answer = cursor.answer;
  return reading;
}

std::unique_ptr<Tree> NaiveAvro::read(const Json& unresolved, Cursor& cursor, std::uint32_t depth) const {
  const Json& schema = resolve(unresolved);
  auto tree = std::make_unique<Tree>();
  Value& value = tree->value;
  std::int64_t number = 0;
  if (schema.is_array()) {
    if (!cursor.number(number, 5)) return tree;
    if (number < 0 || static_cast<std::size_t>(number) >= schema.size()) {
      cursor.answer = Answer::malformed;
      return tree;
    }
    return read(schema[static_cast<std::size_t>(number)], cursor, depth);
  }
  const std::string type = schema.is_string() ? schema.get<std::string>() : schema["type"].get<std::string>();
  const std::string logical = logical_type(schema);
  if (type == "record") return read_record(schema, cursor, depth + 1);
  if (type == "array" || type == "map") return read_items(schema, type == "map", cursor, depth + 1);
  if (type == "null") {
    value.kind = Kind::null;
  } else if (type == "boolean") {
    std::uint8_t byte = 0;
    if (!cursor.byte(byte)) return tree;
    if (byte > 1) cursor.answer = Answer::malformed;
    value.kind = Kind::boolean;
    value.boolean = byte == 1;
  } else if (type == "int" || type == "long") {
    if (!cursor.number(number, type == "int" ? 5 : 10)) return tree;
    if (logical == "time-millis" && type == "int" && (number < 0 || number >= 86'400'000)) cursor.bad();
    if (logical == "time-micros" && type == "long" && (number < 0 || number >= 86'400'000'000)) cursor.bad();
    value.kind = Kind::integer;
    value.integer = number;
  } else if (type == "float" || type == "double") {
    Bytes raw;
    if (!cursor.take(type == "float" ? 4 : 8, raw)) return tree;
    float single = 0;
    double twice = 0;
    if (type == "float") std::memcpy(&single, raw.data(), 4);
    if (type == "double") std::memcpy(&twice, raw.data(), 8);
    value.kind = Kind::real;
    value.single = type == "float";
    value.real = type == "float" ? static_cast<double>(single) : twice;
  } else if (type == "enum") {
    if (!cursor.number(number, 5)) return tree;
    if (number < 0 || static_cast<std::size_t>(number) >= schema["symbols"].size()) {
      cursor.bad();
      value.kind = Kind::integer;
      value.integer = number;
    } else {
      tree->symbol = schema["symbols"][static_cast<std::size_t>(number)];
      value.kind = Kind::string;
      value.raw = as_bytes(tree->symbol);
    }
  } else {
    read_bytes(schema, type, cursor, value);
  }
  return tree;
}

// bytes, string and fixed.
void NaiveAvro::read_bytes(const Json& schema, const std::string& type, Cursor& cursor, Value& value) {
  const std::string logical = logical_type(schema);
  Bytes raw;
  if (!(type == "fixed" ? cursor.take(schema["size"].get<std::int64_t>(), raw) : cursor.sized(raw))) return;
  value.raw = raw;
  value.kind = type == "string" ? Kind::string : Kind::bytes;
  const std::string text(as_text(raw));
  static const std::regex kUuid("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  if (type == "string" && !well_formed_utf8(text)) {
    cursor.bad();
    value.kind = Kind::bytes;
  } else if (type == "string" && logical == "uuid" && !std::regex_match(text, kUuid)) {
    cursor.bad();
  }
  if (logical == "decimal" && type != "string") {
    const cpp_int limit = boost::multiprecision::pow(cpp_int(10), schema["precision"].get<unsigned>());
    const cpp_int unscaled = number_of(raw);
    const bool fits = !raw.empty() && unscaled < limit && unscaled > -limit;
    if (!fits) cursor.bad();
    value.kind = fits ? Kind::decimal : Kind::bytes;
    value.scale = schema.value("scale", std::uint8_t{0});
  }
}

std::unique_ptr<Tree> NaiveAvro::read_record(const Json& schema, Cursor& cursor, std::uint32_t depth) const {
  auto tree = std::make_unique<Tree>();
  tree->is_record = true;
  tree->value.kind = Kind::object;
  tree->value.count = static_cast<std::uint32_t>(schema["fields"].size());
  cursor.steps += schema["fields"].size() + 1;
  if (depth > depth_max_ || cursor.steps > steps_max_) {
    cursor.answer = Answer::over_budget;
    return tree;
  }
  for (const Json& field : schema["fields"]) {
    tree->members.emplace_back(field["name"], read(field["type"], cursor, depth));
    if (cursor.over()) break;
  }
  return tree;
}

std::unique_ptr<Tree> NaiveAvro::read_items(const Json& schema, bool map, Cursor& cursor,
                                            std::uint32_t depth) const {
  auto tree = std::make_unique<Tree>();
  tree->is_map = map;
  tree->value.kind = map ? Kind::object : Kind::array;
  if (depth > depth_max_) {
    cursor.answer = Answer::over_budget;
    return tree;
  }
  for (;;) {
    std::int64_t count = 0;
    if (!cursor.number(count, 10)) return tree;
    if (count == 0) return tree;
    std::size_t end = 0;
    cpp_int items = count;
    if (count < 0) {
      Bytes block;
      if (!cursor.sized(block)) return tree;
      end = cursor.at;
      cursor.at -= block.size();
      items = -items;
    }
    for (; items > 0; --items) {
      if (++cursor.steps > steps_max_) {
        cursor.answer = Answer::over_budget;
        return tree;
      }
      Bytes key;
      if (map && !cursor.sized(key)) return tree;
      if (map && !well_formed_utf8(std::string(as_text(key)))) cursor.bad();
      tree->members.emplace_back(as_text(key), read(schema[map ? "values" : "items"], cursor, depth));
      if (cursor.over()) return tree;
      ++tree->value.count;
    }
    if (count < 0 && cursor.at != end) {
      cursor.answer = Answer::malformed;
      return tree;
    }
  }
}

Value NaiveAvro::slot(const Tree& tree, const Path& path) {
  const Tree* at = &tree;
  for (const Step& step : path.steps) {
    const Tree* next = nullptr;
    for (const auto& [name, member] : at->members) {
      if ((at->is_record || at->is_map) && name == step.name) next = member.get();
    }
    if (next == nullptr) return Value{};
    at = next;
  }
  return at->value;
}

namespace {

void add_leaves(const Tree* tree, const Path& path, std::size_t step, bool below_each,
                const std::string& place, std::vector<std::pair<std::string, Value>>& found) {
  if (step == path.steps.size()) {
    found.emplace_back(place, tree == nullptr ? Value{} : tree->value);
    return;
  }
  const Step& next = path.steps[step];
  bool any = false;
  for (std::size_t i = 0; tree != nullptr && i < tree->members.size(); ++i) {
    const auto& [name, member] = tree->members[i];
    const bool object = tree->is_record || tree->is_map;
    if (next.each ? tree->is_record : !object || name != next.name) continue;
    any = true;
    std::string below = place;
    if (object) {
      append_step(below, name);
    } else {
      append_index(below, i);
    }
    add_leaves(member.get(), path, step + 1, below_each || next.each, below, found);
  }
  if (any || next.each || !below_each) return;
  std::string below = place;
  append_step(below, next.name);
  add_leaves(nullptr, path, step + 1, true, below, found);
}

}  // namespace

std::vector<std::pair<std::string, Value>> NaiveAvro::leaves(const Tree& tree, const Path& path) {
  std::vector<std::pair<std::string, Value>> found;
  add_leaves(&tree, path, 0, false, "", found);
  return found;
}

}  // namespace assay::reference
