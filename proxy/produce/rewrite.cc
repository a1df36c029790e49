#include "proxy/produce/rewrite.h"

#include "proxy/produce/reject_response.h"

namespace assay::proxy {

std::optional<Buffer> mark(Bytes batch, const kafka::OpenBatch& open, std::span<const Mark> marks,
                           const Limits& limits) {
  std::vector<kafka::AddedHeader> headers;
  headers.reserve(marks.size());
  for (const Mark& mark : marks) headers.push_back({mark.record_index, kMarkHeader, mark.text});
  auto rebuilt = kafka::rebuild_with_headers(batch, open, headers);
  if (!rebuilt || rebuilt->size() > limits.marked_batch_bytes_max) return std::nullopt;
  return std::move(*rebuilt);
}

Marks marks_of(std::span<const ViolatingRecord* const> violating, const Limits& limits) {
  Marks out;
  out.reserve(violating.size());
  for (const ViolatingRecord* record : violating) {
    out.push_back({record->index, reason_of(*record, limits.record_error_text_bytes_max)});
  }
  return out;
}

}  // namespace assay::proxy
