#include "registry/schema/avro/json_document.h"

#include <fmt/format.h>

#include "base/text_position.h"

namespace assay::schema::avro {
namespace {

using Json = nlohmann::json;

// A record inside a record is four levels of JSON: the schema, its fields, the field, its type.
constexpr std::size_t kLevelsPerRecord = 4;

// The first pass: well-formed, and not too deep. Builds nothing.
class DepthGuard : public Json::json_sax_t {
 public:
  DepthGuard(std::string_view text, std::size_t depth_max) : text_(text), depth_max_(depth_max) {}
  const Error& error() const { return error_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return deeper(); }
  bool start_array(std::size_t) override { return deeper(); }
  bool end_object() override { return --depth_ + 1 > 0; }
  bool end_array() override { return --depth_ + 1 > 0; }

  bool parse_error(std::size_t position, const std::string& last_token, const Json::exception&) override {
    error_ = not_json(text_, position, last_token);
    return false;
  }

 private:
  bool deeper() {
    if (++depth_ <= depth_max_) return true;
    error_ = nested_too_deep(depth_max_);
    return false;
  }

  std::string_view text_;
  std::size_t depth_max_;
  std::size_t depth_ = 0;
  Error error_;
};

}  // namespace

Error not_json(std::string_view text, std::size_t position, const std::string& last_token) {
  const TextPosition at = position_of(text, std::min(text.size(), position == 0 ? 0 : position - 1));
  return Error(ErrorCode::invalid, fmt::format("line {}, column {}: not JSON near \"{}\"", at.line, at.column,
                                               last_token.substr(0, 40)));
}

Error nested_too_deep(std::size_t depth_max) {
  return Error(ErrorCode::too_large, fmt::format("nested more than {} levels deep", depth_max));
}

Result<Json> parse_document(std::string_view text, const Limits& limits) {
  DepthGuard guard(text, kLevelsPerRecord * limits.depth_max);
  if (!Json::sax_parse(text, &guard, Json::input_format_t::json, true, true)) return guard.error();
  return Json::parse(text, nullptr, false, true);
}

}  // namespace assay::schema::avro
