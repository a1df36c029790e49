// Items become hashes of what they mean, so that equal ones meet after a sort: linear in the text, whatever
// it holds. An object's hash is the sum over its members, since members have no order.
#include "rules/kinds/lists.h"

#include <xxhash.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace assay::rules::kinds {
namespace {

struct Hash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  auto operator<=>(const Hash&) const = default;
};

// Not known to whoever writes records, so that nobody can make two items meet.
std::uint64_t process_seed() {
  static const std::uint64_t kSeed = [] {
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
  }();
  return kSeed;
}

Hash hash_of(const void* data, std::size_t bytes, std::uint64_t salt) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(data, bytes, process_seed() + salt);
  return {hash.low64, hash.high64};
}

enum Salt : std::uint64_t { kWord = 1, kNumber, kText, kArray, kMember, kObject };

class ItemHasher {
 public:
  explicit ItemHasher(std::string_view json) : text_(json) {}

  // The hash of each item of the array that the text is.
  void hash_items(std::vector<Hash>& hashes) {
    skip_space();
    ++at_;
    for (skip_space(); at_ < text_.size() && text_[at_] != ']'; skip_comma()) hashes.push_back(value());
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  void skip_comma() {
    skip_space();
    if (at_ < text_.size() && text_[at_] == ',') ++at_;
    skip_space();
  }

  Hash value() {
    switch (text_[at_]) {
      case '"':
        return string();
      case '[':
        return array();
      case '{':
        return object();
      default:
        return word();
    }
  }

  Hash string() {
    const std::size_t begin = ++at_;
    bool escaped = false;
    while (at_ < text_.size() && text_[at_] != '"') {
      escaped |= text_[at_] == '\\';
      at_ += text_[at_] == '\\' ? 2U : 1U;
    }
    const std::size_t end = std::min(at_, text_.size());
    ++at_;
    Value value;
    value.kind = Kind::string;
    value.escaped = escaped;
    value.raw = as_bytes(text_.substr(begin, end - begin));
    const std::string_view text = text_of(value, scratch_);
    return hash_of(text.data(), text.size(), kText);
  }

  Hash array() {
    Hash chain;
    ++at_;
    for (skip_space(); at_ < text_.size() && text_[at_] != ']'; skip_comma()) {
      const Hash link[2] = {chain, value()};
      chain = hash_of(link, sizeof link, kArray);
    }
    ++at_;
    return hash_of(&chain, sizeof chain, kArray);
  }

  Hash object() {
    Hash sum;
    ++at_;
    for (skip_space(); at_ < text_.size() && text_[at_] != '}'; skip_comma()) {
      const Hash name = string();
      skip_space();
      ++at_;  // ':'
      skip_space();
      const Hash pair[2] = {name, value()};
      const Hash member = hash_of(pair, sizeof pair, kMember);
      sum.low += member.low;
      sum.high += member.high;
    }
    ++at_;
    return hash_of(&sum, sizeof sum, kObject);
  }

  // true, false, null, or a number: by its significant digits and exponent, so that 1, 1.0 and 10e-1 meet.
  Hash word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos)
      ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word.empty() || word[0] > '9') return hash_of(word.data(), word.size(), kWord);
    scratch_.clear();
    std::int64_t exponent = 0;
    bool fraction = false;
    std::size_t i = word[0] == '-' ? 1 : 0;
    for (; i < word.size() && word[i] != 'e' && word[i] != 'E'; ++i) {
      if (word[i] == '.') {
        fraction = true;
        continue;
      }
      if (fraction) --exponent;
      if (!scratch_.empty() || word[i] != '0') scratch_ += word[i];
    }
    while (!scratch_.empty() && scratch_.back() == '0') {
      scratch_.pop_back();
      ++exponent;
    }
    if (scratch_.empty()) return hash_of("0", 1, kNumber);
    exponent += written_exponent(word.substr(i));
    if (word[0] == '-') scratch_ += '-';
    scratch_.append(reinterpret_cast<const char*>(&exponent), sizeof exponent);
    return hash_of(scratch_.data(), scratch_.size(), kNumber);
  }

  // "e-12". Exponents that do not fit are kept apart from all that do, and from zero.
  static std::int64_t written_exponent(std::string_view text) {
    std::int64_t exponent = 0;
    const bool minus = text.size() > 1 && text[1] == '-';
    for (const char c : text) {
      if (c >= '0' && c <= '9')
        exponent = std::min<std::int64_t>(exponent * 10 + (c - '0'), 1'000'000'000'000'000);
    }
    return minus ? -exponent : exponent;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  static thread_local std::string scratch_;
};

thread_local std::string ItemHasher::scratch_;

}  // namespace

bool items_differ(const Value& value) {
  if (value.count < 2) return true;
  if (value.raw.empty()) return false;
  static thread_local std::vector<Hash> hashes;
  hashes.clear();
  ItemHasher(as_text(value.raw)).hash_items(hashes);
  std::sort(hashes.begin(), hashes.end());
  return std::adjacent_find(hashes.begin(), hashes.end()) == hashes.end();
}

}  // namespace assay::rules::kinds
