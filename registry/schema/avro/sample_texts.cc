#include "registry/schema/avro/sample_texts.h"

#include <re2/re2.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "registry/schema/avro/json_document.h"
#include "registry/schema/avro/value_checks.h"

namespace assay::schema::avro {
namespace {

using Json = nlohmann::json;

class SampleReader : public Json::json_sax_t {
 public:
  SampleReader(std::string_view text, std::size_t depth_max) : text_(text), depth_max_(depth_max) {}
  Json& root() { return root_; }
  const Error& error() const { return error_; }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t, const string_t& token) override {
    return add(Json::binary({token.begin(), token.end()}));
  }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // not in JSON text
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string& last_token, const Json::exception&) override {
    error_ = not_json(text_, position, last_token);
    return false;
  }

 private:
  Json* place(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }
  bool add(Json value) { return place(std::move(value)) != nullptr; }
  bool open(Json empty) {
    if (open_.size() == depth_max_) {
      error_ = nested_too_deep(depth_max_);
      return false;
    }
    // The parent grows only when this one is closed: its address holds as long as it is needed.
    open_.push_back(place(std::move(empty)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  std::size_t depth_max_;
  Json root_;
  std::vector<Json*> open_;
  std::string key_;
  Error error_;
};

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

// value * factor + more, unless it does not fit.
std::optional<std::int64_t> scaled(std::int64_t value, std::int64_t factor, std::int64_t more) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(value, factor, &result) || __builtin_add_overflow(result, more, &result))
    return std::nullopt;
  return result;
}

// magnitude = magnitude * 10 + digit; little-endian.
void push_digit(Buffer& magnitude, std::uint32_t digit) {
  for (std::uint8_t& byte : magnitude) {
    digit += byte * 10U;
    byte = static_cast<std::uint8_t>(digit);
    digit >>= 8;
  }
  if (digit != 0) magnitude.push_back(static_cast<std::uint8_t>(digit));
}

Buffer twos_complement(Buffer magnitude, bool negative) {
  magnitude.push_back(0);
  if (negative) {
    std::uint32_t carry = 1;
    for (std::uint8_t& byte : magnitude) {
      carry += static_cast<std::uint8_t>(~byte);
      byte = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
  }
  std::reverse(magnitude.begin(), magnitude.end());
  const Bytes shortest = strip_sign(magnitude);
  return Buffer(shortest.begin(), shortest.end());
}

}  // namespace

Result<Json> parse_sample(std::string_view text, const Limits& limits) {
  SampleReader reader(text, limits.depth_max);
  if (!Json::sax_parse(text, &reader)) return reader.error();
  return std::move(reader.root());
}

std::optional<std::int64_t> read_date(std::string_view text) {
  static const RE2 kPattern(R"((\d{4})-(\d\d)-(\d\d))");
  int year = 0;
  unsigned month = 0, day = 0;
  // Decimal whatever the leading zeros say: RE2 reads plain integers in base 10.
  if (!RE2::FullMatch(piece(text), kPattern, &year, &month, &day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::optional<std::int64_t> read_time(std::string_view text, std::int64_t per_second) {
  static const RE2 kPattern(R"(([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?)");
  std::int64_t hours = 0, minutes = 0, seconds = 0;
  std::string fraction;
  if (!RE2::FullMatch(piece(text), kPattern, &hours, &minutes, &seconds, &fraction)) return std::nullopt;
  fraction.resize(9, '0');
  const std::int64_t nanoseconds = std::stoll(fraction);
  const std::int64_t unit_ns = 1'000'000'000 / per_second;
  if (nanoseconds % unit_ns != 0) return std::nullopt;
  return ((hours * 60 + minutes) * 60 + seconds) * per_second + nanoseconds / unit_ns;
}

std::optional<std::int64_t> read_timestamp(std::string_view text, std::int64_t per_second, bool utc) {
  static const RE2 kPattern(R"(([^T]+)T([^Z+-]+)(?:(Z)|([+-])([01]\d|2[0-3]):([0-5]\d))?)");
  std::string day, clock, zulu, sign, hours, minutes;
  if (!RE2::FullMatch(piece(text), kPattern, &day, &clock, &zulu, &sign, &hours, &minutes))
    return std::nullopt;
  if (utc == (zulu.empty() && sign.empty())) return std::nullopt;
  const auto days = read_date(day);
  const auto time = read_time(clock, per_second);
  if (!days || !time) return std::nullopt;
  const std::int64_t offset_min = sign.empty() ? 0 : std::stoll(hours) * 60 + std::stoll(minutes);
  const std::int64_t offset = (sign == "-" ? -offset_min : offset_min) * 60 * per_second;
  return scaled(*days, 86'400 * per_second, *time - offset);
}

std::optional<Buffer> read_duration(std::string_view text) {
  static const RE2 kPattern(R"(P(\d+)M(\d+)DT(\d{1,7})\.(\d{3})S)");
  std::uint32_t months = 0, days = 0;
  std::uint64_t seconds = 0, ms = 0;
  if (!RE2::FullMatch(piece(text), kPattern, &months, &days, &seconds, &ms)) return std::nullopt;
  ms += seconds * 1000;
  if (ms > UINT32_MAX) return std::nullopt;
  Buffer bytes;
  for (const std::uint32_t part : {months, days, static_cast<std::uint32_t>(ms)}) {
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(part >> shift));
  }
  return bytes;
}

std::optional<Buffer> read_decimal(std::string_view text, std::uint32_t scale) {
  static const RE2 kPattern(R"(([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,6}))?)");
  constexpr std::int64_t kDigitsMax = DecimalBound::kDecimalBytesMax * 12 / 5;
  std::string sign, digits, fraction, exponent;
  if (!RE2::FullMatch(piece(text), kPattern, &sign, &digits, &fraction, &exponent)) return std::nullopt;
  digits += fraction;
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return Buffer{0};
  const std::int64_t shift = static_cast<std::int64_t>(scale) - static_cast<std::int64_t>(fraction.size()) +
                             (exponent.empty() ? 0 : std::stoll(exponent));
  const std::int64_t size = static_cast<std::int64_t>(digits.size()) + shift;
  if (size <= 0 || size > kDigitsMax) return std::nullopt;
  const auto kept = static_cast<std::size_t>(size);
  if (digits.size() > kept && digits.find_first_not_of('0', kept) != std::string::npos) return std::nullopt;
  digits.resize(kept, '0');
  Buffer magnitude;
  for (const char digit : digits) push_digit(magnitude, static_cast<std::uint32_t>(digit - '0'));
  return twos_complement(std::move(magnitude), sign == "-");
}

std::optional<Buffer> read_hex(std::string_view text) {
  if (!text.starts_with("0x") || text.size() % 2 != 0 ||
      text.find_first_not_of("0123456789abcdefABCDEF", 2) != std::string_view::npos)
    return std::nullopt;
  const auto nibble = [](char digit) { return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10; };
  Buffer bytes;
  for (std::size_t i = 2; i < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(nibble(text[i]) << 4 | nibble(text[i + 1])));
  }
  return bytes;
}

std::optional<Buffer> read_latin1(std::string_view text) {
  Buffer bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    if (lead < 0x80) {
      bytes.push_back(lead);
    } else if (lead <= 0xC3) {
      const auto trail = static_cast<std::uint8_t>(text[++i]);
      bytes.push_back(static_cast<std::uint8_t>((lead & 3U) << 6 | (trail & 0x3FU)));
    } else {
      return std::nullopt;
    }
  }
  return bytes;
}

}  // namespace assay::schema::avro
