// What keeping costs: packing on the caller's thread, commits of one and of a hundred batches, rows into the
// index.
#include <benchmark/benchmark.h>

#include "rejects/index_file.h"
#include "rejects/journal_file.h"
#include "rejects/pack.h"
#include "tests/bench/common/report.h"
#include "tests/reference/rejects/drafts.h"

namespace assay::rejects {
namespace {

using testing::draft_of;
using testing::TemporaryFolder;

constexpr std::size_t kValueBytes = 350;

void pack(benchmark::State& state) {
  const Draft draft = draft_of(1, 100, kValueBytes);
  for (auto _ : state) benchmark::DoNotOptimize(pack_draft(Draft(draft), nullptr));
  state.SetItemsProcessed(state.iterations() * 100);
}

void pack_sealed(benchmark::State& state) {
  Draft draft = draft_of(1, 100, kValueBytes);
  for (DraftRecord& record : draft.violating) record.masked = true;
  const io::SealKey key = io::SealKey::from_bytes(Buffer(32, 1)).value();
  for (auto _ : state) benchmark::DoNotOptimize(pack_draft(Draft(draft), &key));
  state.SetItemsProcessed(state.iterations() * 100);
}

// Batches of one bad record, so many of them in one durable commit.
void commit(benchmark::State& state) {
  const TemporaryFolder folder("assay_rejects_bench");
  auto journal = JournalFile::open(folder.path / "journal.db", "").value();
  const Entry entry = pack_draft(draft_of(1, 1, kValueBytes), nullptr).value();
  const std::vector<const Entry*> entries(static_cast<std::size_t>(state.range(0)), &entry);
  for (auto _ : state) journal.append(entries, {}).value();
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// The ticket's way, queue and threads included, one at a time.
void keep(benchmark::State& state) {
  const TemporaryFolder folder("assay_rejects_bench");
  const Limits limits;
  Metrics metrics;
  StoreOptions options;
  options.retention_age_ms = INT64_MAX / 2;
  auto store = RejectStore::open(folder.path, options, limits, metrics, system_clock()).value();
  std::uint64_t id = 1;
  for (auto _ : state) {
    std::vector<Draft> drafts;
    drafts.push_back(draft_of(id++, 1, kValueBytes));
    testing::keep_and_wait(*store, std::move(drafts)).value();
  }
}

// Rows into the index, in transactions of 5,000, `range` records to a batch.
void index(benchmark::State& state) {
  const TemporaryFolder folder("assay_rejects_bench");
  auto file = IndexFile::open(folder.path / "index.db", "", 1, 600'000).value();
  const auto records = static_cast<std::size_t>(state.range(0));
  std::uint64_t seq = 0, id = 1;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<Entry> entries;
    for (std::size_t rows = 0; rows < 5'000; rows += records) {
      entries.push_back(pack_draft(draft_of(id, records, kValueBytes), nullptr).value());
      id += records;
    }
    state.ResumeTiming();
    auto transaction = file.begin();
    for (const Entry& entry : entries) file.add_draft(++seq, unpack_draft(entry.body).value()).value();
    file.set_indexed(seq).value();
    transaction->commit().value();
  }
  state.SetItemsProcessed(state.iterations() * 5'000);
}

BENCHMARK(pack);
BENCHMARK(pack_sealed);
BENCHMARK(commit)->Arg(1)->Arg(100)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(keep)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(index)->Arg(1)->Arg(100)->Iterations(20)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace assay::rejects

int main(int argc, char** argv) {
  return assay::bench::run(argc, argv, "rejects", {});
}
