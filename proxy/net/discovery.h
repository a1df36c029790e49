// Learns the brokers from the cluster itself, at start and again and again, so that every broker has its
// listener before a client asks for it, and loses it when it is gone for good.
#pragma once

#include <mutex>
#include <string>

#include "io/net/timer.h"
#include "proxy/net/cluster_client.h"
#include "proxy/net/shared.h"

namespace assay::proxy {

class Discovery {
 public:
  Discovery(Shared& shared, io::Loop& loop);

  // Until stop(). Failures are retried with a growing pause.
  io::Task<void> run();
  // On the loop's thread.
  void stop();

  // See Gateway::not_ready. Thread-safe.
  std::string not_ready() const;

  // Asks each server that is known until one answers. On any loop.
  io::Task<Result<ClusterView>> ask_any(io::Loop& loop, kafka::MetadataRequest request, std::int16_t version,
                                        std::shared_ptr<io::Stream>* open = nullptr);

 private:
  void learnt(const ClusterView& view);
  void failed(const Error& error);
  void tell(std::string not_ready);
  std::vector<io::HostPort> servers() const;

  Shared& shared_;
  io::Loop& loop_;
  ClusterClient client_;
  io::Event wake_;
  std::shared_ptr<io::Stream> asking_;  // run()'s own question
  bool stopped_ = false;
  bool known_ = false;  // the brokers, once
  bool told_denied_ = false;
  mutable std::mutex mutex_;
  std::string not_ready_ = "the brokers are not known yet";
};

}  // namespace assay::proxy
