#include <fmt/format.h>
#include <libdeflate.h>
#include <lz4frame.h>
#include <snappy.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "kafka/compression/codec.h"
#include "kafka/compression/xerial.h"

namespace assay::kafka {
namespace {

constexpr int kGzipLevel = 6;
constexpr std::size_t kXerialBlockBytes = 32UL << 10;  // snappy-java's default

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

Result<> fail(Codec codec) {
  return Error(ErrorCode::internal, fmt::format("{}: does not compress", to_string(codec)));
}

Result<> deflate_gzip(Bytes plain, Buffer& out) {
  thread_local std::unique_ptr<libdeflate_compressor, Freed<libdeflate_free_compressor>> compressor(
      libdeflate_alloc_compressor(kGzipLevel));
  const std::size_t begin = out.size();
  out.resize(begin + libdeflate_gzip_compress_bound(compressor.get(), plain.size()));
  const std::size_t bytes = libdeflate_gzip_compress(compressor.get(), plain.data(), plain.size(),
                                                     out.data() + begin, out.size() - begin);
  out.resize(begin + bytes);
  return bytes == 0 ? fail(Codec::gzip) : Result<>();
}

Result<> deflate_snappy(Bytes plain, Buffer& out) {
  append(out, kXerialHeader);
  do {
    const Bytes block = plain.first(std::min(plain.size(), kXerialBlockBytes));
    const std::size_t begin = out.size();
    out.resize(begin + 4 + snappy::MaxCompressedLength(block.size()));
    std::size_t bytes = 0;
    snappy::RawCompress(as_text(block).data(), block.size(), reinterpret_cast<char*>(out.data() + begin + 4),
                        &bytes);
    for (std::size_t i = 0; i < 4; ++i) out[begin + i] = static_cast<std::uint8_t>(bytes >> (24 - 8 * i));
    out.resize(begin + 4 + bytes);
    plain = plain.subspan(block.size());
  } while (!plain.empty());
  return {};
}

Result<> deflate_lz4(Bytes plain, Buffer& out) {
  // The broker reads independent blocks only, of 64 KB by default.
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  const std::size_t begin = out.size();
  out.resize(begin + LZ4F_compressFrameBound(plain.size(), &preferences));
  const std::size_t bytes =
      LZ4F_compressFrame(out.data() + begin, out.size() - begin, plain.data(), plain.size(), &preferences);
  if (LZ4F_isError(bytes) != 0) return fail(Codec::lz4);
  out.resize(begin + bytes);
  return {};
}

Result<> deflate_zstd(Bytes plain, Buffer& out) {
  thread_local std::unique_ptr<ZSTD_CCtx, Freed<ZSTD_freeCCtx>> context(ZSTD_createCCtx());
  const std::size_t begin = out.size();
  out.resize(begin + ZSTD_compressBound(plain.size()));
  const std::size_t bytes = ZSTD_compressCCtx(context.get(), out.data() + begin, out.size() - begin,
                                              plain.data(), plain.size(), ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(bytes) != 0) return fail(Codec::zstd);
  out.resize(begin + bytes);
  return {};
}

}  // namespace

Result<> deflate(Codec codec, Bytes plain, Buffer& out) {
  switch (codec) {
    case Codec::none:
      append(out, plain);
      return {};
    case Codec::gzip:
      return deflate_gzip(plain, out);
    case Codec::snappy:
      return deflate_snappy(plain, out);
    case Codec::lz4:
      return deflate_lz4(plain, out);
    case Codec::zstd:
      return deflate_zstd(plain, out);
  }
  return Error(ErrorCode::unsupported,
               fmt::format("compression type {} is unknown", static_cast<int>(codec)));
}

}  // namespace assay::kafka
