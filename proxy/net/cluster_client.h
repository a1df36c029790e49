// The proxy's own questions to the cluster: who is in it, and what a topic id is called. Each on a connection
// of its own, so that nothing of a client's conversation is disturbed. It does not authenticate: where the
// cluster demands that, it hangs up, and its brokers are learnt from the answers that pass to clients that
// did (Metadata, FindCoordinator, DescribeCluster), each bound before its address is handed out (topology.h).
// So nothing has to be known for the first client to work; but a broker that leaves for good keeps its
// listener, and topic ids are learnt from passing Metadata only.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "io/net/tcp.h"
#include "kafka/messages/metadata.h"

namespace assay::proxy {

// A Metadata answer and the bytes that it views.
struct ClusterView {
  Buffer frame;
  kafka::MetadataResponse metadata;
};

class ClusterClient {
 public:
  ClusterClient(io::Connector& connector, const Limits& limits, std::chrono::milliseconds timeout)
      : connector_(connector), limits_(limits), timeout_(timeout) {}

  // Asks one server. `unavailable`: it cannot be reached; `denied`: it was reached, and hung up on the
  // question.
  io::Task<Result<ClusterView>> ask(io::Loop& loop, io::HostPort server, kafka::MetadataRequest request,
                                    std::int16_t version, std::shared_ptr<io::Stream>* open = nullptr);

 private:
  io::Task<Result<Buffer>> exchange(io::Stream& stream, Buffer request);

  io::Connector& connector_;
  const Limits& limits_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace assay::proxy
