// A thread that does one thing after another, for work that must not be done where it is asked for.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace assay {

class Worker {
 public:
  Worker();
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Waits for the task that runs; those behind it, and those that still come, are dropped. Not on the
  // worker's thread. Idempotent.
  void stop();

  // Thread-safe. `task` runs on the worker's thread, in order.
  void post(std::function<void()> task);
  // Runs on the worker's thread whenever nothing more is waiting: for what is worth doing once for several
  // tasks. Set before the first post.
  void when_idle(std::function<void()> task) { idle_ = std::move(task); }

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  std::function<void()> idle_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace assay
