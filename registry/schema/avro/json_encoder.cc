#include "registry/schema/avro/json_encoder.h"

#include <bit>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace assay::schema::avro {
namespace {

using Json = nlohmann::json;

class Encoder {
 public:
  explicit Encoder(const Limits& limits) : limits_(limits) {}

  Result<> put(const Json& schema, const std::string& space, const Json& value, const std::string& at) {
    if (depth_ >= limits_.depth_max) return Error(ErrorCode::too_large, at + ": is nested too deep");
    ++depth_;
    auto done = put_any(schema, space, value, at);
    --depth_;
    return done;
  }

  void put_raw(std::string_view text) { append(out, as_bytes(text)); }
  Buffer out;

 private:
  static Error no(const std::string& at, std::string_view what) {
    return Error(ErrorCode::invalid, (at.empty() ? "/" : at) + ": is no " + std::string(what));
  }

  void put_long(std::int64_t value) {
    auto bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    for (; bits >= 0x80; bits >>= 7) out.push_back(static_cast<std::uint8_t>(bits | 0x80));
    out.push_back(static_cast<std::uint8_t>(bits));
  }

  template <class Bits>
  void put_fixed_width(Bits bits) {
    for (std::size_t i = 0; i < sizeof(Bits); ++i) out.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
  }

  // Remembers a named type, and gives the namespace that its inside sees.
  std::string define(const Json& schema, const std::string& space) {
    std::string name = schema.at("name").get<std::string>();
    if (name.find('.') == std::string::npos) {
      const std::string own = schema.value("namespace", space);
      if (!own.empty()) name = own + "." + name;
    }
    names_.insert_or_assign(name, schema);
    const auto dot = name.rfind('.');
    return dot == std::string::npos ? "" : name.substr(0, dot);
  }

  Result<> put_any(const Json& schema, const std::string& space, const Json& value, const std::string& at) {
    if (schema.is_array()) return put_union(schema, space, value, at);
    if (schema.is_object()) {
      const Json& type = schema.at("type");
      if (!type.is_string()) return put_any(type, space, value, at);
      const auto& name = type.get_ref<const std::string&>();
      if (name == "record" || name == "error") return put_record(schema, define(schema, space), value, at);
      if (name == "enum") return define(schema, space), put_enum(schema, value, at);
      if (name == "fixed")
        return define(schema, space), put_bytes(value, at, schema.at("size").get<std::size_t>());
      if (name == "array") return put_array(schema.at("items"), space, value, at);
      if (name == "map") return put_map(schema.at("values"), space, value, at);
      return put_any(type, space, value, at);
    }
    const auto& name = schema.get_ref<const std::string&>();
    for (const std::string& full : {space.empty() ? name : space + "." + name, name}) {
      const auto named = names_.find(full);
      if (named == names_.end()) continue;
      const Json definition = named->second;
      const auto dot = full.rfind('.');
      return put(definition, dot == std::string::npos ? "" : full.substr(0, dot), value, at);
    }
    return put_primitive(name, value, at);
  }

  Result<> put_primitive(const std::string& type, const Json& value, const std::string& at) {
    if (type == "null") {
      if (!value.is_null()) return no(at, "null");
    } else if (type == "boolean") {
      if (!value.is_boolean()) return no(at, "boolean");
      out.push_back(value.get<bool>() ? 1 : 0);
    } else if (type == "int" || type == "long") {
      if (!value.is_number_integer()) return no(at, type);
      put_long(value.get<std::int64_t>());
    } else if (type == "float") {
      if (!value.is_number()) return no(at, type);
      put_fixed_width(std::bit_cast<std::uint32_t>(value.get<float>()));
    } else if (type == "double") {
      if (!value.is_number()) return no(at, type);
      put_fixed_width(std::bit_cast<std::uint64_t>(value.get<double>()));
    } else if (type == "string") {
      if (!value.is_string()) return no(at, type);
      const auto& text = value.get_ref<const std::string&>();
      put_long(static_cast<std::int64_t>(text.size()));
      put_raw(text);
    } else if (type == "bytes") {
      return put_bytes(value, at, std::nullopt);
    } else {
      return no(at, type + ", a type that this schema does not define");
    }
    return {};
  }

  Result<> put_bytes(const Json& value, const std::string& at, std::optional<std::size_t> fixed_size) {
    if (!value.is_string()) return no(at, "text for bytes");
    const auto bytes = bytes_of(value.get_ref<const std::string&>());
    if (!bytes) return no(at, "text of code points up to 255, nor 0x and hex digits");
    if (fixed_size && bytes->size() != *fixed_size) return no(at, "fixed of its size");
    if (!fixed_size && depth_ > 1) put_long(static_cast<std::int64_t>(bytes->size()));
    append(out, *bytes);
    return {};
  }

  static std::optional<Buffer> bytes_of(const std::string& text) {
    Buffer bytes;
    if (text.starts_with("0x") && text.size() % 2 == 0 &&
        text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string::npos) {
      for (std::size_t i = 2; i < text.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
      }
      return bytes;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<std::uint8_t>(text[i]);
      if (byte < 0x80) {
        bytes.push_back(byte);
      } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < text.size()) {
        bytes.push_back(
            static_cast<std::uint8_t>((byte & 3U) << 6 | (static_cast<std::uint8_t>(text[++i]) & 0x3FU)));
      } else {
        return std::nullopt;
      }
    }
    return bytes;
  }

  Result<> put_enum(const Json& schema, const Json& value, const std::string& at) {
    const Json& symbols = schema.at("symbols");
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      if (symbols[i] == value) return put_long(static_cast<std::int64_t>(i)), Result<>();
    }
    return no(at, "symbol of the enum");
  }

  Result<> put_record(const Json& schema, const std::string& space, const Json& value,
                      const std::string& at) {
    if (!value.is_object()) return no(at, "object");
    for (const Json& field : schema.at("fields")) {
      const auto& name = field.at("name").get_ref<const std::string&>();
      const auto given = value.find(name);
      const Json missing = field.contains("default") ? field["default"] : Json(nullptr);
      if (auto done = put(field.at("type"), space, given == value.end() ? missing : *given, at + "/" + name);
          !done)
        return done;
    }
    return {};
  }

  Result<> put_array(const Json& items, const std::string& space, const Json& value, const std::string& at) {
    if (!value.is_array()) return no(at, "array");
    if (!value.empty()) put_long(static_cast<std::int64_t>(value.size()));
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (auto done = put(items, space, value[i], at + "/" + std::to_string(i)); !done) return done;
    }
    put_long(0);
    return {};
  }

  Result<> put_map(const Json& values, const std::string& space, const Json& value, const std::string& at) {
    if (!value.is_object()) return no(at, "object");
    if (!value.empty()) put_long(static_cast<std::int64_t>(value.size()));
    for (const auto& [key, item] : value.items()) {
      put_long(static_cast<std::int64_t>(key.size()));
      put_raw(key);
      if (auto done = put(values, space, item, at + "/" + key); !done) return done;
    }
    put_long(0);
    return {};
  }

  Result<> put_union(const Json& branches, const std::string& space, const Json& value,
                     const std::string& at) {
    const std::size_t begin = out.size();
    for (std::size_t i = 0; i < branches.size(); ++i) {
      put_long(static_cast<std::int64_t>(i));
      if (put(branches[i], space, value, at)) return {};
      out.resize(begin);
    }
    return no(at, "value of any branch of the union");
  }

  const Limits& limits_;
  std::map<std::string, Json> names_;
  std::uint32_t depth_ = 0;
};

}  // namespace

Result<Buffer> encode_json(std::string_view schema_text, std::string_view json, const Limits& limits) {
  const Json schema = Json::parse(schema_text, nullptr, false);
  const Json value = Json::parse(json, nullptr, false);
  if (schema.is_discarded()) return Error(ErrorCode::invalid, "the schema is not JSON");
  if (value.is_discarded()) return Error(ErrorCode::invalid, "the sample is not JSON");
  Encoder encoder(limits);
  if (auto done = encoder.put(schema, "", value, ""); !done) return done.error();
  return std::move(encoder.out);
}

}  // namespace assay::schema::avro
