#include "registry/schema/avro/wire.h"

namespace assay::schema::avro {

Varint read_varint_slowly(At at, At end) {
  std::uint64_t raw = 0;
  for (unsigned shift = 0; at != end && shift < 70; shift += 7) {
    const std::uint64_t byte = *at++;
    if (shift == 63 && byte > 1) return {};
    raw |= (byte & 0x7fU) << shift;
    if (byte < 0x80) return {at, raw};
  }
  return {};
}

}  // namespace assay::schema::avro
