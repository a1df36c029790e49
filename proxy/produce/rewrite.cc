#include "proxy/produce/rewrite.h"

#include "proxy/produce/reject_response.h"

namespace assay::proxy {

std::optional<Buffer> mark(Bytes batch, const kafka::OpenBatch& open,
                           std::span<const ViolatingRecord* const> violating, const Limits& limits) {
  std::vector<std::string> texts;
  texts.reserve(violating.size());
  std::vector<kafka::AddedHeader> headers;
  for (const ViolatingRecord* record : violating) {
    texts.push_back(reason_of(*record, limits.record_error_text_bytes_max));
    headers.push_back({record->index, kMarkHeader, texts.back()});
  }
  auto rebuilt = kafka::rebuild_with_headers(batch, open, headers);
  if (!rebuilt || rebuilt->size() > limits.marked_batch_bytes_max) return std::nullopt;
  return std::move(*rebuilt);
}

}  // namespace assay::proxy
