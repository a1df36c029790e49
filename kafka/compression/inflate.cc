// What Kafka clients call gzip, snappy, lz4 and zstd:
//
//   gzip    RFC 1952, one member or several
//   snappy  a raw block (Snappy's format_description.txt), or snappy-java's framing around blocks:
//           82 'S' 'N' 'A' 'P' 'P' 'Y' 00 | i32 version | i32 compatible | { i32 length | block }, the header
//           may come again
//   lz4     the LZ4 frame format, one frame or several
//   zstd    RFC 8878, one frame or several, with or without the content size
//
// Decoders that want the whole output at once (libdeflate, and zstd, where this spares the window's buffer
// and a copy) are given a guess, and twice as much when it was too small: at most double work, and never a
// byte beyond the limit.
#include <fmt/format.h>
#include <libdeflate.h>
#include <lz4frame.h>
#include <snappy.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <memory>

#include "kafka/compression/codec.h"
#include "kafka/compression/xerial.h"

namespace assay::kafka {
namespace {

constexpr std::size_t kFirstGuessBytes = 4096;
// Snappy's densest element: 64 bytes out of 3 (a copy with a two-byte offset). What claims more is lying.
constexpr std::size_t kSnappyRatioMax = 22;

Error too_large(Codec codec, std::size_t bytes_max) {
  return Error(ErrorCode::too_large,
               fmt::format("{}: inflates to more than {} bytes", to_string(codec), bytes_max));
}

Error broken(Codec codec, std::string_view why) {
  return Error(ErrorCode::invalid, fmt::format("{}: {}", to_string(codec), why));
}

// `reserve` takes exactly what it is told; `resize` alone would round up, beyond the limit.
void grow_to(Buffer& out, std::size_t bytes) {
  if (out.size() >= bytes) return;
  out.reserve(bytes);
  out.resize(bytes);
}

// Twice as large, within the limit. False: already there.
bool grow(Buffer& out, std::size_t bytes_max) {
  if (out.size() >= bytes_max) return false;
  grow_to(out, std::min(bytes_max, std::max(out.size() * 2, kFirstGuessBytes)));
  return true;
}

// The batches of one connection resemble one another: half more than the last one needed is the guess for
// this one. The buffer is not cleared between them, since making it as large again would zero it.
void guess(Buffer& out, std::size_t compressed_bytes, std::size_t bytes_max) {
  constexpr std::size_t kGenerousRatio = 16;
  if (out.size() > compressed_bytes * kGenerousRatio) return;
  const std::size_t bytes = std::max({kFirstGuessBytes, compressed_bytes * 4, out.size() + out.size() / 2});
  grow_to(out, std::min(bytes, bytes_max));
}

// The size that a gzip member's last four bytes tell (modulo 2^32): right for a single member, a hint
// otherwise.
std::size_t gzip_hint(Bytes in) {
  constexpr std::size_t kDeflateRatioMax = 1032;
  if (in.size() < 18) return 0;
  const Bytes end = in.last(4);
  const std::size_t size = end[0] | static_cast<std::size_t>(end[1]) << 8 |
                           static_cast<std::size_t>(end[2]) << 16 | static_cast<std::size_t>(end[3]) << 24;
  return size <= in.size() * kDeflateRatioMax ? size : 0;
}

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

Result<> inflate_gzip(Bytes in, std::size_t bytes_max, Buffer& out) {
  thread_local std::unique_ptr<libdeflate_decompressor, Freed<libdeflate_free_decompressor>> decompressor(
      libdeflate_alloc_decompressor());
  guess(out, in.size(), bytes_max);
  grow_to(out, std::min(gzip_hint(in), bytes_max));
  std::size_t used = 0, filled = 0;
  while (used < in.size()) {
    std::size_t in_bytes = 0, out_bytes = 0;
    switch (libdeflate_gzip_decompress_ex(decompressor.get(), in.data() + used, in.size() - used,
                                          out.data() + filled, out.size() - filled, &in_bytes, &out_bytes)) {
      case LIBDEFLATE_SUCCESS:
        used += in_bytes;
        filled += out_bytes;
        break;
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        if (!grow(out, bytes_max)) return too_large(Codec::gzip, bytes_max);
        break;
      default:
        return broken(Codec::gzip, "does not inflate to its end");
    }
  }
  out.resize(filled);
  return {};
}

// Appends at `filled`.
Result<> inflate_snappy_block(Bytes block, std::size_t bytes_max, Buffer& out, std::size_t& filled) {
  const char* data = as_text(block).data();
  std::size_t bytes = 0;
  if (!snappy::GetUncompressedLength(data, block.size(), &bytes)) return broken(Codec::snappy, "no length");
  if (bytes > bytes_max - filled) return too_large(Codec::snappy, bytes_max);
  if (bytes / kSnappyRatioMax > block.size()) return broken(Codec::snappy, "claims more than it can hold");
  if (out.size() - filled < bytes)
    grow_to(out, std::min(bytes_max, std::max(out.size() * 2, filled + bytes)));
  if (!snappy::RawUncompress(data, block.size(), reinterpret_cast<char*>(out.data() + filled))) {
    return broken(Codec::snappy, "does not inflate to its end");
  }
  filled += bytes;
  return {};
}

Result<> inflate_snappy(Bytes in, std::size_t bytes_max, Buffer& out) {
  std::size_t filled = 0;
  if (!starts_xerial(in)) {
    if (const auto done = inflate_snappy_block(in, bytes_max, out, filled); !done) return done.error();
    out.resize(filled);
    return {};
  }
  while (!in.empty()) {
    if (starts_xerial(in)) {
      in = in.subspan(kXerialHeaderBytes);
      continue;
    }
    if (in.size() < 4) return broken(Codec::snappy, "ends inside a chunk's length");
    const std::uint32_t bytes = static_cast<std::uint32_t>(in[0]) << 24 |
                                static_cast<std::uint32_t>(in[1]) << 16 |
                                static_cast<std::uint32_t>(in[2]) << 8 | in[3];
    if (bytes > in.size() - 4) return broken(Codec::snappy, "ends inside a chunk");
    if (const auto done = inflate_snappy_block(in.subspan(4, bytes), bytes_max, out, filled); !done)
      return done.error();
    in = in.subspan(4 + bytes);
  }
  out.resize(filled);
  return {};
}

// A streaming decoder does not say "full": whether more would come is found out with one byte beside the
// buffer.
Result<> inflate_lz4(Bytes in, std::size_t bytes_max, Buffer& out) {
  thread_local auto context = [] {
    LZ4F_dctx* made = nullptr;
    LZ4F_createDecompressionContext(&made, LZ4F_VERSION);
    return std::unique_ptr<LZ4F_dctx, Freed<LZ4F_freeDecompressionContext>>(made);
  }();
  LZ4F_resetDecompressionContext(context.get());
  guess(out, in.size(), bytes_max);
  std::size_t used = 0, filled = 0, wanted = 1;
  std::uint8_t beyond = 0;
  while (used < in.size() || wanted != 0) {
    const bool full = filled == out.size() && !grow(out, bytes_max);
    std::size_t out_bytes = full ? 1 : out.size() - filled, in_bytes = in.size() - used;
    wanted = LZ4F_decompress(context.get(), full ? &beyond : out.data() + filled, &out_bytes,
                             in.data() + used, &in_bytes, nullptr);
    if (LZ4F_isError(wanted) != 0) return broken(Codec::lz4, LZ4F_getErrorName(wanted));
    if (full && out_bytes > 0) return too_large(Codec::lz4, bytes_max);
    if (in_bytes == 0 && out_bytes == 0 && wanted != 0) return broken(Codec::lz4, "ends too early");
    used += in_bytes;
    filled += out_bytes;
  }
  out.resize(filled);
  return {};
}

Result<> inflate_zstd(Bytes in, std::size_t bytes_max, Buffer& out) {
  thread_local std::unique_ptr<ZSTD_DCtx, Freed<ZSTD_freeDCtx>> context(ZSTD_createDCtx());
  guess(out, in.size(), bytes_max);
  const auto told = ZSTD_getFrameContentSize(in.data(), in.size());
  if (told < ZSTD_CONTENTSIZE_ERROR) {  // the two largest numbers mean "not told" and "not a frame"
    if (told > bytes_max) return too_large(Codec::zstd, bytes_max);
    grow_to(out, told);
  }
  for (;;) {
    const std::size_t bytes =
        ZSTD_decompressDCtx(context.get(), out.data(), out.size(), in.data(), in.size());
    if (ZSTD_isError(bytes) == 0) {
      out.resize(bytes);
      return {};
    }
    if (ZSTD_getErrorCode(bytes) != ZSTD_error_dstSize_tooSmall) {
      return broken(Codec::zstd, ZSTD_getErrorName(bytes));
    }
    if (!grow(out, bytes_max)) return too_large(Codec::zstd, bytes_max);
  }
}

}  // namespace

std::string_view to_string(Codec codec) {
  switch (codec) {
    case Codec::none:
      return "none";
    case Codec::gzip:
      return "gzip";
    case Codec::snappy:
      return "snappy";
    case Codec::lz4:
      return "lz4";
    case Codec::zstd:
      return "zstd";
  }
  return "unknown";
}

Result<> inflate(Codec codec, Bytes compressed, std::size_t bytes_max, Buffer& out) {
  if (codec > Codec::zstd) {
    return Error(ErrorCode::unsupported,
                 fmt::format("compression type {} is unknown", static_cast<int>(codec)));
  }
  if (codec == Codec::none) {
    if (compressed.size() > bytes_max) return too_large(codec, bytes_max);
    out.assign(compressed.begin(), compressed.end());
    return {};
  }
  if (compressed.empty()) return broken(codec, "is empty");
  // A guess made for a larger limit would let this one be passed.
  if (out.size() > bytes_max) out.resize(bytes_max);
  switch (codec) {
    case Codec::gzip:
      return inflate_gzip(compressed, bytes_max, out);
    case Codec::snappy:
      return inflate_snappy(compressed, bytes_max, out);
    case Codec::lz4:
      return inflate_lz4(compressed, bytes_max, out);
    default:
      return inflate_zstd(compressed, bytes_max, out);
  }
}

}  // namespace assay::kafka
