// Which schema a record names (Confluent wire formats):
//   prefix V0: 00 | int32 BE schema id | body                     in key or value
//   header V1: header `__key_schema_id` / `__value_schema_id` = 01 | 16-byte GUID   (or a V0 prefix), body
//   bare prefix V1: 01 | 16-byte GUID | body                           written by no serializer by default,
//   read by all
// The last header of that name wins, as in Confluent's deserializer. Protobuf message indexes stay in the
// body.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "record/record_view.h"

namespace assay::schema {

struct Guid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Guid&) const = default;
  std::string text() const;  // 89791762-2336-4186-9674-299b90a802e2
  static std::optional<Guid> parse(std::string_view text);
};

// What a record names: an id or a GUID.
struct SchemaRef {
  std::optional<Guid> guid;
  std::int32_t id = 0;  // when there is no guid
  auto operator<=>(const SchemaRef&) const = default;
};

std::string to_string(const SchemaRef& ref);  // "schema id 7", "schema 89791762-…"

struct Frame {
  enum class State : std::uint8_t { none, framed, bad_header } state = State::none;
  SchemaRef ref;           // when framed
  Bytes body;              // when framed: behind the prefix; otherwise all bytes
  bool in_header = false;  // the header form: the Protobuf message indexes stand in `header_rest`
  Bytes header_rest;
};

// REQUIRES: part is key or value. `bytes` is that part of the record.
Frame parse_frame(Part part, Bytes bytes, std::span<const HeaderView> headers);

// What unframed bytes look like to a person: "plain JSON", "text", "empty", "Avro container file", "binary".
std::string_view looks_like(Bytes bytes);

}  // namespace assay::schema
