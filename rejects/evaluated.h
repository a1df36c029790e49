// The denominators between two commits: how many records each topic, rule and client had judged, by the hour.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "rejects/reject_store.h"

namespace assay::rejects {

inline constexpr EpochMs kHourMs = 3'600'000;

class EvaluatedCounts {
 public:
  // Hour (milliseconds, a multiple of kHourMs), topic, rule, client id.
  using Key = std::tuple<EpochMs, std::string, std::string, std::string>;

  bool empty() const { return counts_.empty(); }
  const std::map<Key, std::uint64_t>& counts() const { return counts_; }

  // Names come from clients, so what is held is bounded: beyond kKeysMax the client ids are given up (added
  // up under the empty one), beyond twice that the records are not counted. Returns how many were not.
  std::uint64_t add(EpochMs now_ms, std::vector<Evaluated> evaluated) {
    std::uint64_t lost = 0;
    for (Evaluated& one : evaluated) {
      lost += add(Key(now_ms / kHourMs * kHourMs, std::move(one.topic), std::move(one.rule),
                      std::move(one.client_id)),
                  one.records);
    }
    return lost;
  }

  // Back again, after a commit that failed.
  std::uint64_t add(const EvaluatedCounts& other) {
    std::uint64_t lost = 0;
    for (const auto& [key, records] : other.counts_) lost += add(key, records);
    return lost;
  }

 private:
  static constexpr std::size_t kKeysMax = 10'000;

  std::uint64_t add(Key key, std::uint64_t records) {
    auto found = counts_.find(key);
    if (found == counts_.end() && counts_.size() >= kKeysMax) {
      std::get<3>(key).clear();
      found = counts_.find(key);
      if (found == counts_.end() && counts_.size() >= 2 * kKeysMax) return records;
    }
    if (found == counts_.end()) found = counts_.emplace(std::move(key), 0).first;
    found->second += records;
    return 0;
  }

  std::map<Key, std::uint64_t> counts_;
};

}  // namespace assay::rejects
