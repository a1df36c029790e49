// Any bytes as a record batch, as they are and with length and CRC made right, so that what lies behind them
// is reached. What opens is read by the plain reader too, and survives being rebuilt.
#include <cstdint>
#include <cstdlib>

#include "kafka/batch/record_batch.h"
#include "kafka/wire/writer.h"
#include "tests/reference/kafka/naive_records.h"

using namespace assay;
using namespace assay::kafka;

namespace {

const Limits& small_limits() {
  static const Limits limits = [] {
    Limits made;
    made.inflated_batch_bytes_max = 1UL << 20;
    made.headers_per_record_max = 1'000'000;
    return made;
  }();
  return limits;
}

void rebuild(Bytes batch, const OpenBatch& open) {
  const AddedHeader added{open.records.back().index, "assay", "reason"};
  const auto rebuilt = rebuild_with_headers(batch, open, std::span(&added, 1));
  if (!rebuilt) std::abort();
  OpenBatch again;
  std::string detail;
  Limits limits = small_limits();
  limits.inflated_batch_bytes_max += 64;
  ++limits.headers_per_record_max;
  if (open_batch(*rebuilt, limits, again, detail) != BatchFault::none) std::abort();
  if (again.records.size() != open.records.size()) std::abort();
  if (again.records.back().headers.size() != open.records.back().headers.size() + 1) std::abort();
}

void check(Bytes batch) {
  static OpenBatch open;
  std::string detail;
  const BatchFault fault = open_batch(batch, small_limits(), open, detail);
  if ((fault == BatchFault::none) != detail.empty()) std::abort();
  if (fault != BatchFault::none && fault != BatchFault::record) return;
  const Bytes records =
      open.header.codec() == Codec::none ? batch.subspan(kBatchHeaderBytes) : Bytes(open.arena);
  const auto plain = reference::read_records(records, static_cast<std::size_t>(open.header.record_count),
                                             open.header.base_timestamp_ms);
  if (plain.has_value() != (fault == BatchFault::none)) std::abort();
  if (!plain) return;
  for (std::size_t i = 0; i < plain->size(); ++i) {
    if (reference::own(open.records[i]) != (*plain)[i]) std::abort();
  }
  rebuild(batch, open);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({data, size});
  if (size < kBatchHeaderBytes) return 0;
  Buffer sealed(data, data + size);
  sealed[16] = 2;
  store_i32(sealed, 8, static_cast<std::int32_t>(size - 12));
  store_i32(sealed, 17, static_cast<std::int32_t>(crc32c(Bytes(sealed).subspan(21))));
  check(sealed);
  return 0;
}
