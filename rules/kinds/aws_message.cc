// AWS Encryption SDK message format (AWS Encryption SDK Developer Guide, "Message format reference"),
// big-endian:
//
//   v1 header := 01 80 suite:2 message-id:16 aad edks content-type:1 00000000 iv-length:1 frame-length:4 iv
//   tag:16 v2 header := 02 suite:2 message-id:32 aad edks content-type:1 frame-length:4 commitment:32 tag:16
//   aad       := length:2 bytes
//   edks      := count:2 { provider-id info key }       each: length:2 bytes
//   body      := { frame } last-frame | iv:12 length:8 ciphertext tag:16       (framed | not framed)
//   frame     := sequence:4 iv:12 ciphertext:frame-length tag:16
//   last      := ffffffff sequence:4 iv:12 length:4 ciphertext tag:16
//   footer    := length:2 signature                     only for suites that sign
#include <array>

#include "rules/kinds/envelopes.h"

namespace assay::rules::kinds {
namespace {

constexpr std::size_t kIvBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::uint32_t kLastFrame = 0xffffffff;

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  bool good() const { return good_; }
  std::size_t left() const { return bytes_.size() - at_; }

  void skip(std::uint64_t count) {
    good_ = good_ && count <= left();
    if (good_) at_ += static_cast<std::size_t>(count);
  }
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    if (!good_ || bytes > left()) {
      good_ = false;
      return 0;
    }
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | bytes_[at_++];
    return value;
  }
  void expect(std::uint64_t value, std::size_t bytes) { good_ = number(bytes) == value && good_; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

struct Suite {
  std::uint16_t id;
  std::uint8_t version;  // of the message format
  bool signs;
};

constexpr Suite kSuites[] = {
    {0x0014, 1, false}, {0x0046, 1, false}, {0x0078, 1, false}, {0x0114, 1, false},
    {0x0146, 1, false}, {0x0178, 1, false}, {0x0214, 1, true},  {0x0346, 1, true},
    {0x0378, 1, true},  {0x0478, 2, false}, {0x0578, 2, true},
};

const Suite* suite_of(std::uint64_t id, std::uint64_t version) {
  for (const Suite& suite : kSuites) {
    if (suite.id == id && suite.version == version) return &suite;
  }
  return nullptr;
}

void skip_keys(Reader& reader) {
  reader.skip(reader.number(2));  // encryption context
  const std::uint64_t keys = reader.number(2);
  if (keys == 0) reader.skip(reader.left() + 1);  // nobody could decrypt it
  for (std::uint64_t i = 0; i < keys && reader.good(); ++i) {
    for (int part = 0; part < 3; ++part) reader.skip(reader.number(2));
  }
}

void skip_frames(Reader& reader, std::uint64_t frame_bytes) {
  for (std::uint64_t sequence = 1; reader.good(); ++sequence) {
    const std::uint64_t mark = reader.number(4);
    if (mark == kLastFrame) {
      reader.expect(sequence, 4);
      reader.skip(kIvBytes);
      const std::uint64_t bytes = reader.number(4);
      reader.skip(bytes <= frame_bytes ? bytes : reader.left() + 1);
      reader.skip(kTagBytes);
      return;
    }
    if (mark != sequence) reader.skip(reader.left() + 1);
    reader.skip(kIvBytes + frame_bytes + kTagBytes);
  }
}

}  // namespace

bool is_aws_message(Bytes bytes) {
  Reader reader(bytes);
  const std::uint64_t version = reader.number(1);
  if (version == 1) reader.expect(0x80, 1);
  const Suite* suite = suite_of(reader.number(2), version);
  if (suite == nullptr || !reader.good()) return false;
  reader.skip(version == 1 ? 16 : 32);
  skip_keys(reader);
  const std::uint64_t content_type = reader.number(1);
  if (version == 1) {
    reader.expect(0, 4);
    reader.expect(kIvBytes, 1);
  }
  const std::uint64_t frame_bytes = reader.number(4);
  reader.skip(version == 1 ? kIvBytes + kTagBytes : 32 + kTagBytes);
  if (content_type == 2 && frame_bytes > 0) {
    skip_frames(reader, frame_bytes);
  } else if (content_type == 1 && frame_bytes == 0) {
    reader.skip(kIvBytes);
    reader.skip(reader.number(8));
    reader.skip(kTagBytes);
  } else {
    return false;
  }
  if (suite->signs) reader.skip(reader.number(2));
  return reader.good() && reader.left() == 0;
}

}  // namespace assay::rules::kinds
