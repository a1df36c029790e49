// The catalog as one loop sees it: the newest snapshot that was posted to it, and a place to wait for a newer
// one.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "io/net/runtime.h"
#include "proxy/catalog/catalog_service.h"
#include "proxy/net/catalog.h"

namespace assay::proxy {

class LoopCatalog final : public Catalog {
 public:
  // The loop runs until the service has ended; the catalog lives as long as the loop.
  LoopCatalog(io::Loop& loop, CatalogService& service);

  std::shared_ptr<const Snapshot> current() override { return current_; }
  io::Task<void> resolve(Wanted wanted, std::chrono::steady_clock::time_point deadline) override;
  void learn(const kafka::TopicId& id, std::string_view name) override;

 private:
  io::Loop& loop_;
  CatalogService& service_;
  std::shared_ptr<const Snapshot> current_;
};

}  // namespace assay::proxy
