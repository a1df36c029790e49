// Any bytes as any response that the proxy reads; the first two choose the message and its version. What
// decodes and is written again must decode to what gives the same bytes, what was rewritten rewrites to
// itself, and chunks do not matter.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "kafka/messages/addresses.h"
#include "kafka/messages/api_versions.h"
#include "kafka/messages/endpoint_patcher.h"
#include "kafka/messages/metadata.h"
#include "kafka/messages/produce.h"
#include "kafka/messages/sasl.h"

using namespace assay;
using namespace assay::kafka;

namespace {

class Gate : public AddressMap {
 public:
  HostPort place(const BrokerAddress& broker) override {
    places.push_back(broker.node_id);
    return {"gate", broker.node_id & 0xffff};
  }
  std::optional<HostPort> find(std::int32_t node_id) const override {
    if (node_id % 2 == 0) return std::nullopt;
    return HostPort{"gate", node_id & 0xffff};
  }
  std::vector<std::int32_t> places;
};

void rewrite(std::int16_t key, std::int16_t version, Bytes frame) {
  Gate gate, again;
  Buffer out, twice;
  if (!rewrite_addresses(key, version, frame, gate, out)) return;
  if (!rewrite_addresses(key, version, Bytes(out).subspan(4), again, twice)) std::abort();
  if (out != twice || gate.places != again.places) std::abort();
}

void produce(std::int16_t version, Bytes frame) {
  const auto response = decode_produce_response(frame, version, {});
  if (!response) return;
  Buffer out, twice;
  encode(*response, version, out);
  const auto again = decode_produce_response(Bytes(out).subspan(4), version, {});
  if (!again) std::abort();
  encode(*again, version, twice);
  if (out != twice) std::abort();
}

void api_versions(std::int16_t version, Bytes frame) {
  auto response = decode_api_versions_response(frame, version);
  if (!response) return;
  clamp(*response);
  Buffer out;
  encode(*response, version, out);
  if (!decode_api_versions_response(Bytes(out).subspan(4), version)) std::abort();
}

Buffer patch(std::int16_t key, std::int16_t version, Bytes frame, std::size_t chunk_bytes) {
  const Gate gate;
  EndpointPatcher patcher(key, version, frame.size(), gate);
  Buffer out;
  for (std::size_t at = 0; at < frame.size(); at += chunk_bytes) {
    const Bytes chunk = frame.subspan(at, std::min(chunk_bytes, frame.size() - at));
    const auto passed = patcher.feed(chunk);
    if (!passed) return {};
    append(out, chunk.first(*passed));
  }
  if (!patcher.done()) std::abort();
  const auto tail = patcher.tail();
  if (!tail) return {};
  append(out, *tail);
  if (out.size() != frame.size()) std::abort();
  return out;
}

void endpoints(std::int16_t key, std::int16_t version, Bytes frame) {
  if (!EndpointPatcher::wanted(key, version)) return;
  if (patch(key, version, frame, 1) != patch(key, version, frame, 4096)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto version = static_cast<std::int16_t>(data[1] % 20);
  const Bytes frame(data + 2, size - 2);
  constexpr std::array<std::int16_t, 10> kKeys = {0, 1, 3, 10, 17, 18, 36, 60, 78, 79};
  const std::int16_t key = kKeys[data[0] % kKeys.size()];
  switch (key) {
    case 0:
      produce(version, frame);
      break;
    case 3:
    case 10:
    case 60:
      rewrite(key, version, frame);
      break;
    case 18:
      api_versions(version, frame);
      break;
    case 17:
    case 36:
      (void)decode_sasl_error_code(key, version, frame);
      break;
    default:
      endpoints(key, version, frame);
  }
  return 0;
}
