// Produce requests as serializers of a schema registry make them: five bytes of frame before each value.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace assay::bench {

// What the records are like.
struct Content {
  bool bad = false;  // every record breaks a rule
  unsigned seed = 7;
};

// `count` requests that differ, each with one batch whose values are about `batch_bytes` in all.
std::vector<Buffer> json_requests(const char* topic, std::int32_t schema_id, std::size_t count,
                                  std::size_t batch_bytes, Content content = {});
std::vector<Buffer> avro_requests(const char* topic, std::int32_t schema_id, std::size_t count,
                                  std::size_t batch_bytes);

}  // namespace assay::bench
