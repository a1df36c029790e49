// A response is walked by a small program, one operation per field or run of fields of fixed size:
//
//   Fetch v16-18         throttle i32 | error i16 | session i32 | topics [ id UUID | partitions [ index i32 |
//   error i16 |
//                        high watermark, last stable, log start i64 | aborted [ producer i64 | offset i64 |
//                        TAGS ] | preferred replica i32 | RECORDS | TAGS ] | TAGS ] | TAGS{ 0: NodeEndpoints
//                        }
//   ShareFetch v1-2      throttle i32 | error i16 | message STRING | lock timeout i32 | topics [ id UUID |
//   partitions [
//                        index i32 | error i16 | message STRING | acknowledge error i16 | message STRING |
//                        leader { id, epoch i32 | TAGS } | RECORDS | acquired [ first, last i64 | count i16 |
//                        TAGS ] | TAGS ] | TAGS ] | NodeEndpoints | TAGS
//   ShareAcknowledge v1-2   throttle i32 | error i16 | message STRING | [v2] lock timeout i32 | topics [ id
//   UUID | partitions [
//                        index i32 | error i16 | message STRING | leader { id, epoch i32 | TAGS } | TAGS ] |
//                        TAGS ] | NodeEndpoints | TAGS
//
// All compact, all behind response header v1 (Apache Kafka's FetchResponse.json, ShareFetchResponse.json,
// ShareAcknowledgeResponse.json). NodeEndpoints is [ id i32 | host STRING | port i32 | rack NULLABLE_STRING |
// TAGS ].
#include "kafka/messages/endpoint_patcher.h"

#include <algorithm>
#include <optional>

#include "kafka/messages/endpoints_tail.h"

namespace assay::kafka {
namespace {

constexpr std::size_t kEndBytesMax = 1UL << 20;
constexpr unsigned kNumberBitsMax = 35;

}  // namespace

// `fixed`: `size` bytes. `blob`: a compact string, bytes or records. `loop`: a compact array, up to its
// `end`. `tail`: what is kept back and patched.
struct EndpointPatcher::Op {
  enum class Kind : std::uint8_t { fixed, blob, tags, loop, end, tail };
  Kind kind;
  std::uint8_t size = 0;
};

const EndpointPatcher::Op* EndpointPatcher::program_of(std::int16_t api_key, std::int16_t version) {
  using enum Op::Kind;
  static constexpr Op kFetch[] = {{fixed, 4}, {tags},      {fixed, 10},  //
                                  {loop},     {fixed, 16},               //
                                  {loop},     {fixed, 30}, {loop},      {fixed, 16}, {tags}, {end},
                                  {fixed, 4}, {blob},      {tags},      {end},       {tags}, {end},  //
                                  {tail}};
  static constexpr Op kShareFetch[] = {{fixed, 4},  {tags}, {fixed, 6}, {blob}, {fixed, 4},  {loop},
                                       {fixed, 16}, {loop}, {fixed, 6}, {blob}, {fixed, 2},  {blob},
                                       {fixed, 8},  {tags}, {blob},     {loop}, {fixed, 18}, {tags},
                                       {end},       {tags}, {end},      {tags}, {end},       {tail}};
  static constexpr Op kShareAcknowledge1[] = {
      {fixed, 4}, {tags},     {fixed, 6}, {blob}, {loop}, {fixed, 16}, {loop}, {fixed, 6},
      {blob},     {fixed, 8}, {tags},     {tags}, {end},  {tags},      {end},  {tail}};
  static constexpr Op kShareAcknowledge2[] = {{fixed, 4},  {tags}, {fixed, 6}, {blob}, {fixed, 4}, {loop},
                                              {fixed, 16}, {loop}, {fixed, 6}, {blob}, {fixed, 8}, {tags},
                                              {tags},      {end},  {tags},     {end},  {tail}};
  switch (static_cast<ApiKey>(api_key)) {
    case ApiKey::fetch:
      return version >= 16 && version <= kFetchVersionMax ? kFetch : nullptr;
    case ApiKey::share_fetch:
      return version >= 1 && version <= kShareFetchVersionMax ? kShareFetch : nullptr;
    case ApiKey::share_acknowledge:
      if (version == 1) return kShareAcknowledge1;
      return version == kShareAcknowledgeVersionMax ? kShareAcknowledge2 : nullptr;
    default:
      return nullptr;
  }
}

bool EndpointPatcher::wanted(std::int16_t api_key, std::int16_t version) {
  return program_of(api_key, version) != nullptr;
}

EndpointPatcher::EndpointPatcher(std::int16_t api_key, std::int16_t version, std::size_t frame_bytes,
                                 const AddressMap& map)
    : map_(map),
      endpoints_tagged_(static_cast<ApiKey>(api_key) == ApiKey::fetch),
      frame_bytes_(frame_bytes),
      op_(program_of(api_key, version)) {
  settle();
}

// Runs on until a number or the tail has to be read. A loop without a number in it would spin: none of them
// is.
void EndpointPatcher::settle() {
  for (;; ++op_) {
    if (op_->kind == Op::Kind::fixed) {
      skip_ += op_->size;
    } else if (op_->kind == Op::Kind::end) {
      Loop& loop = loops_[depth_ - 1];
      if (--loop.left > 0) {
        op_ = loop.begin;  // the operation that opened it: the next one is its first
      } else {
        --depth_;
      }
    } else {
      return;
    }
  }
}

Result<> EndpointPatcher::step(std::uint8_t byte) {
  number_ |= static_cast<std::uint64_t>(byte & 0x7FU) << number_bits_;
  number_bits_ += 7;
  if ((byte & 0x80U) != 0) {
    if (number_bits_ >= kNumberBitsMax)
      return Error(ErrorCode::invalid, "Fetch response: a number is too long");
    return {};
  }
  const std::uint64_t number = number_;
  number_ = 0;
  number_bits_ = 0;
  // An item of an array has at least one byte, and so has a tagged field; only a tag's own number may be
  // anything.
  const bool bounded = op_->kind != Op::Kind::tags || tag_step_ != TagStep::number;
  if (bounded && number > frame_bytes_ - fed_ + 1)
    return Error(ErrorCode::invalid, "Fetch response: a length beyond its end");
  take(number);
  return {};
}

// The number that `op_` waited for.
void EndpointPatcher::take(std::uint64_t number) {
  switch (op_->kind) {
    case Op::Kind::blob:
      skip_ = number == 0 ? 0 : number - 1;
      break;
    case Op::Kind::loop:
      if (number > 1) {
        loops_[depth_++] = {op_, static_cast<std::uint32_t>(number - 1)};
      } else {
        for (std::size_t open = 1; open > 0;) {
          ++op_;
          open += op_->kind == Op::Kind::loop ? 1U : 0U;
          open -= op_->kind == Op::Kind::end ? 1U : 0U;
        }
      }
      break;
    default:  // tags: a count, then a number and a size for each
      if (tag_step_ == TagStep::count) {
        tags_left_ = number;
      } else if (tag_step_ == TagStep::size) {
        skip_ = number;
        --tags_left_;
      }
      tag_step_ = tag_step_ == TagStep::number ? TagStep::size : TagStep::number;
      if (tag_step_ == TagStep::size || tags_left_ > 0) return;
      tag_step_ = TagStep::count;
  }
  ++op_;
  settle();
}

Result<std::size_t> EndpointPatcher::feed(Bytes chunk) {
  if (chunk.size() > frame_bytes_ - fed_) return Error(ErrorCode::invalid, "more bytes than the frame has");
  std::size_t at = 0;
  while (at < chunk.size()) {
    if (skip_ > 0) {
      const std::size_t skipped = std::min(skip_, chunk.size() - at);
      at += skipped;
      fed_ += skipped;
      skip_ -= skipped;
      continue;
    }
    if (op_->kind == Op::Kind::tail) {
      const Bytes kept = chunk.subspan(at);
      if (end_.size() + kept.size() > kEndBytesMax)
        return Error(ErrorCode::too_large, "an end of over 1 MiB");
      append(end_, kept);
      fed_ += kept.size();
      return at;
    }
    ++fed_;
    if (const auto done = step(chunk[at++]); !done) return done.error();
  }
  return at;
}

Result<Buffer> EndpointPatcher::tail() {
  if (op_->kind != Op::Kind::tail || skip_ > 0)
    return Error(ErrorCode::truncated, "Fetch response: ends too early");
  return patch_endpoints_tail(end_, endpoints_tagged_, map_);
}

}  // namespace assay::kafka
