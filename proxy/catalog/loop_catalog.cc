#include "proxy/catalog/loop_catalog.h"

#include <algorithm>

#include "io/net/timer.h"

namespace assay::proxy {

LoopCatalog::LoopCatalog(io::Loop& loop, CatalogService& service)
    : loop_(loop), service_(service), current_(service.current()) {
  service_.subscribe([this](std::shared_ptr<const Snapshot> next) {
    loop_.post([this, next = std::move(next)] { current_ = next; });
  });
}

io::Task<void> LoopCatalog::resolve(Wanted wanted, std::chrono::steady_clock::time_point deadline) {
  // Shared, since the service may answer after the wait was given up. Snapshots are posted before `done`, so
  // the loop has the newer one when the event rings.
  auto event = std::make_shared<io::Event>(loop_);
  service_.resolve(std::move(wanted), [&loop = loop_, event] { loop.post([event] { event->notify(); }); });
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  co_await event->wait_for(std::max(left, std::chrono::milliseconds(0)));
}

void LoopCatalog::learn(const kafka::TopicId& id, std::string_view name) {
  const auto known = current_->topic_names->find(id);
  if (known == current_->topic_names->end() || known->second != name) service_.learn(id, std::string(name));
}

}  // namespace assay::proxy
