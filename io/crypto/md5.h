// MD5 (RFC 1321): an identifier that others agreed on (Confluent's schema GUIDs). It keeps nothing safe.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace assay::io {

std::array<std::uint8_t, 16> md5(Bytes bytes);

}  // namespace assay::io
