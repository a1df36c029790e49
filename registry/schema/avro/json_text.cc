#include "registry/schema/avro/json_text.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "record/number.h"
#include "registry/schema/avro/value_checks.h"
#include "registry/schema/avro/wire.h"

namespace assay::schema::avro {
namespace {

// A text for people ends somewhere: items of nothing, and names much longer than their values, make much of
// few bytes.
constexpr std::size_t kTextBytesMax = 64UL << 20;

class Writer {
 public:
  Writer(const Model& model, Bytes body, const Limits& limits)
      : model_(model), limits_(limits), at_(body.data()), end_(body.data() + body.size()) {}

  Result<std::string> write() {
    if (at_ == nullptr) at_ = end_ = &kNothing;
    const Node& root = model_.at(model_.root);
    const bool bare = root.type == Type::bytes;
    if (bare ? !blob(root, static_cast<std::size_t>(end_ - at_)) : !value(model_.root, 0)) return error_;
    if (at_ != end_) return Error(ErrorCode::invalid, "bytes are left over behind the value");
    return std::move(out_);
  }

 private:
  static constexpr std::uint8_t kNothing = 0;

  bool fail(ErrorCode code, std::string why) {
    error_ = Error(code, std::move(why));
    return false;
  }
  bool malformed(std::string_view what) { return fail(ErrorCode::invalid, fmt::format("no whole {}", what)); }

  bool take(Varint read, std::uint64_t& raw, std::string_view what) {
    if (read.at == nullptr) return malformed(what);
    at_ = read.at;
    raw = read.raw;
    return true;
  }

  bool put(std::string_view text) {
    if (out_.size() + text.size() > kTextBytesMax)
      return fail(ErrorCode::too_large, "the value makes too long a text");
    out_ += text;
    return true;
  }

  bool quoted(std::string_view text) {
    return put(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }

  bool value(NodeId id, std::uint32_t depth) {
    if (++steps_ > limits_.steps_per_record_max)
      return fail(ErrorCode::too_large, "the value takes too many steps");
    const Node& node = model_.at(id);
    std::uint64_t raw = 0;
    switch (node.type) {
      case Type::null:
        return put("null");
      case Type::boolean:
        if (at_ == end_ || *at_ > 1) return malformed("boolean");
        return put(*at_++ == 1 ? "true" : "false");
      case Type::int32:
        return take(read_int(at_, end_), raw, "int") && put(integer(node, zigzag(raw)));
      case Type::int64:
        return take(read_varint(at_, end_), raw, "long") && put(integer(node, zigzag(raw)));
      case Type::float32:
      case Type::float64:
        return real(node.type == Type::float32);
      case Type::fixed:
        return blob(node, node.size);
      case Type::bytes:
        return take(read_length(at_, end_), raw, "length") && blob(node, raw);
      case Type::string:
        return take(read_length(at_, end_), raw, "length") && text(raw);
      case Type::enumeration:
        return symbol(node);
      case Type::union_of:
        return branch(node, depth);
      case Type::record:
        return record(node, depth + 1);
      case Type::array:
      case Type::map:
        return items(node, depth + 1);
    }
    return false;
  }

  static std::string integer(const Node& node, std::int64_t number) {
    switch (node.meaning) {
      case Meaning::date:
        return date_text(number);
      case Meaning::time_ms:
        return time_text(number, 1000);
      case Meaning::time_us:
        return time_text(number, 1'000'000);
      case Meaning::timestamp_ms:
        return timestamp_text(number, 1000, true);
      case Meaning::timestamp_us:
        return timestamp_text(number, 1'000'000, true);
      case Meaning::timestamp_ns:
        return timestamp_text(number, 1'000'000'000, true);
      case Meaning::local_timestamp_ms:
        return timestamp_text(number, 1000, false);
      case Meaning::local_timestamp_us:
        return timestamp_text(number, 1'000'000, false);
      case Meaning::local_timestamp_ns:
        return timestamp_text(number, 1'000'000'000, false);
      default:
        return std::to_string(number);
    }
  }

  bool real(bool single) {
    const std::size_t size = single ? 4 : 8;
    if (static_cast<std::size_t>(end_ - at_) < size) return malformed(single ? "float" : "double");
    std::uint64_t bits = 0;
    std::memcpy(&bits, at_, size);
    at_ += size;
    Value value;
    value.kind = Kind::real;
    value.single = single;
    value.real = single ? static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))
                        : std::bit_cast<double>(bits);
    if (std::isnan(value.real)) return put("\"NaN\"");
    if (std::isinf(value.real)) return put(value.real > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    return put(number_text(value));
  }

  bool text(std::uint64_t size) {
    const std::string_view view(reinterpret_cast<const char*>(at_), size);
    at_ += size;
    return quoted(view);
  }

  bool blob(const Node& node, std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size) return malformed("value of fixed size");
    const Bytes bytes(at_, size);
    at_ += size;
    if (node.meaning == Meaning::duration) return put(duration_text(bytes));
    if (node.meaning == Meaning::decimal && !bytes.empty() &&
        strip_sign(bytes).size() <= DecimalBound::kDecimalBytesMax) {
      Value value;
      value.kind = Kind::decimal;
      value.scale = static_cast<std::uint8_t>(node.scale);
      value.raw = strip_sign(bytes);
      return put(number_text(value));
    }
    if (out_.size() + 2 * size > kTextBytesMax)
      return fail(ErrorCode::too_large, "the value makes too long a text");
    std::string hex = "\"0x";
    for (const std::uint8_t byte : bytes) fmt::format_to(std::back_inserter(hex), "{:02x}", byte);
    return put(hex + '"');
  }

  bool symbol(const Node& node) {
    std::uint64_t raw = 0;
    if (!take(read_int(at_, end_), raw, "enum")) return false;
    const auto index = static_cast<std::uint64_t>(zigzag(raw));
    return index < node.symbols.size() ? quoted(node.symbols[index]) : put(std::to_string(zigzag(raw)));
  }

  bool branch(const Node& node, std::uint32_t depth) {
    std::uint64_t raw = 0;
    if (!take(read_int(at_, end_), raw, "union")) return false;
    const auto index = static_cast<std::uint64_t>(zigzag(raw));
    return index < node.parts.size() ? value(node.parts[index], depth) : malformed("union");
  }

  bool too_deep(std::uint32_t depth) {
    return depth > limits_.depth_max && !fail(ErrorCode::too_large, "the value is nested too deeply");
  }

  bool record(const Node& node, std::uint32_t depth) {
    if (too_deep(depth)) return false;
    char before = '{';
    for (const Field& field : node.fields) {
      if (!put({&before, 1}) || !quoted(field.name) || !put(":") || !value(field.type, depth)) return false;
      before = ',';
    }
    return put(before == '{' ? "{}" : "}");
  }

  // The items of one block; `first` of the whole.
  bool block(const Node& node, std::uint64_t count, std::uint32_t depth, bool& first) {
    for (; count > 0; --count) {
      if (!std::exchange(first, false) && !put(",")) return false;
      std::uint64_t size = 0;
      if (node.type == Type::map && (!take(read_length(at_, end_), size, "key") || !text(size) || !put(":")))
        return false;
      if (!value(node.parts[0], depth)) return false;
    }
    return true;
  }

  bool items(const Node& node, std::uint32_t depth) {
    const bool map = node.type == Type::map;
    if (too_deep(depth) || !put(map ? "{" : "[")) return false;
    for (bool first = true;;) {
      std::uint64_t raw = 0;
      if (!take(read_varint(at_, end_), raw, "block")) return false;
      const std::int64_t count = zigzag(raw);
      if (count == 0) return put(map ? "}" : "]");
      At block_end = nullptr;
      if (count < 0) {
        if (!take(read_length(at_, end_), raw, "size of a block")) return false;
        block_end = at_ + raw;
      }
      const auto magnitude =
          count < 0 ? ~static_cast<std::uint64_t>(count) + 1 : static_cast<std::uint64_t>(count);
      if (!block(node, magnitude, depth, first)) return false;
      if (block_end != nullptr && at_ != block_end) return malformed("block");
    }
  }

  const Model& model_;
  const Limits& limits_;
  At at_;
  At end_;
  std::uint64_t steps_ = 0;
  std::string out_;
  Error error_;
};

}  // namespace

Result<std::string> to_json_text(const Model& model, Bytes body, const Limits& limits) {
  return Writer(model, body, limits).write();
}

}  // namespace assay::schema::avro
