#include "proxy/net/frame_budget.h"

#include <algorithm>

namespace assay::proxy {

FrameBudget::Lease& FrameBudget::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    reset();
    budget_ = std::exchange(other.budget_, nullptr);
    bytes_ = other.bytes_;
  }
  return *this;
}

void FrameBudget::Lease::reset() {
  if (budget_ != nullptr) std::exchange(budget_, nullptr)->give_back(bytes_);
}

io::Task<FrameBudget::Lease> FrameBudget::acquire(io::Loop& loop, std::size_t bytes) {
  bytes = std::min(bytes, total_);
  std::shared_ptr<io::Event> granted;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty() && used_ + bytes <= total_) {
      used_ += bytes;
    } else {
      granted = std::make_shared<io::Event>(loop);
      waiting_.push_back({bytes, &loop, granted});
    }
  }
  if (granted) co_await granted->wait();
  co_return Lease(*this, bytes);
}

FrameBudget::Lease FrameBudget::acquire_at_once(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  used_ += bytes;
  return Lease(*this, bytes);
}

std::size_t FrameBudget::used() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

void FrameBudget::give_back(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  while (!waiting_.empty() && used_ + waiting_.front().bytes <= total_) {
    Waiter next = std::move(waiting_.front());
    waiting_.pop_front();
    used_ += next.bytes;
    next.loop->post([granted = std::move(next.granted)] { granted->notify(); });
  }
}

}  // namespace assay::proxy
