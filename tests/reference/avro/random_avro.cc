#include "tests/reference/avro/random_avro.h"

#include <algorithm>
#include <set>

namespace assay::reference {
namespace {

using Json = nlohmann::json;

constexpr int kSchemaDepth = 4;
constexpr int kBodyDepth = 7;
constexpr int kWritesMax = 3000;
constexpr std::int64_t kDayMs = 86'400'000;

std::string type_of(const Json& schema) {
  return schema.is_string() ? schema.get<std::string>() : schema["type"].get<std::string>();
}

// What must differ between the branches of a union.
std::string branch_key(const Json& schema) {
  return schema.is_object() && schema.contains("name") ? schema["name"].get<std::string>() : type_of(schema);
}

}  // namespace

Json RandomAvro::schema() {
  next_name_ = 0;
  open_.clear();
  finished_.clear();
  definitions_.clear();
  return below(4) == 0 ? type(0, false) : record(0);
}

Json RandomAvro::scalar() {
  static const char* const kNames[] = {"null",  "boolean", "int",   "long",
                                       "float", "double",  "bytes", "string"};
  return kNames[below(8)];
}

Json RandomAvro::annotated() {
  static const std::pair<const char*, const char*> kLogical[] = {{"int", "date"},
                                                                 {"int", "time-millis"},
                                                                 {"long", "time-micros"},
                                                                 {"long", "timestamp-millis"},
                                                                 {"string", "uuid"},
                                                                 {"long", "timestamp-micros"},
                                                                 {"long", "timestamp-nanos"},
                                                                 {"int", "timestamp-millis"},
                                                                 {"double", "duration"},
                                                                 {"string", "nonsense"},
                                                                 {"long", "local-timestamp-nanos"}};
  switch (below(4)) {
    case 0: {
      const std::uint32_t precision = 1 + below(30);
      return {{"type", "bytes"},
              {"logicalType", "decimal"},
              {"precision", precision},
              {"scale", below(precision + 1)}};
    }
    case 1: {
      Json fixed = {{"type", "fixed"},          {"name", fresh('D')},         {"size", 8},
                    {"logicalType", "decimal"}, {"precision", 1 + below(18)}, {"scale", 0}};
      definitions_.emplace_back(fixed["name"], fixed);
      finished_.push_back(fixed["name"]);
      return fixed;
    }
    default: {
      const auto& [type, logical] = kLogical[below(std::size(kLogical))];
      return {{"type", type}, {"logicalType", logical}};
    }
  }
}

Json RandomAvro::type(int depth, bool in_union) {
  const std::uint32_t choice = below(depth >= kSchemaDepth ? 8 : 16);
  if (choice < 4) return scalar();
  if (choice < 6) return annotated();
  if (choice == 6 && !finished_.empty())
    return finished_[below(static_cast<std::uint32_t>(finished_.size()))];
  if (choice == 7 || choice == 6) {
    Json named;
    if (below(2) == 0) {
      named = {{"type", "enum"}, {"name", fresh('E')}, {"symbols", {"A", "B", "C"}}};
    } else {
      named = {{"type", "fixed"}, {"name", fresh('F')}, {"size", below(6)}};
    }
    definitions_.emplace_back(named["name"], named);
    finished_.push_back(named["name"]);
    return named;
  }
  if (choice < 10) return record(depth + 1);
  if (choice < 12) return {{"type", "array"}, {"items", type(depth + 1, false)}};
  if (choice < 14) return {{"type", "map"}, {"values", type(depth + 1, false)}};
  return in_union ? scalar() : union_of(depth);
}

Json RandomAvro::record(int depth) {
  const std::string name = fresh('R');
  open_.push_back(name);
  Json fields = Json::array();
  const std::uint32_t count = below(5);
  for (std::uint32_t i = 0; i < count; ++i) {
    // Few names, so that paths meet several branches of a union.
    fields.push_back({{"name", std::string(1, static_cast<char>('a' + i))}, {"type", type(depth, false)}});
  }
  Json record = {{"type", "record"}, {"name", name}, {"fields", fields}};
  open_.pop_back();
  finished_.push_back(name);
  definitions_.emplace_back(name, record);
  return record;
}

Json RandomAvro::union_of(int depth) {
  Json branches = Json::array();
  std::set<std::string> keys;
  const std::uint32_t count = 1 + below(4);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t finished = finished_.size(), definitions = definitions_.size();
    Json branch;
    if (i == 0 && below(2) == 0) {
      branch = "null";
    } else if (!open_.empty() && below(3) == 0) {
      branch = open_[below(static_cast<std::uint32_t>(open_.size()))];
    } else {
      branch = type(depth + 1, true);
    }
    if (keys.insert(branch_key(branch)).second) {
      branches.push_back(std::move(branch));
    } else {  // not to be: nor what it defined
      finished_.resize(finished);
      definitions_.resize(definitions);
    }
  }
  if (below(2) == 0) std::reverse(branches.begin(), branches.end());
  return branches;
}

const Json& RandomAvro::resolve(const Json& schema) const {
  if (!schema.is_string()) return schema;
  for (const auto& [name, definition] : definitions_) {
    if (name == schema.get<std::string>()) return definition;
  }
  return schema;
}

std::int64_t RandomAvro::some_long() {
  const auto wide = static_cast<std::int64_t>(static_cast<std::uint64_t>(random_()) << 32 | random_());
  return wide >> below(64);
}

std::string RandomAvro::some_text() {
  static const char* const kPieces[] = {"a", "b", "order", "ß", "€", "\xF0\x9F\x98\x80", " ", "0123456789"};
  std::string text;
  for (std::uint32_t n = below(6); n > 0; --n) text += kPieces[below(std::size(kPieces))];
  return text;
}

void RandomAvro::put_long(std::int64_t value) {
  auto bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (; bits >= 0x80; bits >>= 7) out_.push_back(static_cast<std::uint8_t>(bits | 0x80));
  out_.push_back(static_cast<std::uint8_t>(bits));
}

void RandomAvro::put_text(const std::string& text) {
  put_long(static_cast<std::int64_t>(text.size()));
  append(out_, as_bytes(text));
}

Buffer RandomAvro::body(const Json& schema) {
  out_.clear();
  writes_ = 0;
  const Json& top = resolve(schema);
  if (!top.is_array() && type_of(top) == "bytes") {
    write_decimal(top, true);
    return out_;
  }
  write(schema, 0);
  return out_;
}

// A decimal that fits any precision from 1 on, or plain bytes.
void RandomAvro::write_decimal(const Json& schema, bool bare) {
  const bool decimal = schema.is_object() && schema.value("logicalType", "") == "decimal";
  const std::string bytes =
      decimal ? std::string(1 + below(3), '\0') + static_cast<char>(below(10)) : some_text();
  if (bare) {
    append(out_, as_bytes(bytes));
  } else {
    put_text(bytes);
  }
}

void RandomAvro::write(const Json& unresolved, int depth) {
  if (++writes_ > kWritesMax)
    return;  // a record that grows without end: the body is cut, and does not conform
  const Json& schema = resolve(unresolved);
  if (schema.is_array()) {
    auto branch = below(static_cast<std::uint32_t>(schema.size()));
    for (std::uint32_t i = 0; depth > kBodyDepth && i < schema.size(); ++i) {
      if (!schema[i].is_array() && type_of(resolve(schema[i])) != "record") branch = i;
    }
    put_long(branch);
    return write(schema[branch], depth);
  }
  const std::string type = type_of(schema);
  const std::string logical = schema.is_object() ? schema.value("logicalType", "") : "";
  if (type == "boolean") {
    out_.push_back(static_cast<std::uint8_t>(below(2)));
  } else if (type == "int") {
    put_long(logical == "time-millis" ? below(kDayMs) : static_cast<std::int32_t>(some_long()));
  } else if (type == "long") {
    put_long(logical == "time-micros" ? std::int64_t{below(kDayMs)} * 1000 : some_long());
  } else if (type == "float" || type == "double") {
    for (int i = type == "float" ? 4 : 8; i > 0; --i) out_.push_back(static_cast<std::uint8_t>(below(128)));
  } else if (type == "bytes") {
    write_decimal(schema, false);
  } else if (type == "string") {
    put_text(logical == "uuid" ? "89791762-2336-4186-9674-299b90a802e2" : some_text());
  } else if (type == "fixed") {
    for (std::uint32_t i = 0; i < schema["size"].get<std::uint32_t>(); ++i) {
      out_.push_back(static_cast<std::uint8_t>(logical == "decimal" ? (i == 7 ? below(10) : 0) : below(256)));
    }
  } else if (type == "enum") {
    put_long(below(3));
  } else if (type == "record") {
    for (const Json& field : schema["fields"]) {
      write(field["type"], depth + 1);
    }
  } else if (type != "null") {
    write_items(schema[type == "array" ? "items" : "values"], type == "map", depth);
  }
}

void RandomAvro::write_items(const Json& item, bool map, int depth) {
  for (std::uint32_t blocks = depth > kBodyDepth ? 0 : below(3); blocks > 0; --blocks) {
    const std::uint32_t count = 1 + below(3);
    const bool sized = below(2) == 0;
    put_long(sized ? -std::int64_t{count} : count);
    Buffer outer;
    std::swap(outer, out_);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (map) put_text(below(2) == 0 ? std::string(1, static_cast<char>('a' + below(3))) : some_text());
      write(item, depth + 1);
    }
    std::swap(outer, out_);
    if (sized) put_long(static_cast<std::int64_t>(outer.size()));
    append(out_, outer);
  }
  put_long(0);
}

Buffer RandomAvro::mutated(Buffer body) {
  for (std::uint32_t n = 1 + below(3); n > 0; --n) {
    const auto at = static_cast<std::ptrdiff_t>(below(static_cast<std::uint32_t>(body.size() + 1)));
    static const std::uint8_t kTelling[] = {0, 1, 2, 3, 4, 0x7f, 0x80, 0xff};
    const std::uint8_t byte =
        below(2) == 0 ? kTelling[below(std::size(kTelling))] : static_cast<std::uint8_t>(below(256));
    switch (below(5)) {
      case 0:
        body.resize(static_cast<std::size_t>(at));
        break;
      case 1:
        body.insert(body.begin() + at, byte);
        break;
      case 2:
        if (static_cast<std::size_t>(at) < body.size()) body.erase(body.begin() + at);
        break;
      default:
        if (static_cast<std::size_t>(at) < body.size()) body[static_cast<std::size_t>(at)] = byte;
    }
  }
  return body;
}

std::string RandomAvro::path(const Json& schema) {
  std::string path;
  const Json* at = &resolve(schema);
  for (int steps = 0; steps < 6; ++steps) {
    while (at->is_array() && !at->empty())
      at = &resolve((*at)[below(static_cast<std::uint32_t>(at->size()))]);
    if (below(12) == 0) return path + (path.empty() ? "b" : ".b");
    if (below(5) == 0 || at->is_array() || at->is_string()) break;
    const Json& node = *at;
    if (node["type"] == "record" && !node["fields"].empty()) {
      const Json& field = node["fields"][below(static_cast<std::uint32_t>(node["fields"].size()))];
      path += (path.empty() ? "" : ".") + field["name"].get<std::string>();
      at = &resolve(field["type"]);
    } else if (node["type"] == "array" || (node["type"] == "map" && below(2) == 0)) {
      path += "[*]";
      at = &resolve(node[node["type"] == "array" ? "items" : "values"]);
    } else if (node["type"] == "map") {
      path += (path.empty() ? "" : ".") + std::string(1, static_cast<char>('a' + below(3)));
      at = &resolve(node["values"]);
    } else {
      break;
    }
  }
  return path.empty() ? "$" : path;
}

}  // namespace assay::reference
