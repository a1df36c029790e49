// Any bytes as a Produce request, as they are and with their batches sealed: decoded, inspected, and the
// decision looked at by slow twins.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/reference/produce/soundness.h"

using namespace assay;

namespace {

kit::World fresh_world() {
  kit::World world = kit::fixed_world();
  world.limits.inflated_batch_bytes_max = 1UL << 20;
  return world;
}

kit::World& world() {
  static kit::World made = fresh_world();
  return made;
}

void check(Bytes frame) {
  const std::string complaint = kit::complaint(world(), frame);
  if (complaint.empty()) return;
  std::fprintf(stderr, "%s\n", complaint.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Names of topics and ids of schemas are remembered: not for ever.
  static int requests = 0;
  if (++requests % 1'000 == 0) world() = fresh_world();
  check({data, size});
  check(kit::sealed({data, size}));
  return 0;
}
