#include "tests/reference/net/gateway_rig.h"

#include <thread>

namespace assay::kit {

io::Task<void> StubCatalog::resolve(proxy::Wanted, std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
  co_await io::sleep_for(loop_, away ? left + milliseconds(1) : milliseconds(1));
  ++resolved;
}

void StubCatalog::learn(const kafka::TopicId&, std::string_view) {
  ++learnt;
}

void StubRejects::keep(std::vector<rejects::Draft> drafts, rejects::Ticket ticket) {
  if (full) return ticket(Error(ErrorCode::unavailable, "the queue is full"));
  kept += static_cast<int>(drafts.size());
  if (!hold) return ticket(Result<void>{});
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(ticket));
}

void StubRejects::release() {
  hold = false;
  std::vector<rejects::Ticket> tickets;
  {
    const std::lock_guard lock(mutex_);
    tickets.swap(waiting_);
  }
  for (auto& ticket : tickets) ticket(Result<void>{});
}

proxy::Inspection GatewayRig::inspect(const kafka::ProduceRequest& request,
                                      const proxy::InspectContext& context) {
  using proxy::Decision;
  Decision decision;
  std::size_t good = 0;
  for (std::size_t t = 0; t < request.topics.size(); ++t) {
    for (std::size_t p = 0; p < request.topics[t].partitions.size(); ++p) {
      const auto& partition = request.topics[t].partitions[p];
      const std::string_view records = as_text(partition.records.value_or(Bytes{}));
      const bool away = catalogs.front()->away;
      if (records == "wanted" && !context.last_try &&
          (away || catalogs.front()->resolved + catalogs.back()->resolved == 0)) {
        return proxy::Wanted{.topics = {"wanted"}};
      }
      const bool undecided = records == "wanted" && context.last_try;
      if (!records.starts_with("bad") && !undecided) {
        ++good;
        continue;
      }
      kafka::ProducePartitionResponse refusal;
      refusal.index = partition.index;
      refusal.error_code = undecided ? 19 : 87;
      decision.answers.push_back({t, p, refusal});
      refusal.error_code = 19;
      decision.unless_kept.push_back({t, p, refusal});
      decision.edits.push_back({t, p, std::nullopt});
      decision.must_keep.resize(1);
    }
  }
  if (!decision.answers.empty())
    decision.forward = good == 0 ? Decision::Forward::nothing : Decision::Forward::edited;
  return decision;
}

GatewayRig::GatewayRig(std::vector<io::HostPort> upstream, std::size_t threads,
                       const std::function<void(proxy::GatewayOptions&)>& change)
    : runtime(threads), port_base_(free_ports(8)) {
  proxy::GatewayOptions options;
  options.upstream = std::move(upstream);
  options.listen = {"127.0.0.1", 0};
  options.broker_port_base = port_base_;
  options.discovery_period = std::chrono::milliseconds(50);
  change(options);
  std::vector<proxy::Catalog*> faces;
  for (std::size_t i = 0; i < threads; ++i) {
    catalogs.push_back(std::make_unique<StubCatalog>(runtime.loop(i)));
    faces.push_back(catalogs.back().get());
  }
  proxy::GatewayParts parts{.runtime = runtime,
                            .connector = connector,
                            .catalogs = faces,
                            .rejects = rejects,
                            .metrics = metrics,
                            .clock = system_clock(),
                            .inspector = [this](const auto& request, const auto&, auto& context,
                                                auto&) { return inspect(request, context); },
                            .judged = [](const auto&, const auto&) {}};
  gateway = proxy::Gateway::start(std::move(options), std::move(parts)).value();
  runtime.start();
}

GatewayRig::~GatewayRig() {
  stop(std::chrono::milliseconds(0));
}

void GatewayRig::stop(std::chrono::milliseconds timeout) {
  gateway->stop(timeout);
}

bool GatewayRig::eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 5000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

}  // namespace assay::kit
