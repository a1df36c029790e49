// One run of a program, in two shapes: the yes/no walk, and the explaining one. Values of one operation;
// loops are in run_loops.h. Every read answers the place behind it, or null when the walk is over and
// `status_` says how.
#pragma once

#include <fmt/format.h>

#include <utility>

#include "record/path.h"
#include "registry/schema/avro/walker.h"

// In the walk's loop itself: a call for each value costs as much as reading it.
#define ASSAY_HOT [[gnu::always_inline]] inline

namespace assay::schema::avro {

template <bool kExplain>
class Run {
 public:
  Run(const WalkJob& job, Bytes body, std::vector<Violation>* violations);
  Walk walk();

 private:
  struct Step {
    At at;
    const Op* pc;
  };

  ASSAY_HOT At boolean(const Op& op, At at);
  ASSAY_HOT At int32(const Op& op, At at);
  ASSAY_HOT At int64(const Op& op, At at);
  ASSAY_HOT At long_unread(At at);
  At time_of_day(const Op& op, At at);
  ASSAY_HOT At real(const Op& op, At at);
  At fixed(const Op& op, At at);
  ASSAY_HOT At blob(const Op& op, At at);
  ASSAY_HOT At string(const Op& op, At at);
  At decimal(const Op& op, At at);
  ASSAY_HOT At enumeration(const Op& op, At at);
  ASSAY_HOT At skip(const Op& op, At at);
  At bare(const Op& op, At at);
  ASSAY_HOT At enter(const Op& op, At at);
  ASSAY_HOT Step optional(const Op& op, At at, const Op* pc);
  Step choose(const Op& op, At at);
  Step call(const Op& op, At at, const Op* pc);
  Step ret(At at);
  Walk done(At at);

  Step begin_loop(const Op& op, At at);
  Step next(At at);
  Step end_loop(At at);
  At read_block(const Loop& loop, Frame& frame, At at);
  const Op* select_key(const Loop& loop, const Frame& frame, std::string_view key);
  At unread_items(const Op& op, At at);
  At unread_block(const Op& item, std::uint64_t count, At at);

  // Ends the walk. `reason` is only made when explaining.
  template <class Reason>
  At refuse(std::string_view kind, At at, Reason&& reason);
  At over_budget() {
    status_ = Walk::over_budget;
    return nullptr;
  }
  // Goes on, but the answer is no.
  template <class Reason>
  void violate(std::string_view kind, const Value& value, Reason&& reason);
  bool too_deep(std::uint32_t depth) const { return base_ + depth > limits_.depth_max; }
  bool spend(std::uint64_t steps) {
    if (steps > limits_.steps_per_record_max - steps_) return false;
    steps_ += steps;
    return true;
  }

  // Fields are set where the value belongs: building it elsewhere and copying it costs more than all the rest
  // of a walk. `fill` finds an absent value: slots are reset before a walk.
  template <class Fill>
  void deliver(const Op& op, const Fill& fill) {
    if (op.slot == kUnread) return;
    if (op.slot != kMany) [[likely]] {
      fill(slots_[op.slot]);
    } else {
      Value value;
      fill(value);
      deliver_many(op, value);
    }
  }
  [[gnu::noinline]] void deliver_many(const Op& op, const Value& value);
  [[gnu::noinline]] void offer_absent(std::uint32_t list);
  std::string path() const { return space_.path.empty() ? "$" : space_.path; }
  std::size_t left(At at) const { return static_cast<std::size_t>(end_ - at); }

  const Program& program_;
  const Limits& limits_;
  WalkSpace& space_;
  Value* slots_;
  LeafSink& leaves_;
  std::vector<Violation>* violations_;
  At begin_;
  At end_;
  std::uint64_t steps_ = 0;
  std::uint32_t base_ = 0;
  Walk status_ = Walk::conforms;
};

template <bool kExplain>
template <class Reason>
At Run<kExplain>::refuse(std::string_view kind, [[maybe_unused]] At at, [[maybe_unused]] Reason&& reason) {
  status_ = Walk::malformed;
  if constexpr (kExplain) {
    if (violations_->size() < limits_.violations_per_record_max) {
      violations_->push_back(
          {.rule = std::string(kSchemaRule),
           .path = path(),
           .kind = std::string(kind),
           .reason = fmt::format("{}, at byte {} of {}", reason(), at - begin_, end_ - begin_)});
    }
  }
  return nullptr;
}

template <bool kExplain>
template <class Reason>
void Run<kExplain>::violate([[maybe_unused]] std::string_view kind, [[maybe_unused]] const Value& value,
                            [[maybe_unused]] Reason&& reason) {
  status_ = Walk::violates;
  if constexpr (kExplain) {
    if (violations_->size() < limits_.violations_per_record_max) {
      violations_->push_back({.rule = std::string(kSchemaRule),
                              .path = path(),
                              .kind = std::string(kind),
                              .reason = reason(),
                              .fragment = describe(value, limits_.fragment_bytes_max)});
    }
  }
}

}  // namespace assay::schema::avro
