#include <algorithm>
#include <utility>

#include "tests/reference/net/fault_world.h"

namespace assay::kit {
namespace {

Error failure(const std::string& where) {
  return Error(ErrorCode::io, "it was made to fail").within(where);
}

}  // namespace

FaultStream::FaultStream(FaultWorld& world, std::string name, Wire& in)
    : world_(world), name_(std::move(name)), in_(in), closing_(world.loop()) {
  ++world_.streams;
}

FaultStream::~FaultStream() {
  --world_.streams;
}

Result<std::size_t> FaultStream::take(MutableBytes into, std::size_t at_most) {
  if (closed_) return failure(name_);
  if (std::exchange(woken_, false) || deaf_) return Error(ErrorCode::unavailable, "");
  if (in_.bytes.empty()) {
    if (in_.ended) return std::size_t{0};
    return Error(ErrorCode::unavailable, "");
  }
  const std::size_t n = std::min({into.size(), in_.bytes.size(), at_most});
  std::copy_n(in_.bytes.begin(), n, into.begin());
  in_.bytes.erase(in_.bytes.begin(), in_.bytes.begin() + static_cast<std::ptrdiff_t>(n));
  return n;
}

Result<std::size_t> FaultStream::read_now(MutableBytes into) {
  const auto trouble =
      world_.step(name_ + " read_now", {Trouble::error, Trouble::end, Trouble::half, Trouble::stall});
  if (trouble == Trouble::error) return failure(name_);
  if (trouble == Trouble::end) return std::size_t{0};
  if (trouble == Trouble::stall) deaf_ = true;
  return take(into, trouble == Trouble::half ? 1 : SIZE_MAX);
}

io::Task<void> FaultStream::wait_readable() {
  const auto trouble = world_.step(name_ + " wait_readable", {Trouble::stall, Trouble::wake});
  if (trouble == Trouble::stall) deaf_ = true;
  while (trouble != Trouble::wake && !readable()) co_await in_.moved.wait();
  woken_ = false;
}

void FaultStream::wake() {
  woken_ = true;
  in_.moved.notify();
}

io::Task<Result<std::size_t>> FaultStream::read_some(MutableBytes into) {
  const auto trouble = world_.step(
      name_ + " read_some", {Trouble::error, Trouble::end, Trouble::half, Trouble::stall, Trouble::wake});
  if (trouble == Trouble::error) co_return failure(name_);
  if (trouble == Trouble::end) co_return std::size_t{0};
  if (trouble == Trouble::wake) co_return Error(ErrorCode::unavailable, "");
  if (trouble == Trouble::stall) deaf_ = true;
  while (!readable()) co_await in_.moved.wait();
  co_return take(into, trouble == Trouble::half ? 1 : SIZE_MAX);
}

io::Task<Result<void>> FaultStream::write(std::span<const Bytes> pieces) {
  const auto trouble = world_.step(name_ + " write", {Trouble::error, Trouble::half, Trouble::stall});
  if (closed_ || trouble == Trouble::error) co_return failure(name_);
  Buffer all;
  for (const Bytes piece : pieces) append(all, piece);
  if (trouble == Trouble::stall) {
    while (!closed_) co_await closing_.wait();
    co_return failure(name_);
  }
  // Whoever asked for this write may not count on its bytes any more once it is over.
  co_await io::yield(world_.loop());
  if (closed_) co_return failure(name_);
  const std::size_t size = trouble == Trouble::half ? all.size() / 2 : all.size();
  world_.sent(name_, Bytes(all).first(size));
  if (trouble == Trouble::half) co_return failure(name_);
  co_return Result<void>{};
}

void FaultStream::shutdown_send() {
  world_.half_closed(name_);
}

void FaultStream::close() {
  closed_ = true;
  closing_.notify();
  in_.moved.notify();
  world_.half_closed(name_);
}

}  // namespace assay::kit
