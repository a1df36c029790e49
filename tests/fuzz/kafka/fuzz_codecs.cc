// Any bytes as any compressed stream, within a limit that the second byte chooses; and any bytes compressed
// and back.
#include <cstdint>
#include <cstdlib>

#include "kafka/compression/codec.h"

using namespace assay;
using namespace assay::kafka;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto codec = static_cast<Codec>(1 + data[0] % 4);
  const std::size_t bytes_max = std::size_t{1} << (data[1] % 21);
  const Bytes bytes(data + 2, size - 2);
  static Buffer reused;
  if (const auto done = inflate(codec, bytes, bytes_max, reused); done && reused.size() > bytes_max)
    std::abort();
  Buffer fresh;
  const auto done = inflate(codec, bytes, bytes_max, fresh);
  if (fresh.capacity() > bytes_max) std::abort();
  if (done && fresh != reused) std::abort();
  Buffer compressed, back;
  if (!deflate(codec, bytes, compressed) || !inflate(codec, compressed, bytes.size(), back)) std::abort();
  if (!same_bytes(back, bytes)) std::abort();
  return 0;
}
