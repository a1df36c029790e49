// A frame too large for the shell's buffer that must be seen whole. Its memory is allocated once, after its
// length was checked and the budget granted; pages that never come are never touched.
#pragma once

#include <cstring>
#include <memory>

#include "base/bytes.h"

namespace assay::proxy {

class FrameCollector {
 public:
  // With the length field.
  void begin(std::size_t frame_bytes);
  bool active() const { return size_ != 0; }
  bool complete() const { return size_ != 0 && filled_ == size_; }
  // Takes from the front of `input` what belongs to the frame; returns how much.
  std::size_t take(Bytes input);
  MutableBytes rest() const { return {bytes_.get() + filled_, size_ - filled_}; }
  void filled(std::size_t n) { filled_ += n; }
  Bytes frame() const { return {bytes_.get(), filled_}; }
  void release();

 private:
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_ = 0;
  std::size_t filled_ = 0;
};

}  // namespace assay::proxy
