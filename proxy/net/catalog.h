// Where sessions get the tables that judging looks things up in. One per loop, called on its thread only.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "io/net/task.h"
#include "proxy/produce/snapshot.h"

namespace assay::proxy {

class Catalog {
 public:
  virtual ~Catalog() = default;
  // The newest that this loop was given. Never null.
  virtual std::shared_ptr<const Snapshot> current() = 0;
  // Returns when current() has an entry for everything that is wanted (known or not: an unavailable schema is
  // an entry too), or at the deadline. Resumes on the loop.
  virtual io::Task<void> resolve(Wanted wanted, std::chrono::steady_clock::time_point deadline) = 0;
  // A passing Metadata answer named a topic; called for every topic of it. Cheap when it is known.
  virtual void learn(const kafka::TopicId& id, std::string_view name) = 0;
};

}  // namespace assay::proxy
