// How clients differ in what a refusal does to an idempotent producer: a table, and how a client is told.
//
// Most take the answer for each partition by itself. kafkajs does not: on any error it takes back the
// sequence numbers of every partition in the request (tulios/kafkajs, src/producer/sendMessages.js), so that
// the next records of a partition that was stored are taken for duplicates, acknowledged, and lost. For such
// a client a request is stored or refused as a whole.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kafka/messages/produce.h"

namespace assay::proxy {

// What a client has shown of itself on its connection.
struct ClientTraits {
  std::string_view software;             // name and version, of ApiVersions v3+; empty: it has not said
  std::int16_t api_versions_asked = -1;  // the highest version of its ApiVersions requests; -1: none
};

struct ClientQuirk {
  enum class Refusal : std::uint8_t {
    partition,  // each by itself
    request,    // one refused partition refuses the whole request
  };
  std::string_view client;    // for people
  std::string_view software;  // its name in ApiVersions, or what that begins with; empty: it gives none
  // Those that give no name: their versions of ApiVersions (any of these) and of Produce.
  std::int16_t api_versions_min = -1;
  std::int16_t api_versions_max = -1;
  std::int16_t produce_version_max = 0;
  Refusal refusal = Refusal::partition;
};

// Every known client; the last row is for all others.
std::span<const ClientQuirk> client_quirks();

// The row for who sent this.
const ClientQuirk& quirk_of(const ClientTraits& client, const kafka::ProduceRequest& request);

}  // namespace assay::proxy
