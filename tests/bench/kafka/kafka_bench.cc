// What one produce request costs before any record is judged: CRC, decoding, inflating and walking a 64 KB
// batch of records of 350 bytes. MB/s are of application bytes (records inflated).
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "kafka/batch/record_batch.h"
#include "kafka/messages/produce.h"
#include "kafka/wire/writer.h"
#include "tests/bench/common/report.h"

namespace assay::kafka {
namespace {

constexpr std::size_t kBatchBytes = 64UL << 10;
constexpr std::size_t kRecordBytes = 350;

// An order as JSON: numbers and names that differ from record to record, the rest the same.
std::string order(std::uint32_t& state) {
  const auto next = [&state] { return state = state * 1'664'525U + 1'013'904'223U; };
  std::string text = R"({"orderId":"ORD-)" + std::to_string(next()) + R"(","customer":{"id":)" +
                     std::to_string(next()) + R"(,"name":"Customer )" + std::to_string(next() % 10'000) +
                     R"(","email":"user)" + std::to_string(next() % 100'000) +
                     R"(@example.com"},"currency":"EUR","total":)" + std::to_string(next() % 100'000) +
                     R"(.99,"lines":[{"sku":"SKU-)" + std::to_string(next() % 5000) + R"(","quantity":)" +
                     std::to_string(next() % 9 + 1) + R"(,"price":12.50}],"note":")";
  while (text.size() < kRecordBytes - 2) text += static_cast<char>('a' + next() % 26);
  return text + "\"}";
}

Buffer batch_of(Codec codec, std::size_t& plain_bytes) {
  std::uint32_t state = 7;
  std::vector<std::string> bodies;
  for (plain_bytes = 0; plain_bytes < kBatchBytes; plain_bytes += kRecordBytes)
    bodies.push_back(order(state));
  std::vector<RecordView> records;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    records.push_back(
        {static_cast<std::uint32_t>(i), 1'700'000'000'000, as_bytes("key"), as_bytes(bodies[i]), {}});
  }
  return build_batch(records, {codec}).value();
}

void open(benchmark::State& state, Codec codec) {
  std::size_t plain_bytes = 0;
  const Buffer batch = batch_of(codec, plain_bytes);
  OpenBatch opened;
  std::string detail;
  for (auto _ : state) {
    if (open_batch(batch, {}, opened, detail) != BatchFault::none) std::abort();
    benchmark::DoNotOptimize(opened.records.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(plain_bytes) * state.iterations());
  state.counters["ratio"] = static_cast<double>(plain_bytes) / static_cast<double>(batch.size());
  state.SetItemsProcessed(static_cast<std::int64_t>(opened.records.size()) * state.iterations());
}
BENCHMARK_CAPTURE(open, none, Codec::none);
BENCHMARK_CAPTURE(open, gzip, Codec::gzip);
BENCHMARK_CAPTURE(open, snappy, Codec::snappy);
BENCHMARK_CAPTURE(open, lz4, Codec::lz4);
BENCHMARK_CAPTURE(open, zstd, Codec::zstd);

// The yardstick: the same bytes copied.
void copy(benchmark::State& state) {
  std::size_t plain_bytes = 0;
  const Buffer batch = batch_of(Codec::none, plain_bytes);
  Buffer to(batch.size());
  for (auto _ : state) {
    std::memcpy(to.data(), batch.data(), batch.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(batch.size()) * state.iterations());
}
BENCHMARK(copy);

void crc(benchmark::State& state) {
  std::size_t plain_bytes = 0;
  const Buffer batch = batch_of(Codec::none, plain_bytes);
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(batch));
  state.SetBytesProcessed(static_cast<std::int64_t>(batch.size()) * state.iterations());
}
BENCHMARK(crc);

Buffer request_of(std::size_t partitions, Bytes records) {
  Buffer frame;
  Writer out(frame);
  out.i16(0), out.i16(9), out.i32(1);
  out.string("bench");
  out.set_flexible(true);
  out.no_tags();
  out.nullable_string(std::nullopt);
  out.i16(-1), out.i32(30'000);
  out.array(1);
  out.string("orders");
  out.array(partitions);
  for (std::size_t i = 0; i < partitions; ++i) {
    out.i32(static_cast<std::int32_t>(i));
    out.bytes(records);
    out.no_tags();
  }
  out.no_tags();
  out.no_tags();
  return frame;
}

void decode_request(benchmark::State& state) {
  std::size_t plain_bytes = 0;
  const Buffer frame =
      request_of(static_cast<std::size_t>(state.range(0)), batch_of(Codec::lz4, plain_bytes));
  ProduceRequest request;
  for (auto _ : state) {
    if (!decode(frame, {}, request)) std::abort();
    benchmark::DoNotOptimize(request.topics.data());
  }
}
BENCHMARK(decode_request)->Arg(1)->Arg(12);

void leave_out_a_partition(benchmark::State& state) {
  std::size_t plain_bytes = 0;
  const Buffer frame = request_of(12, batch_of(Codec::lz4, plain_bytes));
  ProduceRequest request;
  if (!decode(frame, {}, request)) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(edit_request(request, frame, {{0, 5, std::nullopt}}));
}
BENCHMARK(leave_out_a_partition);

void mark_every_record(benchmark::State& state) {
  std::size_t plain_bytes = 0;
  const Buffer batch = batch_of(Codec::lz4, plain_bytes);
  OpenBatch opened;
  std::string detail;
  if (open_batch(batch, {}, opened, detail) != BatchFault::none) std::abort();
  std::vector<AddedHeader> added;
  for (const RecordView& record : opened.records)
    added.push_back({record.index, "assay.violation", "age is -1"});
  for (auto _ : state) benchmark::DoNotOptimize(rebuild_with_headers(batch, opened, added));
  state.SetBytesProcessed(static_cast<std::int64_t>(plain_bytes) * state.iterations());
}
BENCHMARK(mark_every_record);

}  // namespace
}  // namespace assay::kafka

int main(int argc, char** argv) {
  return assay::bench::run(argc, argv, "kafka", {});
}
