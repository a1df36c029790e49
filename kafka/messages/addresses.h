// Where messages name brokers, and what clients are told instead. Node ids never change: clients compare them
// across messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "kafka/messages/header.h"
#include "kafka/wire/reader.h"

namespace assay::kafka {

struct HostPort {
  std::string host;
  std::int32_t port = 0;
  bool operator==(const HostPort&) const = default;
};

// A broker as a message names it; views the frame.
struct BrokerAddress {
  std::int32_t node_id = 0;
  std::string_view host;
  std::int32_t port = 0;
  std::optional<std::string_view> rack;
  std::size_t begin = 0;  // the bytes of host and port in the frame, which always stand side by side
  std::size_t end = 0;
};

class AddressMap {
 public:
  virtual ~AddressMap() = default;
  // What clients are told for a broker that Metadata, FindCoordinator or DescribeCluster names. Always
  // answers: a node seen for the first time is given its place here.
  virtual HostPort place(const BrokerAddress& broker) = 0;
  // The same for a node that NodeEndpoints names. Nothing: not known yet, so it is left out, and the client
  // asks Metadata.
  virtual std::optional<HostPort> find(std::int32_t node_id) const = 0;
};

// Whether a response of this api and version, answered whole, can name brokers in a form that
// `rewrite_addresses` knows: Metadata, FindCoordinator, DescribeCluster. (Produce is merged, Fetch is
// streamed: see produce.h, endpoint_patcher.h.)
bool names_brokers(std::int16_t api_key);

// `frame` (without its length field) of one of these responses, with each address replaced, appended to `out`
// with its length field. Everything else, unknown tags included, stays byte for byte. `unsupported` for a
// version outside the window.
Result<> rewrite_addresses(std::int16_t api_key, std::int16_t version, Bytes frame, AddressMap& map,
                           Buffer& out);

// The lower half of it, for decoders: `places` ascend.
void replace_addresses(Bytes frame, bool flexible, const std::vector<BrokerAddress>& places, AddressMap& map,
                       Buffer& out);

// STRING host | INT32 port, as every one of them writes it.
void read_address(Reader& in, BrokerAddress& out);

// NodeEndpoints of a decoded response: known nodes get their address, others are left out. Racks stay.
void map_endpoints(std::vector<NodeEndpoint>& endpoints, const AddressMap& map);

}  // namespace assay::kafka
