// Order records of about 350 bytes, as a shop's producer writes them, and the schema they are written by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::bench {

extern const std::string_view kOrderSchema;

// `count` records that conform. The same for the same seed.
std::vector<std::string> orders(std::size_t count, unsigned seed);

// A schema of that many properties of several types.
std::string wide_schema(std::size_t properties);

}  // namespace assay::bench
