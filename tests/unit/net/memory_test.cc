// What connections hold: chunks of their loop, and shares of the budget for large frames.
#include <gtest/gtest.h>

#include <future>
#include <numeric>

#include "io/net/timer.h"
#include "proxy/net/frame_budget.h"
#include "proxy/net/read_buffer.h"

namespace assay::proxy {
namespace {

void put(ReadBuffer& buffer, std::size_t need, std::string_view text) {
  const MutableBytes room = buffer.room(need);
  ASSERT_GE(room.size(), text.size());
  std::memcpy(room.data(), text.data(), text.size());
  buffer.added(text.size());
}

TEST(ReadBuffer, KeepsARemainderThroughMovesAndRests) {
  ChunkPool pool(64);
  ReadBuffer buffer(pool);
  EXPECT_TRUE(buffer.empty());
  put(buffer, 1, std::string(50, 'a') + "tail");
  buffer.consume(50);
  EXPECT_EQ(as_text(buffer.data()), "tail");
  EXPECT_GE(buffer.room(60).size(), 56U);
  EXPECT_EQ(as_text(buffer.data()), "tail");
  buffer.settle();
  EXPECT_EQ(as_text(buffer.data()), "tail");
  EXPECT_FALSE(buffer.holds(buffer.data()));
  put(buffer, 8, "more");
  EXPECT_EQ(as_text(buffer.data()), "tailmore");
  EXPECT_TRUE(buffer.holds(buffer.data()));
  buffer.consume(8);
  EXPECT_TRUE(buffer.empty());
}

TEST(ReadBuffer, GivesItsChunkBackWhenItRests) {
  ChunkPool pool(8192);
  ReadBuffer first(pool);
  const std::uint8_t* chunk = first.room(1).data();
  first.settle();
  ReadBuffer second(pool);
  EXPECT_EQ(second.room(1).data(), chunk);
  // What is much is not copied aside.
  put(second, 5000, std::string(5000, 'x'));
  second.settle();
  EXPECT_TRUE(second.holds(second.data()));
}

TEST(ReadBuffer, FindsTheChunksScarceAfterAWhile) {
  ChunkPool pool(64);
  std::vector<std::unique_ptr<ReadBuffer>> buffers;
  while (pool.plenty()) {
    buffers.push_back(std::make_unique<ReadBuffer>(pool));
    buffers.back()->room(1);
    ASSERT_LT(buffers.size(), 1000U);
  }
  buffers.pop_back();
  EXPECT_TRUE(pool.plenty());
}

TEST(ReadBuffer, MakesDoWithLittleWhereChunksAreScarce) {
  constexpr std::size_t kChunk = 256UL << 10;
  ChunkPool pool(kChunk);
  std::vector<ChunkPool::Chunk> lent;
  while (pool.roomy()) lent.push_back(pool.take());
  ReadBuffer buffer(pool);
  EXPECT_EQ(buffer.room(1).size(), ReadBuffer::kSmallBytes);
  put(buffer, 1, "held");
  // What must be seen whole has its room all the same, and what was held moves along.
  EXPECT_EQ(buffer.room(100'000).size(), 100'000U - 4);
  EXPECT_TRUE(buffer.shows(buffer.data()));
  EXPECT_EQ(as_text(buffer.data()), "held");
  EXPECT_TRUE(buffer.fits(100'000));
  buffer.consume(4);
  EXPECT_EQ(buffer.room(1).size(), ReadBuffer::kSmallBytes);
  for (int i = 0; i < 2; ++i) {
    pool.give_back(std::move(lent.back()));
    lent.pop_back();
  }
  EXPECT_EQ(buffer.room(1).size(), kChunk);
  for (auto& chunk : lent) pool.give_back(std::move(chunk));
}

io::Task<void> hold(FrameBudget& budget, io::Loop& loop, std::size_t bytes, int name, std::vector<int>& order,
                    std::promise<void>* last) {
  const auto lease = co_await budget.acquire(loop, bytes);
  order.push_back(name);
  co_await io::sleep_for(loop, std::chrono::milliseconds(5));
  if (last != nullptr) last->set_value();
}

TEST(FrameBudget, GrantsInTheOrderOfAskingAndTakesBack) {
  io::Runtime runtime(1);
  FrameBudget budget(100);
  std::vector<int> order;
  std::promise<void> last;
  auto over = last.get_future();
  io::Loop& loop = runtime.loop(0);
  loop.spawn(hold(budget, loop, 60, 1, order, nullptr));
  loop.spawn(hold(budget, loop, 60, 2, order, nullptr));
  // Would fit beside the first, but does not overtake.
  loop.spawn(hold(budget, loop, 10, 3, order, nullptr));
  // More than there is counts as all of it.
  loop.spawn(hold(budget, loop, 1000, 4, order, nullptr));
  loop.spawn(hold(budget, loop, 1, 5, order, &last));
  runtime.start();
  over.wait();
  runtime.stop();
  runtime.join();
  EXPECT_EQ(order, (std::vector{1, 2, 3, 4, 5}));
}

TEST(FrameBudget, CountsWhatDoesNotWait) {
  FrameBudget budget(100);
  auto first = budget.acquire_at_once(80);
  FrameBudget::Lease second = budget.acquire_at_once(80);
  EXPECT_EQ(budget.used(), 160U);
  first = std::move(second);
  EXPECT_EQ(budget.used(), 80U);
  first.reset();
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace assay::proxy
