// The values that one operation reads.
#pragma once

#include <algorithm>

#include "registry/schema/avro/run.h"

namespace assay::schema::avro {

// What to set in a value.
struct Integer {
  std::int64_t number;
  std::uint8_t logical;
  void operator()(Value& value) const {
    value.kind = Kind::integer;
    value.logical = static_cast<Logical>(logical);
    value.integer = number;
  }
};

struct Raw {
  Kind kind;
  std::uint8_t logical;
  At at;
  std::size_t size;
  void operator()(Value& value) const {
    value.kind = kind;
    value.logical = static_cast<Logical>(logical);
    value.raw = Bytes(at, size);
  }
};

struct Counted {
  Kind kind;
  std::uint64_t count;
  void operator()(Value& value) const {
    value.kind = kind;
    value.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, UINT32_MAX));
  }
};

template <class Fill>
Value value_of(const Fill& fill) {
  Value value;
  fill(value);
  return value;
}

template <bool kExplain>
At Run<kExplain>::boolean(const Op& op, At at) {
  if (at == end_ || *at > 1) {
    return refuse("schema.malformed", at, [&] {
      return at == end_ ? std::string("ends before its boolean")
                        : fmt::format("is {:#04x}, a boolean is 0 or 1", *at);
    });
  }
  deliver(op, [&](Value& value) {
    value.kind = Kind::boolean;
    value.boolean = *at == 1;
  });
  return at + 1;
}

template <bool kExplain>
At Run<kExplain>::int32(const Op& op, At at) {
  const Varint read = read_int(at, end_);
  if (read.at == nullptr) {
    return refuse("schema.malformed", at, [] { return "is no whole int (at most 5 bytes, 32 bits)"; });
  }
  deliver(op, Integer{zigzag(read.raw), op.a});
  return read.at;
}

template <bool kExplain>
At Run<kExplain>::int64(const Op& op, At at) {
  const Varint read = read_varint(at, end_);
  if (read.at == nullptr) {
    return refuse("schema.malformed", at, [] { return "is no whole long (at most 10 bytes, 64 bits)"; });
  }
  deliver(op, Integer{zigzag(read.raw), op.a});
  return read.at;
}

template <bool kExplain>
At Run<kExplain>::long_unread(At at) {
  if (left(at) >= 8) {
    const std::uint64_t stops = ~load64(at) & 0x8080808080808080U;
    if (stops != 0) [[likely]]
      return at + (std::countr_zero(stops) >> 3) + 1;
  }
  return int64(Op{}, at);
}

template <bool kExplain>
At Run<kExplain>::time_of_day(const Op& op, At at) {
  const bool micros = op.code == Code::time_us;
  const Varint read = micros ? read_varint(at, end_) : read_int(at, end_);
  if (read.at == nullptr) return micros ? int64(op, at) : int32(op, at);
  const Integer value{zigzag(read.raw), op.a};
  const std::int64_t day = micros ? kDayMs * 1000 : kDayMs;
  if (value.number < 0 || value.number >= day) [[unlikely]] {
    violate("schema.time", value_of(value),
            [&] { return fmt::format("is {}, a time of day is 0 to {}", value.number, day - 1); });
  }
  deliver(op, value);
  return read.at;
}

template <bool kExplain>
At Run<kExplain>::real(const Op& op, At at) {
  const std::size_t size = op.code == Code::float32 ? 4 : 8;
  if (left(at) < size) {
    return refuse("schema.malformed", at,
                  [&] { return fmt::format("needs {} bytes, has {}", size, left(at)); });
  }
  deliver(op, [&](Value& value) {
    value.kind = Kind::real;
    value.single = op.code == Code::float32;
    std::uint32_t bits = 0;
    if (value.single) std::memcpy(&bits, at, sizeof bits);
    value.real =
        value.single ? static_cast<double>(std::bit_cast<float>(bits)) : std::bit_cast<double>(load64(at));
  });
  return at + size;
}

template <bool kExplain>
At Run<kExplain>::fixed(const Op& op, At at) {
  const At behind = skip(op, at);
  if (behind != nullptr) deliver(op, Raw{Kind::bytes, op.a, at, op.x});
  return behind;
}

template <bool kExplain>
At Run<kExplain>::skip(const Op& op, At at) {
  if (left(at) >= op.x) [[likely]]
    return at + op.x;
  return refuse("schema.malformed", at,
                [&] { return fmt::format("needs {} bytes, has {}", op.x, left(at)); });
}

template <bool kExplain>
At Run<kExplain>::blob(const Op& op, At at) {
  const Varint length = read_length(at, end_);
  if (length.at == nullptr) {
    return refuse("schema.malformed", at, [&] {
      return fmt::format("has no length, or one that is negative or beyond the {} bytes there are", left(at));
    });
  }
  deliver(op, Raw{Kind::bytes, op.a, length.at, length.raw});
  return length.at + length.raw;
}

template <bool kExplain>
At Run<kExplain>::string(const Op& op, At at) {
  const Varint length = read_length(at, end_);
  if (length.at == nullptr) [[unlikely]]
    return blob(op, at);
  const Bytes text(length.at, length.raw);
  const bool utf8 = is_ascii(length.at, length.raw, begin_, end_) || is_utf8(text);
  // Text that is none is offered as bytes: who reads strings relies on UTF-8.
  const Kind kind = utf8 ? Kind::string : Kind::bytes;
  if (!utf8) [[unlikely]] {
    violate("schema.utf8", value_of(Raw{kind, 0, length.at, length.raw}),
            [] { return "is a string that is not UTF-8"; });
  } else if (op.code == Code::uuid && !is_uuid(as_text(text))) [[unlikely]] {
    violate("schema.uuid", value_of(Raw{kind, 0, length.at, length.raw}), [] { return "is no UUID"; });
  }
  deliver(op, Raw{kind, op.a, length.at, length.raw});
  return length.at + length.raw;
}

template <bool kExplain>
At Run<kExplain>::decimal(const Op& op, At at) {
  Varint length{at, op.code == Code::bare_decimal ? left(at) : op.y};
  if (op.code == Code::decimal) {
    length = read_length(at, end_);
    if (length.at == nullptr) return blob(op, at);
  } else if (left(at) < length.raw) {
    return refuse("schema.malformed", at,
                  [&] { return fmt::format("needs {} bytes, has {}", op.y, left(at)); });
  }
  Value value =
      value_of(Raw{Kind::decimal, static_cast<std::uint8_t>(Logical::decimal), length.at, length.raw});
  value.scale = op.a;
  const auto fit = program_.bounds[op.x].fits(value.raw);
  if (fit == DecimalBound::Fit::too_long) return over_budget();
  if (fit != DecimalBound::Fit::yes) [[unlikely]] {
    value.kind = Kind::bytes;  // nobody computes with a number of any length
    violate("schema.decimal", value, [&] {
      return fit == DecimalBound::Fit::empty ? "is a decimal of no bytes"
                                             : "has more digits than the decimal's precision";
    });
  }
  deliver(op, [&](Value& place) { place = value; });
  return length.at + length.raw;
}

template <bool kExplain>
At Run<kExplain>::enumeration(const Op& op, At at) {
  const Varint read = read_int(at, end_);
  if (read.at == nullptr) [[unlikely]]
    return int32(op, at);
  const std::int64_t index = zigzag(read.raw);
  if (index < 0 || index >= op.x) [[unlikely]] {
    const Integer value{index, static_cast<std::uint8_t>(Logical::enumeration)};
    violate("schema.enum", value_of(value),
            [&] { return fmt::format("is symbol {}, the enum has {} from 0", index, op.x); });
    deliver(op, value);
  } else if (op.slot != kUnread) {
    const std::string& symbol = program_.model->at(op.y).symbols[static_cast<std::size_t>(index)];
    deliver(op, Raw{Kind::string, static_cast<std::uint8_t>(Logical::enumeration), as_bytes(symbol).data(),
                    symbol.size()});
  }
  return read.at;
}

template <bool kExplain>
At Run<kExplain>::bare(const Op& op, At at) {
  if (op.code == Code::bare_decimal) return decimal(op, at);
  deliver(op, Raw{Kind::bytes, 0, at, left(at)});
  return end_;
}

}  // namespace assay::schema::avro
