// The tables of the index (docs/formats/rejects.md tells them column by column).
#pragma once

#include <string_view>

namespace assay::rejects {

inline constexpr std::int64_t kIndexApplicationId = 0x41535249;  // "ASRI"
inline constexpr std::int64_t kIndexVersion = 1;

// Every index ends in the row's number by itself, so one equality gives rows in order without sorting. The
// partial ones leave out what most rows have.
inline constexpr std::string_view kIndexSchema = R"(
  CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE batch(seq INTEGER PRIMARY KEY, batch BLOB NOT NULL, time_ms INTEGER NOT NULL, high_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, outcome INTEGER NOT NULL,
    client_id TEXT NOT NULL, software TEXT NOT NULL, principal TEXT NOT NULL, address TEXT NOT NULL,
    host TEXT NOT NULL, rule_set TEXT NOT NULL, producer_id INTEGER NOT NULL, epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL, crc INTEGER NOT NULL, records INTEGER NOT NULL, violating INTEGER NOT NULL,
    more INTEGER NOT NULL);
  CREATE INDEX batch_id ON batch(batch);
  CREATE INDEX batch_time ON batch(high_ms);
  CREATE INDEX batch_sequence ON batch(producer_id, sequence) WHERE producer_id >= 0;
  CREATE INDEX batch_crc ON batch(crc);
  CREATE TABLE reject(row_no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, time_ms INTEGER NOT NULL,
    topic TEXT NOT NULL, partition INTEGER NOT NULL, outcome INTEGER NOT NULL, client_id TEXT NOT NULL,
    principal TEXT NOT NULL, subject TEXT NOT NULL, key_schema INTEGER NOT NULL, value_schema INTEGER NOT NULL,
    key_hash INTEGER, key BLOB, value_bytes INTEGER NOT NULL, payload INTEGER NOT NULL, timestamp_ms INTEGER NOT NULL,
    record_index INTEGER NOT NULL, content INTEGER NOT NULL, fingerprint INTEGER NOT NULL, state INTEGER NOT NULL,
    occurrences INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL);
  CREATE INDEX reject_refused ON reject(row_no) WHERE outcome <= 1;
  CREATE INDEX reject_topic ON reject(topic);
  CREATE INDEX reject_client ON reject(client_id);
  CREATE INDEX reject_principal ON reject(principal) WHERE principal <> '';
  CREATE INDEX reject_subject ON reject(subject) WHERE subject <> '';
  CREATE INDEX reject_key_schema ON reject(key_schema) WHERE key_schema >= 0;
  CREATE INDEX reject_value_schema ON reject(value_schema) WHERE value_schema >= 0;
  CREATE INDEX reject_key ON reject(key_hash) WHERE key_hash IS NOT NULL;
  CREATE INDEX reject_fingerprint ON reject(fingerprint);
  CREATE INDEX reject_closed ON reject(state) WHERE state <> 0;
  CREATE TABLE violation(row_no INTEGER NOT NULL, ordinal INTEGER NOT NULL, rule TEXT NOT NULL, shape TEXT NOT NULL,
    path TEXT NOT NULL, part INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
    fragment TEXT NOT NULL, action INTEGER NOT NULL, masked INTEGER NOT NULL,
    PRIMARY KEY(row_no, ordinal)) WITHOUT ROWID;
  CREATE INDEX violation_rule ON violation(rule);
  CREATE INDEX violation_shape ON violation(shape);
  CREATE TABLE fingerprint(fingerprint INTEGER PRIMARY KEY, topic TEXT NOT NULL, rule TEXT NOT NULL,
    shape TEXT NOT NULL, kind TEXT NOT NULL);
  CREATE TABLE alias(id BLOB PRIMARY KEY, row_no INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX alias_row ON alias(row_no);
)";

}  // namespace assay::rejects
