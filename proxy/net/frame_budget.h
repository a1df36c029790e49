// The memory of all large frames that the process holds at once (Limits::frames_in_flight_bytes_max).
// Requests wait until there is room, in the order in which they asked; answers are counted, but never wait: a
// broker that is not read from would not read either, and the requests would hold their room for ever.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

#include "io/net/runtime.h"
#include "io/net/timer.h"

namespace assay::proxy {

class FrameBudget {
 public:
  explicit FrameBudget(std::size_t bytes) : total_(bytes) {}

  // A share of it; given back when it is destroyed or reset.
  class Lease {
   public:
    Lease() = default;
    Lease(FrameBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}
    Lease(Lease&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { reset(); }
    void reset();
    bool held() const { return budget_ != nullptr; }

   private:
    FrameBudget* budget_ = nullptr;
    std::size_t bytes_ = 0;
  };

  // Thread-safe; resumes on `loop`. More than the whole budget counts as the whole.
  io::Task<Lease> acquire(io::Loop& loop, std::size_t bytes);
  Lease acquire_at_once(std::size_t bytes);
  std::size_t used() const;

 private:
  struct Waiter {
    std::size_t bytes;
    io::Loop* loop;
    std::shared_ptr<io::Event> granted;
  };
  void give_back(std::size_t bytes);

  const std::size_t total_;
  mutable std::mutex mutex_;
  std::size_t used_ = 0;
  std::deque<Waiter> waiting_;
};

}  // namespace assay::proxy
