// What the reject store is asked and answers. Free of SQLite, so that the admin API and the command line
// build on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/ulid.h"
#include "record/violation.h"
#include "rejects/draft.h"

namespace assay::rejects {

enum class RejectState : std::uint8_t { open, replayed, discarded };

// What became of key, value and header values: `sealed` and `dropped` for records with a masked field.
enum class PayloadState : std::uint8_t { plain, sealed, dropped };

std::string_view to_string(RejectState state);
std::string_view to_string(PayloadState state);
// The texts of `to_string`; anything else is `invalid`, and the message lists what there is.
Result<RejectState> parse_state(std::string_view text);
Result<Outcome> parse_outcome(std::string_view text);

// One refused, diverted, marked or observed record. The value and the headers are asked for apart
// (`payload`).
struct RejectRow {
  Ulid id;
  EpochMs time_ms = 0;  // when it was judged
  std::string topic;
  std::int32_t partition = 0;
  std::optional<Buffer> key;      // also empty when the payload is not plain
  std::int64_t value_bytes = -1;  // -1: a null value; 0 when dropped
  PayloadState payload = PayloadState::plain;
  std::int64_t timestamp_ms = 0;  // the record's own
  std::int32_t key_schema_id = -1;
  std::int32_t value_schema_id = -1;
  std::string subject;
  Client client;
  std::string rule_set_version;
  Outcome outcome = Outcome::rejected;
  Ulid batch;
  std::uint32_t batch_records = 0;    // how many the batch had
  std::uint32_t batch_violating = 0;  // and how many of them were wrong
  std::uint32_t record_index = 0;     // in the batch
  std::string fingerprint;  // 16 hex digits: topic, rule, path without indexes, kind of the leading violation
  RejectState state = RejectState::open;
  std::uint64_t occurrences = 1;  // retries of the same batch raise it
  EpochMs first_seen_ms = 0;
  EpochMs last_seen_ms = 0;
  std::vector<Violation> violations;
};

struct RejectPayload {
  std::optional<Buffer> key;
  std::optional<Buffer> value;
  std::vector<std::pair<std::string, std::optional<Buffer>>> headers;
};

// All that is given must hold.
struct RejectFilter {
  std::optional<std::string> topic;
  std::optional<std::int32_t> partition;
  std::optional<std::string> rule;
  // "lines[2].quantity", or "lines[*].quantity" for any index; "key:id", "header:tenant". With `rule`: the
  // same violation.
  std::optional<std::string> path;
  std::vector<Outcome> outcomes = {Outcome::rejected, Outcome::diverted};  // none: every outcome
  std::optional<std::string> client_id;
  std::optional<std::string> principal;
  std::optional<std::string> subject;
  std::optional<std::int32_t> schema_id;  // of the value or of the key
  std::optional<Buffer> key;              // exactly these bytes; masked records are never found by it
  std::optional<Ulid> batch;
  std::optional<std::string> fingerprint;  // 16 hex digits
  std::optional<RejectState> state;
  std::optional<EpochMs> since_ms;  // time_ms >= since
  std::optional<EpochMs> until_ms;  // time_ms < until
};

// How a person writes a key: "base64:AAEC" (RFC 4648 section 4), or the text itself.
Result<Buffer> parse_key(std::string_view text);

struct RejectPage {
  std::vector<RejectRow> rows;
  // `list`: where the next page goes on, none on the last page. `tail`: where to go on, always there.
  std::optional<std::string> next_cursor;
  std::uint64_t not_indexed = 0;  // journal entries that are durable but not searchable yet: usually 0
};

enum class StatsGroup : std::uint8_t { topic, rule, client, fingerprint };

std::string_view to_string(StatsGroup group);
Result<StatsGroup> parse_stats_group(std::string_view text);

struct StatsRow {
  // What the group names: topic; rule; client id; all but the client id for a fingerprint. The others are
  // empty.
  std::string topic;
  std::string rule;
  std::string path;  // its shape: "lines[*].quantity"
  std::string kind;
  std::string client_id;
  std::string fingerprint;
  std::uint64_t records = 0;  // rows
  std::uint64_t not_kept =
      0;  // violating records beyond the rows kept of one batch (groups topic and client only)
  std::uint64_t occurrences = 0;  // with retries
  std::uint64_t evaluated = 0;    // records that were asked: the denominator, in whole hours; 0: not known
  EpochMs first_seen_ms = 0;
  EpochMs last_seen_ms = 0;
};

}  // namespace assay::rejects
