// Any bytes from both sides, in any pieces. The first byte of a piece says from whom it is and how long:
// s0000000.
#include <cstddef>
#include <cstdint>

#include "tests/reference/session/script.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  proxy::ConversationOptions options;
  options.chunk_bytes = 64;
  options.limits.frame_bytes_max = 1UL << 16;
  kit::Script script(options);
  script.judge = [](const kafka::ProduceRequest& request) {
    proxy::Decision decision;
    if (request.topics.empty() || request.topics[0].partitions.empty()) return decision;
    std::size_t partitions = 0;
    for (const auto& topic : request.topics) partitions += topic.partitions.size();
    decision.edits.push_back({0, 0, std::nullopt});
    decision.answers.push_back({0, 0, {}});
    decision.forward = partitions > 1 ? proxy::Decision::Forward::edited : proxy::Decision::Forward::nothing;
    return decision;
  };
  std::size_t at = 0;
  while (at < size && script.closed() == proxy::CloseReason::none) {
    const std::uint8_t head = data[at++];
    const std::size_t n = std::min<std::size_t>(head & 0x7fU, size - at);
    const Bytes piece(data + at, n);
    if ((head & 0x80U) != 0) {
      script.broker(piece);
    } else {
      script.client(piece);
    }
    at += n;
    script.to_broker();
    script.to_client();
  }
  return 0;
}
