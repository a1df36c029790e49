// Arrays and maps.
#pragma once

#include <algorithm>

#include "registry/schema/avro/run_values.h"

namespace assay::schema::avro {

// Reads the head of a block. At the last one, `frame.left` stays 0.
template <bool kExplain>
At Run<kExplain>::read_block(const Loop& loop, Frame& frame, At at) {
  const Varint head = read_varint(at, end_);
  if (head.at == nullptr) {
    return refuse("schema.malformed", at, [] { return "ends before the count of its next block"; });
  }
  const std::int64_t count = zigzag(head.raw);
  std::uint64_t items = static_cast<std::uint64_t>(count);
  At behind = head.at;
  frame.block_end = nullptr;
  if (count < 0) {
    items = ~items + 1;
    const Varint size = read_length(behind, end_);
    if (size.at == nullptr) {
      return refuse("schema.malformed", at,
                    [] { return "has a block whose size is missing, negative or too large"; });
    }
    behind = size.at;
    frame.block_end = behind + size.raw;
  }
  const auto room =
      static_cast<std::uint64_t>((frame.block_end != nullptr ? frame.block_end : end_) - behind);
  if (loop.item_bytes_min != 0 && items > room / loop.item_bytes_min) {
    return refuse("schema.malformed", at, [&] {
      return fmt::format("has a block of {} items in {} bytes, each takes {} or more", items, room,
                         loop.item_bytes_min);
    });
  }
  if (!spend(items)) return over_budget();
  frame.left = items;
  return behind;
}

template <bool kExplain>
auto Run<kExplain>::begin_loop(const Op& op, At at) -> Step {
  if (too_deep(op.y)) return {over_budget(), nullptr};
  const Loop& loop = program_.loops[op.x];
  Frame& frame = space_.frames.emplace_back();
  frame.op = &op;
  frame.seen = static_cast<std::uint32_t>(space_.seen.size());
  if (!loop.keys.empty()) space_.seen.resize(space_.seen.size() + loop.keys.size());
  if constexpr (kExplain) frame.path_bytes = space_.path.size();
  return next(at);
}

template <bool kExplain>
auto Run<kExplain>::next(At at) -> Step {
  Frame& frame = space_.frames.back();
  const Loop& loop = program_.loops[frame.op->x];
  if constexpr (kExplain) space_.path.resize(frame.path_bytes);
  if (frame.left == 0) {
    if (frame.block_end != nullptr && at != frame.block_end) {
      return {refuse("schema.malformed", at, [] { return "has a block that is not as long as it says"; }),
              nullptr};
    }
    at = read_block(loop, frame, at);
    if (at == nullptr) return {nullptr, nullptr};
    if (frame.left == 0) return end_loop(at);
  }
  --frame.left;
  ++frame.total;
  if (!loop.map) {
    if constexpr (kExplain) append_index(space_.path, frame.total - 1);
    return {at, program_.ops.data() + loop.body};
  }
  const Varint length = read_length(at, end_);
  if (length.at == nullptr) {
    return {refuse("schema.malformed", at, [] { return "has a key without a length that fits"; }), nullptr};
  }
  const Bytes key(length.at, length.raw);
  const bool utf8 = is_ascii(length.at, length.raw, begin_, end_) || is_utf8(key);
  if (!utf8) [[unlikely]] {
    violate("schema.utf8", value_of(Raw{Kind::bytes, 0, length.at, length.raw}),
            [] { return "has a key that is not UTF-8"; });
  }
  if constexpr (kExplain) {
    const Value hex = value_of(Raw{Kind::bytes, 0, length.at, length.raw});
    append_step(space_.path, utf8 ? std::string(as_text(key)) : describe(hex, limits_.fragment_bytes_max));
  }
  const Op* body = program_.ops.data() + loop.body;
  if (!loop.keys.empty()) body = select_key(loop, frame, as_text(key));
  return {length.at + length.raw, body};
}

template <bool kExplain>
const Op* Run<kExplain>::select_key(const Loop& loop, const Frame& frame, std::string_view key) {
  const auto at =
      std::lower_bound(loop.keys.begin(), loop.keys.end(), key,
                       [](const KeyCase& known, std::string_view wanted) { return known.name < wanted; });
  if (at == loop.keys.end() || at->name != key) return program_.ops.data() + loop.body;
  std::uint8_t& seen = space_.seen[frame.seen + static_cast<std::size_t>(at - loop.keys.begin())];
  if (seen != 0) {
    for (const SlotId slot : at->slots) slots_[slot] = Value{};
  }
  seen = 1;
  return program_.ops.data() + at->body;
}

template <bool kExplain>
auto Run<kExplain>::end_loop(At at) -> Step {
  const Frame frame = space_.frames.back();
  space_.frames.pop_back();
  const Loop& loop = program_.loops[frame.op->x];
  deliver(*frame.op, Counted{loop.map ? Kind::object : Kind::array, frame.total});
  for (std::size_t i = 0; i < loop.keys.size(); ++i) {
    if (space_.seen[frame.seen + i] == 0) offer_absent(loop.keys[i].absent);
  }
  space_.seen.resize(frame.seen);
  return {at, program_.ops.data() + loop.exit};
}

template <bool kExplain>
At Run<kExplain>::unread_block(const Op& item, std::uint64_t count, At at) {
  if (item.code == Code::skip) return at + count * item.x;  // read_block has seen that they fit
  for (; count > 0 && at != nullptr; --count) {
    switch (item.code) {
      case Code::string:
        at = string(item, at);
        break;
      case Code::int32:
        at = int32(item, at);
        break;
      default:
        at = long_unread(at);
    }
  }
  return at;
}

template <bool kExplain>
At Run<kExplain>::unread_items(const Op& op, At at) {
  if (too_deep(op.y)) return over_budget();
  const Loop& loop = program_.loops[op.x];
  Frame frame;
  do {
    at = read_block(loop, frame, at);
    if (at == nullptr) return nullptr;
    at = unread_block(loop.item, frame.left, at);
    if (at == nullptr) return nullptr;
    if (frame.block_end != nullptr && at != frame.block_end) {
      return refuse("schema.malformed", at, [] { return "has a block that is not as long as it says"; });
    }
    frame.total += frame.left;
  } while (std::exchange(frame.left, 0) != 0);
  deliver(op, Counted{Kind::array, frame.total});
  return at;
}

}  // namespace assay::schema::avro
