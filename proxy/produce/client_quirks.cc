#include "proxy/produce/client_quirks.h"

namespace assay::proxy {
namespace {

using Refusal = ClientQuirk::Refusal;

// Names as the clients' own sources give them. A row that is more particular stands first.
constexpr ClientQuirk kQuirks[] = {
    {.client = "Java", .software = "apache-kafka-java"},
    // Bindings give their own: confluent-kafka-python, confluent-kafka-js, …
    {.client = "librdkafka", .software = "librdkafka"},
    {.client = "librdkafka (bindings)", .software = "confluent-kafka"},
    {.client = "franz-go", .software = "kgo"},
    {.client = "sarama", .software = "sarama"},
    {.client = "kafka-python", .software = "kafka-python"},
    {.client = "@platformatic/kafka", .software = "platformatic-kafka"},
    // These give no name. aiokafka asks for ApiVersions v0 on every connection; kafkajs begins with v2, and
    // only on its first one.
    {
        .client = "aiokafka",
        .api_versions_min = 0,
        .api_versions_max = 0,
        .produce_version_max = 7,
    },
    {
        .client = "kafkajs",
        .api_versions_min = -1,
        .api_versions_max = 2,
        .produce_version_max = 7,
        .refusal = Refusal::request,
    },
    {
        .client = "segmentio/kafka-go",
        .api_versions_min = -1,
        .api_versions_max = 2,
        .produce_version_max = 8,
    },
    {.client = "unknown"},
};

bool is_it(const ClientQuirk& quirk, const ClientTraits& client, const kafka::ProduceRequest& request) {
  if (!quirk.software.empty()) return client.software.starts_with(quirk.software);
  return client.software.empty() && client.api_versions_asked >= quirk.api_versions_min &&
         client.api_versions_asked <= quirk.api_versions_max &&
         request.header.api_version <= quirk.produce_version_max;
}

}  // namespace

std::span<const ClientQuirk> client_quirks() {
  return kQuirks;
}

const ClientQuirk& quirk_of(const ClientTraits& client, const kafka::ProduceRequest& request) {
  const std::span<const ClientQuirk> known = client_quirks().first(client_quirks().size() - 1);
  for (const ClientQuirk& quirk : known) {
    if (is_it(quirk, client, request)) return quirk;
  }
  return client_quirks().back();
}

}  // namespace assay::proxy
