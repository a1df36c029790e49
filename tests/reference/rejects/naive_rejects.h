// The reject store's naive twin: a list in memory, searched from end to end. Says what the answers should be.
#pragma once

#include <string>
#include <vector>

#include "rejects/draft.h"
#include "rejects/reject_store.h"
#include "rejects/row.h"

namespace assay::rejects::testing {

class NaiveRejects {
 public:
  explicit NaiveRejects(std::int64_t retry_window_ms) : retry_window_ms_(retry_window_ms) {}

  void keep(const Draft& draft);
  void count(const std::vector<Evaluated>& evaluated, EpochMs now_ms);
  // How many rows there were.
  std::size_t set_state(const std::vector<Ulid>& ids, RejectState state);

  // All of them, newest first.
  std::vector<RejectRow> list(const RejectFilter& filter) const;
  const RejectRow* find(const Ulid& id) const;
  // In no order.
  std::vector<StatsRow> stats(const RejectFilter& filter, StatsGroup group) const;

 private:
  struct Kept {
    RejectRow row;
    Draft draft;  // as it came, without records
    DraftRecord record;
    EpochMs batch_last_ms = 0;
    std::vector<Ulid> ids;
    std::size_t call = 0;
  };
  struct More {  // violating records without rows
    RejectRow like;
    std::uint64_t records = 0;
  };
  struct Counted {
    EpochMs hour_ms;
    Evaluated evaluated;
  };

  const Kept* original(const Draft& draft, const DraftRecord& record) const;
  std::uint64_t evaluated(const RejectFilter& filter, const StatsRow& row, StatsGroup group) const;

  std::int64_t retry_window_ms_;
  std::size_t calls_ = 0;
  std::vector<Kept> kept_;
  std::vector<More> more_;
  std::vector<Counted> counted_;
};

}  // namespace assay::rejects::testing
