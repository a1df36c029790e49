// The bodies of journal entries (docs/formats/rejects.md; the grammar stands in pack.cc).
//
// Packing is where secrets end: the payload of a masked record is sealed or dropped here, before anything is
// queued.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "io/crypto/seal.h"
#include "rejects/draft.h"
#include "rejects/row.h"

namespace assay::rejects {

// Rows of one entry: their position is the low 20 bits of a row's number.
inline constexpr std::size_t kRowsPerEntryMax = 1UL << 20;

enum class EntryKind : std::uint8_t { draft = 1, state_change = 2 };

// What the journal writes as one row. The ids bound those inside, so that one can be looked for without
// unpacking.
struct Entry {
  EntryKind kind = EntryKind::draft;
  EpochMs time_ms = 0;
  Ulid first_id;
  Ulid last_id;
  std::uint32_t records = 0;  // rows in it
  Buffer body;
};

// A record as the journal has it; views into the body.
struct StoredRecord {
  Ulid id;
  std::uint32_t index = 0;
  std::int64_t timestamp_ms = 0;
  std::int32_t key_schema_id = -1;
  std::int32_t value_schema_id = -1;
  std::string_view subject;
  PayloadState payload_state = PayloadState::plain;
  Bytes payload;                  // plain: as unpack_payload reads it; sealed: sealed; dropped: empty
  std::int64_t value_bytes = -1;  // -1: null
  std::vector<Violation> violations;
};

struct StoredDraft {
  EpochMs time_ms = 0;
  Outcome outcome = Outcome::rejected;
  std::string_view topic;
  std::int32_t partition = 0;
  Client client;
  std::string_view rule_set_version;
  Ulid batch;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  std::uint32_t crc = 0;
  std::uint32_t batch_records = 0;
  std::vector<StoredRecord> records;
  std::vector<std::uint32_t> more;  // indexes of violating records that are not among `records`, ascending
};

struct StateChange {
  RejectState state = RejectState::open;
  std::vector<Ulid> ids;
};

// Takes the draft apart: masked payloads are sealed with `key`, or dropped without one, and wiped. Violations
// beyond kRowsPerEntryMax records go to `more`.
Result<Entry> pack_draft(Draft&& draft, const io::SealKey* key);
Entry pack_state_change(const StateChange& change, EpochMs time_ms);

// Errors: `truncated`, `invalid` (among them a wrong checksum), `unsupported` (a newer version).
Result<StoredDraft> unpack_draft(Bytes body);
Result<StateChange> unpack_state_change(Bytes body);

// The parts behind the version and before the checksum, for tests and fuzzing without a valid checksum.
Result<StoredDraft> unpack_draft_fields(Bytes fields);
// `bytes`: a plain payload, or what was sealed.
Result<RejectPayload> unpack_payload(Bytes bytes);
// The key of a plain payload, without copying the rest.
Result<std::optional<Bytes>> unpack_payload_key(Bytes bytes);

}  // namespace assay::rejects
