#include "proxy/produce/denominators.h"

namespace assay::proxy {

void Denominators::add(const std::string& client_id, const std::vector<Judged>& judged) {
  for (const Judged& one : judged) counts_[{one.topic, one.plan, client_id}] += one.records;
}

std::vector<rejects::Evaluated> Denominators::take() {
  std::vector<rejects::Evaluated> out;
  for (const auto& [key, records] : counts_) {
    const auto& [topic, plan, client_id] = key;
    out.push_back({topic->name, "", client_id, records});
    if (!plan) continue;
    for (const rules::Rule* rule : plan->rules())
      out.push_back({topic->name, rule->name, client_id, records});
  }
  counts_.clear();
  return out;
}

}  // namespace assay::proxy
