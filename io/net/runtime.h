// One event loop per thread. What is opened on a loop stays on it, so nothing behind a loop needs a lock.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "io/net/task.h"

namespace assay::io {

class Loop {
 public:
  Loop() : context_(1) {}

  // Thread-safe. `work` runs on the loop's thread, never inside this call.
  void post(std::function<void()> work);
  // Thread-safe. An exception that leaves the task is a mistake in Assay: it is logged, and the process ends.
  void spawn(Task<void> task);

  // Drops what is queued or suspended; what it held is destroyed now. REQUIRES: nothing runs the loop.
  void shut_down() { context_.shutdown(); }

  // For the rooms of io/ only.
  boost::asio::io_context& context() { return context_; }

 private:
  class Context : public boost::asio::io_context {
   public:
    using boost::asio::execution_context::shutdown;
    using boost::asio::io_context::io_context;
  };
  Context context_;
};

// Lets the loop's other work run before the caller goes on.
Task<void> yield(Loop& loop);

class Runtime {
 public:
  explicit Runtime(std::size_t threads);
  ~Runtime();  // stop(), then waits for the threads
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  std::size_t size() const { return loops_.size(); }
  Loop& loop(std::size_t index) { return *loops_[index]; }

  // Starts the threads. Once.
  void start();
  // Makes the loops return; tasks that are still suspended are destroyed with the Runtime. Thread-safe.
  void stop();
  // Waits until the threads have returned. Not from a loop's own thread.
  void join();

 private:
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
};

}  // namespace assay::io
