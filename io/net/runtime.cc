#include "io/net/runtime.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

namespace assay::io {

void Loop::post(std::function<void()> work) {
  boost::asio::post(context_, std::move(work));
}

void Loop::spawn(Task<void> task) {
  boost::asio::co_spawn(context_, std::move(task), [](const std::exception_ptr& failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      spdlog::critical("a task ended by an exception: {}", e.what());
    }
    std::terminate();
  });
}

Task<void> yield(Loop& loop) {
  co_await boost::asio::post(loop.context(), boost::asio::use_awaitable);
}

Runtime::Runtime(std::size_t threads) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i)
    loops_.push_back(std::make_unique<Loop>());
}

Runtime::~Runtime() {
  stop();
  join();
  // All of them before any is destroyed: what one loop drops may own timers and sockets of another.
  for (auto& loop : loops_) loop->shut_down();
}

void Runtime::start() {
  for (auto& loop : loops_) {
    threads_.emplace_back([&context = loop->context()] {
      const auto work = boost::asio::make_work_guard(context);
      context.run();
    });
  }
}

void Runtime::stop() {
  for (auto& loop : loops_) loop->context().stop();
}

void Runtime::join() {
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace assay::io
