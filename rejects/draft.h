// What the judging leaves behind for the reject store: one draft per refused, marked or observed partition
// batch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ulid.h"
#include "record/violation.h"

namespace assay::rejects {

// What became of the batch. `mark_skipped`: a mark would have made it too large, so it went on untouched.
enum class Outcome : std::uint8_t { rejected, diverted, marked, mark_skipped, observed };

std::string_view to_string(Outcome outcome);

// Whom to ask about it. Principal: read from SASL as it passed; no secret is kept.
struct Client {
  std::string client_id;
  std::string software;  // "apache-kafka-java 4.3.1", from ApiVersions v3+
  std::string principal;
  std::string address;  // host:port
};

struct DraftRecord {
  Ulid id;
  std::uint32_t index = 0;  // in its batch
  std::int64_t timestamp_ms = 0;
  // Owned copies; for a masked record empty optionals unless the store seals payloads (`payload_masked`
  // then).
  std::optional<Buffer> key;
  std::optional<Buffer> value;
  std::vector<std::pair<std::string, std::optional<Buffer>>> headers;
  std::int32_t key_schema_id = -1;  // -1: none
  std::int32_t value_schema_id = -1;
  std::string subject;                // of the value (or of the key, when only it has one)
  std::vector<Violation> violations;  // in the record's order; masked ones carry no value
  bool masked = false;                // some violation is masked: the payload is a secret
};

struct Draft {
  EpochMs time_ms = 0;
  Outcome outcome = Outcome::rejected;
  std::string topic;
  std::int32_t partition = 0;
  std::shared_ptr<const Client> client;
  std::string rule_set_version;
  Ulid batch;                     // names the batch in every row
  std::int64_t producer_id = -1;  // with epoch and sequence: recognises a retry
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  std::uint32_t crc = 0;                      // of the batch as received
  std::uint32_t records = 0;                  // in the batch
  std::vector<DraftRecord> violating;         // at most limits.rejects_per_batch_max
  std::vector<std::uint32_t> violating_more;  // indexes of the violating records beyond that
};

}  // namespace assay::rejects
