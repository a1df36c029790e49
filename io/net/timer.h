// Waiting without a thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "io/net/runtime.h"

namespace assay::io {

Task<void> sleep_for(Loop& loop, std::chrono::milliseconds duration);

// Calls back once, unless it was cancelled or destroyed before. Of one loop: used on its thread only.
class Alarm {
 public:
  explicit Alarm(Loop& loop) : timer_(loop.context()) {}
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  // Replaces what was set before.
  void set(std::chrono::milliseconds after, std::function<void()> ring);
  void cancel();

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> live_;  // of the ring that is set: false once it must stay silent
};

// One task waits, others notify: a notification before the wait counts, two count as one. Of one loop.
class Event {
 public:
  explicit Event(Loop& loop) : timer_(loop.context()) {}
  void notify();
  Task<void> wait();
  // False: the time was over first.
  Task<bool> wait_for(std::chrono::milliseconds duration);

 private:
  boost::asio::steady_timer timer_;
  bool notified_ = false;
  bool waiting_ = false;
};

}  // namespace assay::io
