// Order records of about 120 bytes in Avro, the schema they are written by, and the yardstick: avro-c.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace assay::bench {

extern const std::string_view kAvroOrderSchema;

// `count` records that conform; `total` is never negative. The same for the same seed.
std::vector<Buffer> avro_orders(std::size_t count, unsigned seed);

// Decodes records of that schema as avro-c does when it knows nothing of them but the schema: into a generic
// value, which is reused.
class AvroCDecoder {
 public:
  AvroCDecoder();
  ~AvroCDecoder();
  bool decode(Bytes record);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace assay::bench
