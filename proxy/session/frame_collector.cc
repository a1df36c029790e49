#include "proxy/session/frame_collector.h"

#include <algorithm>

namespace assay::proxy {

void FrameCollector::begin(std::size_t frame_bytes) {
  bytes_ = std::make_unique_for_overwrite<std::uint8_t[]>(frame_bytes);
  size_ = frame_bytes;
  filled_ = 0;
}

std::size_t FrameCollector::take(Bytes input) {
  const std::size_t n = std::min(input.size(), size_ - filled_);
  if (n != 0) std::memcpy(bytes_.get() + filled_, input.data(), n);
  filled_ += n;
  return n;
}

void FrameCollector::release() {
  bytes_.reset();
  size_ = filled_ = 0;
}

}  // namespace assay::proxy
