#include "registry/schema/avro/json_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "registry/schema/avro/sample_texts.h"
#include "registry/schema/avro/schema_parser.h"

namespace assay::schema::avro {
namespace {

using Json = nlohmann::json;

// The text of a number that parse_sample kept, or of a string.
std::string_view text_of(const Json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>();
  return value.is_binary() ? as_text(value.get_binary()) : std::string_view();
}

// None beyond the range of the type.
template <class Real>
std::optional<Real> parsed(std::string_view text) {
  Real number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return std::nullopt;
  return number;
}

class Encoder {
 public:
  Encoder(const Model& model, const Limits& limits) : model_(model), limits_(limits) {}

  Result<Buffer> encode(const Json& json) {
    const Node& root = model_.at(model_.root);
    if (root.type == Type::bytes ? !blob(root, json, true) : !value(model_.root, json)) return error_;
    return std::move(out_);
  }

 private:
  bool fail(ErrorCode code, std::string_view why) {
    error_ = Error(code, fmt::format("{}: {}", path_.empty() ? "/" : path_, why));
    return false;
  }
  bool no(std::string_view what) { return fail(ErrorCode::invalid, fmt::format("is not {}", what)); }

  void put_long(std::int64_t number) {
    auto bits = static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
    for (; bits >= 0x80; bits >>= 7) out_.push_back(static_cast<std::uint8_t>(bits | 0x80));
    out_.push_back(static_cast<std::uint8_t>(bits));
  }
  bool put_text(std::string_view text) {
    put_long(static_cast<std::int64_t>(text.size()));
    append(out_, as_bytes(text));
    return true;
  }
  template <class Bits>
  bool put_little_endian(Bits bits) {
    for (std::size_t i = 0; i < sizeof bits; ++i) out_.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
    return true;
  }

  // Encodes one level further in: `step` is a member's name or an index.
  bool inside(std::string_view step, NodeId type, const Json& json) {
    const std::size_t size = path_.size();
    enter(step);
    const bool done = value(type, json);
    path_.resize(size);
    return done;
  }
  // JSON Pointer, RFC 6901.
  void enter(std::string_view step) {
    path_ += '/';
    for (const char c : step) {
      if (c == '~' || c == '/') {
        path_ += c == '~' ? "~0" : "~1";
      } else {
        path_ += c;
      }
    }
  }

  bool value(NodeId id, const Json& json) {
    // Unions of records can try much at every level.
    if (++steps_ > limits_.steps_per_record_max) return fail(ErrorCode::too_large, "takes too many steps");
    const Node& node = model_.at(id);
    switch (node.type) {
      case Type::null:
        return json.is_null() || no("null");
      case Type::boolean:
        if (!json.is_boolean()) return no("a boolean");
        out_.push_back(json.get<bool>() ? 1 : 0);
        return true;
      case Type::int32:
      case Type::int64:
        return integer(node, json);
      case Type::float32:
      case Type::float64:
        return real(node.type == Type::float32, json);
      case Type::bytes:
      case Type::fixed:
        return blob(node, json, false);
      case Type::string:
        return json.is_string() ? put_text(text_of(json)) : no("a string");
      case Type::enumeration:
        return symbol(node, json);
      case Type::union_of:
        return branch(node, json);
      case Type::record:
      case Type::array:
      case Type::map:
        return nested(node, json);
    }
    return false;
  }

  bool nested(const Node& node, const Json& json) {
    if (depth_ == limits_.depth_max) return fail(ErrorCode::too_large, "is nested too deeply");
    ++depth_;
    const bool done = node.type == Type::record ? record(node, json)
                      : node.type == Type::map  ? map(node, json)
                                                : array(node, json);
    --depth_;
    return done;
  }

  static std::optional<std::int64_t> from_iso(Meaning meaning, std::string_view text) {
    switch (meaning) {
      case Meaning::date:
        return read_date(text);
      case Meaning::time_ms:
        return read_time(text, 1000);
      case Meaning::time_us:
        return read_time(text, 1'000'000);
      case Meaning::timestamp_ms:
      case Meaning::local_timestamp_ms:
        return read_timestamp(text, 1000, meaning == Meaning::timestamp_ms);
      case Meaning::timestamp_us:
      case Meaning::local_timestamp_us:
        return read_timestamp(text, 1'000'000, meaning == Meaning::timestamp_us);
      case Meaning::timestamp_ns:
      case Meaning::local_timestamp_ns:
        return read_timestamp(text, 1'000'000'000, meaning == Meaning::timestamp_ns);
      default:
        return std::nullopt;
    }
  }

  bool integer(const Node& node, const Json& json) {
    const bool narrow = node.type == Type::int32;
    std::optional<std::int64_t> number;
    if (json.is_number_unsigned()) {
      const auto wide = json.get<std::uint64_t>();
      if (wide <= INT64_MAX) number = static_cast<std::int64_t>(wide);
    } else if (json.is_number_integer()) {
      number = json.get<std::int64_t>();
    } else if (json.is_string()) {
      number = from_iso(node.meaning, text_of(json));
    }
    if (!number || (narrow && (*number < INT32_MIN || *number > INT32_MAX))) {
      const std::string_view plain = narrow ? "an int" : "a long";
      const bool iso = json.is_string() && node.meaning != Meaning::none;
      return no(iso ? fmt::format("{}, nor the ISO 8601 text of its logical type", plain) : plain);
    }
    put_long(*number);
    return true;
  }

  bool real(bool single, const Json& json) {
    std::optional<double> number;
    if (json.is_number()) {
      number = json.get<double>();
    } else if (json.is_string()) {
      const std::string_view text = text_of(json);
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      if (text == "NaN") number = std::numeric_limits<double>::quiet_NaN();
      if (text == "Infinity") number = kInfinity;
      if (text == "-Infinity") number = -kInfinity;
    } else if (json.is_binary()) {
      // Read as what it becomes: by way of a double, a float would be rounded twice.
      if (single) {
        if (const auto narrow = parsed<float>(text_of(json))) number = *narrow;
      } else {
        number = parsed<double>(text_of(json));
      }
    }
    if (!number) return no(single ? "a float" : "a double");
    return single ? put_little_endian(std::bit_cast<std::uint32_t>(static_cast<float>(*number)))
                  : put_little_endian(std::bit_cast<std::uint64_t>(*number));
  }

  std::optional<Buffer> bytes_of(const Node& node, const Json& json) const {
    // Defaults are in Avro's own JSON encoding.
    if (in_default_) return json.is_string() ? read_latin1(text_of(json)) : std::nullopt;
    if (json.is_string()) {
      if (auto hex = read_hex(text_of(json))) return hex;
    }
    if (node.meaning == Meaning::decimal) {
      auto unscaled = read_decimal(json.is_number_integer() ? json.dump() : text_of(json), node.scale);
      if (unscaled && node.type == Type::fixed && unscaled->size() < node.size) {
        const std::uint8_t sign = unscaled->front() >= 0x80 ? 0xff : 0;
        unscaled->insert(unscaled->begin(), node.size - unscaled->size(), sign);
      }
      return unscaled;
    }
    if (!json.is_string()) return std::nullopt;
    if (node.meaning == Meaning::duration) {
      if (auto duration = read_duration(text_of(json))) return duration;
    }
    return read_latin1(text_of(json));
  }

  bool blob(const Node& node, const Json& json, bool bare) {
    const auto bytes = bytes_of(node, json);
    if (!bytes) {
      return no(node.meaning == Meaning::decimal ? fmt::format("a decimal of scale {}", node.scale)
                                                 : "bytes: \"0x…\", or a text of code points up to 255");
    }
    if (node.type == Type::fixed && bytes->size() != node.size)
      return no(fmt::format("of {} bytes but of {}", node.size, bytes->size()));
    if (node.type == Type::bytes && !bare) put_long(static_cast<std::int64_t>(bytes->size()));
    append(out_, *bytes);
    return true;
  }

  bool symbol(const Node& node, const Json& json) {
    const auto found = std::find(node.symbols.begin(), node.symbols.end(), text_of(json));
    if (!json.is_string() || found == node.symbols.end()) return no("a symbol of " + node.name);
    put_long(found - node.symbols.begin());
    return true;
  }

  bool branch(const Node& node, const Json& json) {
    const std::size_t begin = out_.size();
    std::size_t tried = 0;
    Error complaint;
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      put_long(static_cast<std::int64_t>(i));
      if (value(node.parts[i], json)) return true;
      if (error_.code() == ErrorCode::too_large) return false;
      out_.resize(begin);
      if (model_.at(node.parts[i]).type == Type::null) continue;
      complaint = std::move(error_);
      ++tried;
    }
    // Of one branch beside null, that branch's own complaint says more.
    if (tried == 1 && !json.is_null()) {
      error_ = std::move(complaint);
      return false;
    }
    std::string names;
    for (const NodeId part : node.parts) names += (names.empty() ? "" : ", ") + describe(model_, part);
    return no(fmt::format("a value of any branch of its union: {}", names));
  }

  bool record(const Node& node, const Json& json) {
    if (!json.is_object()) return no("an object");
    std::size_t given = 0;
    for (const Field& field : node.fields) {
      const auto member = json.find(field.name);
      if (member == json.end() ? !absent(field) : !inside(field.name, field.type, *member)) return false;
      if (member != json.end()) ++given;
    }
    return given == json.size() || stranger(node, json);
  }

  bool absent(const Field& field) {
    if (!field.default_json) {
      if (inside(field.name, field.type, nullptr)) return true;
      if (error_.code() == ErrorCode::too_large) return false;
      const std::size_t size = path_.size();
      enter(field.name);
      fail(ErrorCode::invalid, "is missing and has no default");
      path_.resize(size);
      return false;
    }
    const auto parsed = parse_sample(*field.default_json, limits_);
    if (!parsed) return fail(parsed.error().code(), parsed.error().message());
    const bool before = std::exchange(in_default_, true);
    const bool done = inside(field.name, field.type, *parsed);
    in_default_ = before;
    return done;
  }

  // Names the member that is no field: most likely misspelt.
  bool stranger(const Node& node, const Json& json) {
    for (const auto& [name, unused] : json.items()) {
      const auto same = [&name](const Field& field) { return field.name == name; };
      if (std::any_of(node.fields.begin(), node.fields.end(), same)) continue;
      const std::size_t size = path_.size();
      enter(name);
      no("a field of " + node.name);
      path_.resize(size);
    }
    return false;
  }

  bool array(const Node& node, const Json& json) {
    if (!json.is_array()) return no("an array");
    if (!json.empty()) put_long(static_cast<std::int64_t>(json.size()));
    for (std::size_t i = 0; i < json.size(); ++i) {
      if (!inside(std::to_string(i), node.parts[0], json[i])) return false;
    }
    put_long(0);
    return true;
  }

  bool map(const Node& node, const Json& json) {
    if (!json.is_object()) return no("an object");
    if (!json.empty()) put_long(static_cast<std::int64_t>(json.size()));
    for (const auto& [key, item] : json.items()) {
      put_text(key);
      if (!inside(key, node.parts[0], item)) return false;
    }
    put_long(0);
    return true;
  }

  const Model& model_;
  const Limits& limits_;
  Buffer out_;
  std::string path_;
  std::uint32_t depth_ = 0;
  std::uint64_t steps_ = 0;
  bool in_default_ = false;
  Error error_;
};

}  // namespace

Result<Buffer> encode_json(std::string_view schema_text, std::span<const Reference> references,
                           std::string_view json, const Limits& limits) {
  const auto model = parse_model(schema_text, references, limits);
  if (!model) return model.error().within("the schema");
  const auto sample = parse_sample(json, limits);
  if (!sample) return sample.error();
  return Encoder(*model, limits).encode(*sample);
}

}  // namespace assay::schema::avro
