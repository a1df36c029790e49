#include "kafka/messages/addresses.h"

#include <fmt/format.h>

#include "kafka/messages/coordinator.h"
#include "kafka/messages/metadata.h"
#include "kafka/wire/writer.h"

namespace assay::kafka {
namespace {

Result<std::vector<BrokerAddress>> find_addresses(ApiKey key, std::int16_t version, Bytes frame) {
  switch (key) {
    case ApiKey::metadata: {
      auto response = decode_metadata_response(frame, version);
      if (!response) return response.error();
      return std::move(response->brokers);
    }
    case ApiKey::find_coordinator:
      return decode_find_coordinator_response(frame, version);
    case ApiKey::describe_cluster:
      return decode_describe_cluster_response(frame, version);
    default:
      return Error(ErrorCode::internal, fmt::format("api {} names no brokers", static_cast<int>(key)));
  }
}

}  // namespace

bool names_brokers(std::int16_t api_key) {
  switch (static_cast<ApiKey>(api_key)) {
    case ApiKey::metadata:
    case ApiKey::find_coordinator:
    case ApiKey::describe_cluster:
      return true;
    default:
      return false;
  }
}

Result<> rewrite_addresses(std::int16_t api_key, std::int16_t version, Bytes frame, AddressMap& map,
                           Buffer& out) {
  const auto places = find_addresses(static_cast<ApiKey>(api_key), version, frame);
  if (!places) return places.error();
  replace_addresses(frame, is_flexible(api_key, version), *places, map, out);
  return {};
}

void replace_addresses(Bytes frame, bool flexible, const std::vector<BrokerAddress>& places, AddressMap& map,
                       Buffer& out) {
  Writer writer(out, flexible);
  const std::size_t begin = writer.begin_frame();
  std::size_t copied = 0;
  for (const BrokerAddress& place : places) {
    writer.raw(frame.subspan(copied, place.begin - copied));
    const HostPort told = map.place(place);
    writer.string(told.host);
    writer.i32(told.port);
    copied = place.end;
  }
  writer.raw(frame.subspan(copied));
  writer.end_frame(begin);
}

void read_address(Reader& in, BrokerAddress& out) {
  out.begin = in.position();
  out.host = in.string();
  out.port = in.i32();
  out.end = in.position();
}

void map_endpoints(std::vector<NodeEndpoint>& endpoints, const AddressMap& map) {
  std::erase_if(endpoints, [&](NodeEndpoint& endpoint) {
    auto told = map.find(endpoint.node_id);
    if (!told) return true;
    endpoint.host = std::move(told->host);
    endpoint.port = told->port;
    return false;
  });
}

}  // namespace assay::kafka
