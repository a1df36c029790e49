// The four codecs of a record batch. Output is bounded and written into a reused buffer; input forms are
// those that clients really send (gzip with several members, snappy raw and in xerial framing, lz4 frame,
// streamed zstd).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace assay::kafka {

enum class Codec : std::uint8_t { none, gzip, snappy, lz4, zstd };

std::string_view to_string(Codec codec);

// Replaces what is in `out` (capacity is kept). `too_large` beyond `bytes_max`, `invalid` for anything else
// that does not inflate to its end, `unsupported` for a codec number that Kafka does not know.
Result<> inflate(Codec codec, Bytes compressed, std::size_t bytes_max, Buffer& out);

// Appends. Levels are the codecs' defaults; snappy in the xerial framing that every client reads.
Result<> deflate(Codec codec, Bytes plain, Buffer& out);

}  // namespace assay::kafka
