// Any bytes as a Produce request. What decodes is edited by the bits of its first byte, and must decode
// again.
#include <cstdint>
#include <cstdlib>

#include "kafka/messages/produce.h"

using namespace assay;
using namespace assay::kafka;

namespace {

Buffer joined(const GatheredRequest& request) {
  Buffer out;
  for (const Bytes piece : request.pieces) append(out, piece);
  if (out.size() != request.bytes) std::abort();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t choice = data[0];
  const Bytes frame(data + 1, size - 1);
  static ProduceRequest request;  // reused, as a session does
  if (!decode(frame, {}, request)) return 0;
  const Buffer same = joined(edit_request(request, frame, {}));
  if (!same_bytes(Bytes(same).subspan(4), frame)) {
    // Only counts may differ: a client may write them longer than needed.
    ProduceRequest again;
    if (!decode(Bytes(same).subspan(4), {}, again) || again.topics.size() != request.topics.size())
      std::abort();
  }
  std::vector<ProduceEdit> edits;
  std::size_t left = 0, at = 0;
  for (std::size_t t = 0; t < request.topics.size(); ++t) {
    for (std::size_t p = 0; p < request.topics[t].partitions.size(); ++p, ++at) {
      const bool edited = ((choice >> (at % 7)) & 1U) != 0, replaced = at % 3 == 0;
      if (edited) edits.push_back({t, p, replaced ? std::optional(Buffer(at % 200)) : std::nullopt});
      left += edited && !replaced ? 0U : 1U;
    }
  }
  if (left == 0) return 0;
  const Buffer edited = joined(edit_request(request, frame, edits));
  ProduceRequest read;
  if (!decode(Bytes(edited).subspan(4), {}, read)) std::abort();
  std::size_t partitions = 0;
  for (const ProduceTopic& topic : read.topics) partitions += topic.partitions.size();
  if (partitions != left) std::abort();
  return 0;
}
