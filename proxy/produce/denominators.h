// How often each rule was asked, gathered per thread between two hand-overs to the reject store.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "proxy/produce/inspect.h"
#include "rejects/reject_store.h"

namespace assay::proxy {

// Not thread-safe: one per thread.
class Denominators {
 public:
  void add(const std::string& client_id, const std::vector<Judged>& judged);
  // What was gathered since the last call: per topic (rule empty) and per rule of it.
  std::vector<rejects::Evaluated> take();

 private:
  std::map<std::tuple<std::shared_ptr<const TopicEntry>, std::shared_ptr<const judge::Plan>, std::string>,
           std::uint64_t>
      counts_;
};

}  // namespace assay::proxy
