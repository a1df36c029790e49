// Messages as Apache Kafka's own classes write them (tests/data/kafka/generator).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace assay::kafka {

struct Golden {
  std::string name;
  std::int16_t version = 0;
  Buffer bytes;
};

inline Buffer from_hex(std::string_view hex) {
  Buffer out(hex.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, out[i], 16);
  }
  return out;
}

// The lines of one file whose name starts with `prefix`. Fails the test when there is none.
inline std::vector<Golden> golden(const std::string& file, std::string_view prefix) {
  std::vector<Golden> out;
  std::ifstream in(std::string(ASSAY_TEST_DATA) + "/kafka/golden/" + file + ".csv");
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(','), second = line.find(',', first + 1);
    if (!std::string_view(line).substr(0, first).starts_with(prefix)) continue;
    out.push_back({line.substr(0, first), static_cast<std::int16_t>(std::stoi(line.substr(first + 1))),
                   from_hex(std::string_view(line).substr(second + 1))});
  }
  EXPECT_FALSE(out.empty()) << prefix;
  return out;
}

// One message of every version.
inline std::vector<Golden> golden_message(const std::string& name) {
  std::vector<Golden> out = golden("messages", name);
  std::erase_if(out, [&](const Golden& one) { return one.name != name; });
  EXPECT_FALSE(out.empty()) << name;
  return out;
}

// A buffer of exactly its size, so that the sanitizer sees a read beyond it.
struct Exact {
  explicit Exact(Bytes bytes) : size(bytes.size()), data(std::make_unique<std::uint8_t[]>(bytes.size())) {
    std::copy(bytes.begin(), bytes.end(), data.get());
  }
  Bytes bytes() const { return {data.get(), size}; }
  std::size_t size;
  std::unique_ptr<std::uint8_t[]> data;
};

// Every beginning of `whole` but the whole itself is refused, and so is the whole with a byte behind it.
template <class Decode>
void expect_only_whole(Bytes whole, const std::string& what, Decode&& decode) {
  EXPECT_TRUE(decode(Exact(whole).bytes())) << what;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode(Exact(whole.first(size)).bytes())) << what << ": " << size << " of " << whole.size();
  }
  Buffer longer(whole.begin(), whole.end());
  longer.push_back(0);
  EXPECT_FALSE(decode(Exact(longer).bytes())) << what << ": a byte behind it";
}

inline std::string name_of(const Golden& one) {
  return one.name + " v" + std::to_string(one.version);
}

// Without the length field that encoders write in front.
inline Bytes body_of(Bytes framed) {
  EXPECT_GE(framed.size(), 4U);
  const std::uint32_t stated = static_cast<std::uint32_t>(framed[0]) << 24 |
                               static_cast<std::uint32_t>(framed[1]) << 16 |
                               static_cast<std::uint32_t>(framed[2]) << 8 | framed[3];
  EXPECT_EQ(stated, framed.size() - 4);
  return framed.subspan(4);
}

}  // namespace assay::kafka
