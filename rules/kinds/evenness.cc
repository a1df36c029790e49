#include "rules/kinds/evenness.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::rules::kinds {
namespace {

// How many standard deviations a count may lie above what is expected: about 3 in a million beyond.
constexpr double kSigmas = 4.5;
// Beside them for rare events, whose tail is longer than the normal one.
constexpr double kSlack = 2.0;

bool far_above(double count, double expected, double variance) {
  return count > expected + kSigmas * std::sqrt(variance) + kSlack;
}

// Of n independent draws, each with probability p.
bool too_often(std::size_t count, std::size_t n, double p) {
  const double expected = static_cast<double>(n) * p;
  return far_above(static_cast<double>(count), expected, expected * (1 - p));
}

// Pairs of equal symbols (the index of coincidence) among n draws of `kinds` symbols.
template <std::size_t kinds>
bool too_many_pairs(const std::array<std::uint32_t, kinds>& counts, std::size_t n) {
  double pairs = 0;
  for (const std::uint32_t count : counts) pairs += 0.5 * count * (count - 1.0);
  const double expected = static_cast<double>(n) * (static_cast<double>(n) - 1) / (2.0 * kinds);
  return far_above(pairs, expected, expected * (1 - 1.0 / kinds));
}

bool printable(std::uint8_t byte) {
  return byte >= 0x20 && byte < 0x7f;
}

bool letters_alike(Bytes bytes) {
  std::array<std::uint32_t, 256> counts{}, steps{};
  std::array<std::uint32_t, 16> high{}, low{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    ++counts[bytes[i]];
    ++high[bytes[i] >> 4];
    ++low[bytes[i] & 15];
    if (i > 0) ++steps[static_cast<std::uint8_t>(bytes[i] - bytes[i - 1])];
  }
  return too_many_pairs(counts, bytes.size()) || too_many_pairs(steps, bytes.size() - 1) ||
         too_many_pairs(high, bytes.size()) || too_many_pairs(low, bytes.size());
}

bool classes_alike(Bytes bytes) {
  std::size_t text = 0, digits = 0, ones = 0, run = 0, longest_run = 0;
  for (const std::uint8_t byte : bytes) {
    text += printable(byte) ? 1U : 0U;
    run = printable(byte) ? run + 1 : 0;
    longest_run = std::max(longest_run, run);
    digits += (byte >> 4) <= 9 && (byte & 15) <= 9 ? 1U : 0U;
    ones += static_cast<std::size_t>(__builtin_popcount(byte));
  }
  const std::size_t n = bytes.size();
  if (too_often(text, n, 95.0 / 256) || too_often(digits, n, 100.0 / 256)) return true;
  if (too_often(ones, 8 * n, 0.5) || too_often(8 * n - ones, 8 * n, 0.5)) return true;
  // A run of r printable bytes begins at a given place with probability 0.371^r.
  constexpr double kRunChance = 1e-5;
  const double rare = std::log(static_cast<double>(n) * 0.629 / kRunChance) / -std::log(95.0 / 256);
  return static_cast<double>(longest_run) > rare + 1;
}

// Floats or doubles side by side share their exponents: in one column of the rows nearly all bytes are one,
// but for the sign bit.
bool numbers_in_columns(Bytes bytes) {
  for (const std::size_t width : {4U, 8U}) {
    if (bytes.size() % width != 0) continue;
    const double rows = static_cast<double>(bytes.size()) / static_cast<double>(width);
    const double expected = rows * (rows - 1) / (2 * 128);
    for (std::size_t column = 0; column < width; ++column) {
      std::array<std::uint32_t, 128> counts{};
      for (std::size_t i = column; i < bytes.size(); i += width) ++counts[bytes[i] & 0x7fU];
      double pairs = 0;
      for (const std::uint32_t count : counts) pairs += 0.5 * count * (count - 1.0);
      if (far_above(pairs, expected + 1, expected)) return true;
    }
  }
  return false;
}

// Equal bytes at a fixed distance: repeated blocks, arrays of numbers.
bool repeats(Bytes bytes) {
  constexpr std::size_t kDistanceMax = 64;
  constexpr std::size_t kBytesLookedAt = 4096;  // 64 passes: what repeats does so early
  bytes = bytes.first(std::min(bytes.size(), kBytesLookedAt));
  const std::size_t last = std::min(kDistanceMax, bytes.size() / 2);
  for (std::size_t distance = 1; distance <= last; ++distance) {
    std::size_t equal = 0;
    for (std::size_t i = distance; i < bytes.size(); ++i) equal += bytes[i] == bytes[i - distance] ? 1U : 0U;
    if (too_often(equal, bytes.size() - distance, 1.0 / 256)) return true;
  }
  return false;
}

using namespace std::string_view_literals;

// First bytes of formats that look random behind them.
constexpr std::string_view kMagics[] = {
    "\x1f\x8b\x08"sv,  // gzip
    "PK\x03\x04"sv,    // zip
    "BZh"sv,           // bzip2
    "\xfd"
    "7zXZ\0"sv,              // xz
    "\x28\xb5\x2f\xfd"sv,    // zstd
    "\x04\x22\x4d\x18"sv,    // lz4 frame
    "\xff\x06\0\0sNaPpY"sv,  // snappy frame
    "\x82SNAPPY\0"sv,        // snappy, xerial
    "7z\xbc\xaf\x27\x1c"sv,  // 7z
    "Rar!\x1a\x07"sv,        // rar
    "\x89PNG\r\n\x1a\n"sv,   // png
    "\xff\xd8\xff"sv,        // jpeg
    "GIF8"sv,                // gif
    "RIFF"sv,                // webp, wav
    "II*\0"sv,
    "MM\0*"sv,  // tiff
    "%PDF"sv,   // pdf
    "OggS"sv,
    "ID3"sv,
    "fLaC"sv,
    "\x7f"
    "ELF"sv,
    "\xca\xfe\xba\xbe"sv,
    "PAR1"sv,
    "Obj\x01"sv,
    "ORC"sv,
    "SQLite format 3"sv,
    "\x12\x20"sv,
    "\x13\x40"sv,
    "\x1b\x20"sv,  // multihash: SHA-256, SHA-512, Keccak-256
    "\0\0\0\x0bssh-"sv,
    "\0\0\0\x07ssh-"sv,  // SSH public keys
};

// zlib: method and window, check bits divisible by 31 (RFC 1950).
bool zlib(Bytes bytes) {
  return (bytes[0] == 0x78 || bytes[0] == 0x58 || bytes[0] == 0x48) && (bytes[1] & 0x20U) == 0 &&
         (bytes[0] * 256U + bytes[1]) % 31 == 0;
}

// A DER sequence that is exactly as long as it says: certificates, keys, signatures.
bool der_sequence(Bytes bytes) {
  if (bytes[0] != 0x30) return false;
  if (bytes[1] < 0x80) return bytes[1] + 2U == bytes.size();
  if (bytes[1] == 0x81) return bytes[2] + 3U == bytes.size();
  return bytes[1] == 0x82 && bytes[2] * 256U + bytes[3] + 4U == bytes.size();
}

std::size_t symbol_class(char c) {
  if (c >= 'A' && c <= 'Z') return 0;
  if (c >= 'a' && c <= 'z') return 1;
  return c >= '0' && c <= '9' ? 2 : 3;
}

std::size_t symbol_value(char c) {
  switch (symbol_class(c)) {
    case 0:
      return static_cast<std::size_t>(c - 'A');
    case 1:
      return static_cast<std::size_t>(c - 'a') + 26;
    case 2:
      return static_cast<std::size_t>(c - '0') + 52;
    default:
      return c == '+' || c == '-' ? 62 : 63;
  }
}

}  // namespace

bool looks_like_text(Bytes bytes) {
  if (bytes.empty()) return false;
  if (simdjson::validate_utf8(reinterpret_cast<const char*>(bytes.data()), bytes.size())) return true;
  const auto text = static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), printable));
  return too_often(text, bytes.size(), 95.0 / 256);
}

bool known_container(Bytes bytes) {
  if (bytes.size() < 4) return false;
  const std::string_view text = as_text(bytes);
  const bool magic = std::any_of(std::begin(kMagics), std::end(kMagics),
                                 [&](std::string_view known) { return text.starts_with(known); });
  const bool mp4 = text.substr(4).starts_with("ftyp");
  // A content identifier (CIDv1) around a multihash.
  const bool cid = bytes[0] == 1 && text.substr(2).starts_with("\x12\x20");
  return magic || mp4 || cid || zlib(bytes) || der_sequence(bytes);
}

bool spread_evenly(Bytes bytes) {
  if (looks_like_text(bytes)) return false;
  return !classes_alike(bytes) && !letters_alike(bytes) && !numbers_in_columns(bytes) && !repeats(bytes);
}

bool symbols_spread_evenly(std::string_view base64) {
  while (base64.ends_with('=')) base64.remove_suffix(1);
  // Below this, symbols are too few for words to stand out.
  constexpr std::size_t kSymbolsMin = 16;
  if (base64.size() < kSymbolsMin) return false;
  std::array<std::uint32_t, 64> counts{}, steps{};
  std::array<std::size_t, 4> classes{};
  std::size_t same_class = 0, before = 0, class_before = 0, n = 0;
  for (const char c : base64) {
    if (c == '\n' || c == '\r') continue;
    const std::size_t value = symbol_value(c);
    ++counts[value];
    const std::size_t own_class = symbol_class(c);
    ++classes[own_class];
    if (n > 0) {
      ++steps[(value + 64 - before) % 64];
      same_class += own_class == class_before ? 1U : 0U;
    }
    before = value;
    class_before = own_class;
    ++n;
  }
  // No encoder of random bytes stays within one case, or without digits, for long.
  if (classes[0] == 0 || classes[1] == 0 || classes[2] == 0) return false;
  // Two neighbours are of one class with probability (26² + 26² + 10² + 2²) / 64².
  constexpr double kSameClass = (26.0 * 26 + 26 * 26 + 10 * 10 + 2 * 2) / (64 * 64);
  constexpr double kWordSigmas = 3.0;  // words are what is met most: a narrower gate
  const auto pairs = static_cast<double>(n - 1);
  if (static_cast<double>(same_class) >
      pairs * kSameClass + kWordSigmas * std::sqrt(pairs * kSameClass * (1 - kSameClass))) {
    return false;
  }
  return !too_many_pairs(counts, n) && !too_many_pairs(steps, n - 1);
}

}  // namespace assay::rules::kinds
