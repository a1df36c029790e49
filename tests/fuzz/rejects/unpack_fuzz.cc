// Any bytes as a journal entry: refused or read, and what was read makes rows.
#include <cstdlib>

#include "rejects/index_file.h"
#include "rejects/pack.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  using namespace assay::rejects;
  const Bytes bytes(data, size);
  // Whole bodies have a checksum, which the fuzzer cannot guess: the fields are given without.
  static_cast<void>(unpack_draft(bytes));
  static_cast<void>(unpack_state_change(bytes));
  static_cast<void>(unpack_payload(bytes));
  const auto draft = unpack_draft_fields(bytes);
  if (!draft) return 0;
  for (std::size_t i = 0; i < draft->records.size(); ++i) {
    const RejectRow row = row_of(*draft, i);
    if (row.fingerprint.size() != 16) std::abort();
    const auto payload = unpack_payload(draft->records[i].payload);
    if (payload && row.payload == PayloadState::plain && payload->key != row.key) std::abort();
  }
  return 0;
}
