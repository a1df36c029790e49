// NodeEndpoints of Fetch v16 to v18 and ShareFetch, ShareAcknowledge v1 to v2, in a response that is
// streamed: they stand at its end, and its length at its start. So they are replaced in constant length: what
// becomes shorter is padded by a tagged field that no client knows; where it would become longer, the
// endpoints are left out, and clients ask Metadata instead.
//
// The walk goes over headers only and skips records by their length; what it has passed may be sent on as it
// is.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "kafka/messages/addresses.h"

namespace assay::kafka {

class EndpointPatcher {
 public:
  // Whether responses of this api and version have to go through it.
  static bool wanted(std::int16_t api_key, std::int16_t version);

  // `frame_bytes` is the frame's length field. `map` is looked at when the end is reached. REQUIRES:
  // wanted().
  EndpointPatcher(std::int16_t api_key, std::int16_t version, std::size_t frame_bytes, const AddressMap& map);

  // The next bytes of the frame, in chunks of any size. Result: how many of this chunk, from its start, are
  // to be sent on as they are; the rest is kept here. An error (not a response of this version, or an end of
  // over 1 MiB): close.
  Result<std::size_t> feed(Bytes chunk);

  // The whole frame was fed: `tail` follows what was passed on, and makes it complete.
  bool done() const { return fed_ == frame_bytes_; }
  // REQUIRES: done(). At most once.
  Result<Buffer> tail();

 private:
  struct Op;
  static const Op* program_of(std::int16_t api_key, std::int16_t version);
  struct Loop {
    const Op* begin;
    std::uint32_t left;
  };

  enum class TagStep : std::uint8_t { count, number, size };

  void settle();
  Result<> step(std::uint8_t byte);
  void take(std::uint64_t number);

  const AddressMap& map_;
  bool endpoints_tagged_;
  std::size_t frame_bytes_;
  std::size_t fed_ = 0;
  const Op* op_;
  std::array<Loop, 3> loops_{};
  std::size_t depth_ = 0;
  std::size_t skip_ = 0;      // bytes to pass over before the next number
  std::uint64_t number_ = 0;  // the one being read
  unsigned number_bits_ = 0;
  std::uint64_t tags_left_ = 0;
  TagStep tag_step_ = TagStep::count;
  Buffer end_;
};

}  // namespace assay::kafka
