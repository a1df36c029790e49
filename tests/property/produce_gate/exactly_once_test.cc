#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/property/produce_gate/client_model.h"

namespace assay::kit {
namespace {

using Batches = std::vector<std::vector<std::string>>;

// Values are 50 (conform always), 5 (until rules are reloaded) or -5 (never); each has a name of its own.
Batches batches_of(const std::vector<std::uint8_t>& sizes) {
  Batches out;
  int id = 0;
  for (const std::uint8_t size : sizes) {
    const int ok = size % 16 == 0 ? -5 : size % 16 < 4 ? 5 : 50;
    out.emplace_back();
    for (int i = 0; i <= size % 3; ++i) {
      const bool this_one = i == size % 3;  // the others of a bad batch are innocent
      out.back().push_back(value_of(this_one ? ok : 50, std::to_string(id++)));
    }
  }
  return out;
}

void expect_exactly_once(Network& network, const Batches& batches) {
  RC_ASSERT(network.finish());
  RC_ASSERT(!network.fatal);
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const bool violates = batches[i].back().find("-5") != std::string::npos;
    const bool conforms = batches[i].back().find("\"ok\":50") != std::string::npos;
    RC_ASSERT(network.acknowledged.count(i) + network.refused.count(i) == 1U);
    if (violates) RC_ASSERT(network.refused.count(i) == 1U);
    if (conforms) RC_ASSERT(network.acknowledged.count(i) == 1U);
    if (network.acknowledged.count(i) == 0U) continue;
    expected.insert(expected.end(), batches[i].begin(), batches[i].end());
  }
  // In order, nothing twice, nothing lost, and nothing that the producer was told is refused.
  RC_ASSERT(network.broker.log() == expected);
}

void run(ClientKind kind) {
  const auto sizes = *rc::gen::resize(30, rc::gen::arbitrary<std::vector<std::uint8_t>>());
  const auto choices = *rc::gen::resize(800, rc::gen::arbitrary<std::vector<std::uint8_t>>());
  const Batches batches = batches_of(sizes);
  Network network(kind, batches);
  for (const std::uint8_t choice : choices) network.step(choice);
  expect_exactly_once(network, batches);
}

RC_GTEST_PROP(ExactlyOnce, APipeliningProducerLosesAndDoublesNothing, ()) {
  run(ClientKind::pipelining);
}

RC_GTEST_PROP(ExactlyOnce, ARewindingProducerLosesAndDoublesNothing, ()) {
  run(ClientKind::rewinding);
}

}  // namespace
}  // namespace assay::kit
