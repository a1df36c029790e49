#include "io/net/timer.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace assay::io {
namespace {

constexpr auto kQuiet = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace

Task<void> sleep_for(Loop& loop, std::chrono::milliseconds duration) {
  boost::asio::steady_timer timer(loop.context(), duration);
  co_await timer.async_wait(kQuiet);
}

Alarm::~Alarm() {
  cancel();
}

void Alarm::set(std::chrono::milliseconds after, std::function<void()> ring) {
  cancel();
  live_ = std::make_shared<bool>(true);
  timer_.expires_after(after);
  timer_.async_wait([live = live_, ring = std::move(ring)](const boost::system::error_code& error) {
    if (!error && *live) ring();
  });
}

void Alarm::cancel() {
  if (live_) *live_ = false;
  live_.reset();
  timer_.cancel();
}

void Event::notify() {
  notified_ = true;
  if (waiting_) timer_.cancel();
}

Task<void> Event::wait() {
  waiting_ = true;
  while (!notified_) {
    timer_.expires_at(boost::asio::steady_timer::time_point::max());
    co_await timer_.async_wait(kQuiet);
  }
  waiting_ = false;
  notified_ = false;
}

Task<bool> Event::wait_for(std::chrono::milliseconds duration) {
  const auto until = std::chrono::steady_clock::now() + duration;
  waiting_ = true;
  while (!notified_ && std::chrono::steady_clock::now() < until) {
    timer_.expires_at(until);
    co_await timer_.async_wait(kQuiet);
  }
  waiting_ = false;
  const bool told = notified_;
  notified_ = false;
  co_return told;
}

}  // namespace assay::io
