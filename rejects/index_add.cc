// How a stored draft becomes rows, and how a retry does not.
#include <xxhash.h>

#include <algorithm>

#include "rejects/fingerprint.h"
#include "rejects/index_file.h"

namespace assay::rejects {
namespace {

constexpr std::size_t kKnownFingerprintsMax = 100'000;

// "10.0.0.7" of "10.0.0.7:51234": the port changes with every connection.
std::string_view host_of(std::string_view address) {
  return address.substr(0, address.rfind(':'));
}

// Equal for equal records, to tell a retry from other data under the same sequence. Of a masked record
// nothing of its own may be kept: the batch's checksum has to do.
std::int64_t content_of(const StoredDraft& draft, const StoredRecord& record) {
  if (record.payload_state != PayloadState::plain) return draft.crc;
  return as_sql(XXH3_64bits_withSeed(record.payload.data(), record.payload.size(),
                                     static_cast<std::uint64_t>(record.timestamp_ms)));
}

}  // namespace

RejectRow row_of(const StoredDraft& draft, std::size_t position) {
  const StoredRecord& record = draft.records[position];
  RejectRow row;
  row.id = record.id;
  row.time_ms = row.first_seen_ms = row.last_seen_ms = draft.time_ms;
  row.topic = draft.topic;
  row.partition = draft.partition;
  row.payload = record.payload_state;
  row.value_bytes = record.value_bytes;
  if (record.payload_state == PayloadState::plain) {
    const auto key = unpack_payload_key(record.payload);
    if (key && *key) row.key.emplace((*key)->begin(), (*key)->end());
  }
  row.timestamp_ms = record.timestamp_ms;
  row.key_schema_id = record.key_schema_id;
  row.value_schema_id = record.value_schema_id;
  row.subject = record.subject;
  row.client = draft.client;
  row.rule_set_version = draft.rule_set_version;
  row.outcome = draft.outcome;
  row.batch = draft.batch;
  row.batch_records = draft.batch_records;
  row.batch_violating = static_cast<std::uint32_t>(draft.records.size() + draft.more.size());
  row.record_index = record.index;
  row.violations = record.violations;
  if (const Violation* lead = leading(row.violations); lead != nullptr) {
    row.fingerprint =
        fingerprint_text(fingerprint(row.topic, lead->rule, path_shape(full_path(*lead)), lead->kind));
  } else {
    row.fingerprint = fingerprint_text(fingerprint(row.topic, {}, {}, {}));
  }
  return row;
}

Result<void> IndexFile::add_draft(std::uint64_t seq, const StoredDraft& draft) {
  auto known = known_records(draft);
  if (!known) return known.error();
  std::vector<std::size_t> fresh;
  for (std::size_t i = 0; i < draft.records.size(); ++i) {
    const StoredRecord& record = draft.records[i];
    const auto found = known->find({record.index, content_of(draft, record)});
    if (found == known->end()) {
      fresh.push_back(i);
    } else if (auto done = raise(found->second, record, draft.time_ms); !done) {
      return done;
    }
  }
  if (fresh.empty() && !known->empty()) return {};
  if (auto done = add_batch(seq, draft); !done) return done;
  for (const std::size_t position : fresh) {
    if (auto done = add_row(seq, draft, position); !done) return done;
  }
  return {};
}

Result<IndexFile::Known> IndexFile::known_records(const StoredDraft& draft) {
  io::Statement& batches = statements_[kFindBatches];
  batches.bind(1, draft.producer_id).bind(2, draft.base_sequence).bind(3, draft.producer_epoch);
  batches.bind(4, draft.topic).bind(5, draft.partition).bind(6, static_cast<std::int64_t>(draft.outcome));
  batches.bind(7, draft.crc).bind(8, std::string_view(draft.client.client_id));
  batches.bind(9, std::string_view(draft.client.principal)).bind(10, host_of(draft.client.address));
  batches.bind(11, draft.time_ms - retry_window_ms_).bind(12, draft.time_ms + retry_window_ms_);
  std::vector<std::uint64_t> seqs;
  Known known;
  while (true) {
    auto row = batches.step();
    if (!row) return row.error();
    if (!*row) break;
    seqs.push_back(static_cast<std::uint64_t>(batches.integer(0)));
  }
  batches.reset();
  // Newest first: the newest row of equal ones is the one that a retry raises.
  io::Statement& records = statements_[kFindRecords];
  for (const std::uint64_t seq : seqs) {
    records.bind(1, as_sql(row_number(seq, 0))).bind(2, as_sql(row_number(seq, kRowsPerEntryMax - 1)));
    while (true) {
      auto row = records.step();
      if (!row) return row.error();
      if (!*row) break;
      known.try_emplace({static_cast<std::uint32_t>(records.integer(1)), records.integer(2)},
                        static_cast<std::uint64_t>(records.integer(0)));
    }
    records.reset();
  }
  return known;
}

Result<void> IndexFile::raise(std::uint64_t row_no, const StoredRecord& record, EpochMs time_ms) {
  auto done = statements_[kRaiseRow].bind(1, as_sql(row_no)).bind(2, time_ms).run();
  if (done) done = statements_[kRaiseBatch].bind(1, as_sql(seq_of(row_no))).bind(2, time_ms).run();
  // The producer was told the retry's own id: it leads to the row.
  if (done) done = statements_[kInsertAlias].bind(1, Bytes(record.id.bytes)).bind(2, as_sql(row_no)).run();
  return done;
}

Result<void> IndexFile::add_batch(std::uint64_t seq, const StoredDraft& draft) {
  if (high_ms_ && *high_ms_ - draft.time_ms > disorder_ms_) {
    disorder_ms_ = *high_ms_ - draft.time_ms;
    if (auto done = set_meta("disorder", disorder_ms_); !done) return done;
  }
  high_ms_ = std::max(high_ms_.value_or(draft.time_ms), draft.time_ms);
  io::Statement& insert = statements_[kInsertBatch];
  insert.bind(1, as_sql(seq)).bind(2, Bytes(draft.batch.bytes)).bind(3, draft.time_ms).bind(4, *high_ms_);
  insert.bind(5, draft.time_ms).bind(6, draft.topic).bind(7, draft.partition);
  insert.bind(8, static_cast<std::int64_t>(draft.outcome)).bind(9, std::string_view(draft.client.client_id));
  insert.bind(10, std::string_view(draft.client.software)).bind(11, std::string_view(draft.client.principal));
  insert.bind(12, std::string_view(draft.client.address)).bind(13, host_of(draft.client.address));
  insert.bind(14, draft.rule_set_version).bind(15, draft.producer_id).bind(16, draft.producer_epoch);
  insert.bind(17, draft.base_sequence).bind(18, draft.crc).bind(19, draft.batch_records);
  insert.bind(20, as_sql(draft.records.size() + draft.more.size())).bind(21, as_sql(draft.more.size()));
  return insert.run();
}

Result<void> IndexFile::add_row(std::uint64_t seq, const StoredDraft& draft, std::size_t position) {
  const RejectRow row = row_of(draft, position);
  const std::uint64_t row_no = row_number(seq, position);
  io::Statement& insert = statements_[kInsertRow];
  insert.bind(1, as_sql(row_no)).bind(2, Bytes(row.id.bytes)).bind(3, row.time_ms);
  insert.bind(4, std::string_view(row.topic))
      .bind(5, row.partition)
      .bind(6, static_cast<std::int64_t>(row.outcome));
  insert.bind(7, std::string_view(row.client.client_id)).bind(8, std::string_view(row.client.principal));
  insert.bind(9, std::string_view(row.subject)).bind(10, row.key_schema_id).bind(11, row.value_schema_id);
  if (row.key) {
    insert.bind(12, as_sql(XXH3_64bits(row.key->data(), row.key->size()))).bind(13, Bytes(*row.key));
  } else {
    insert.bind_null(12).bind_null(13);
  }
  insert.bind(14, row.value_bytes)
      .bind(15, static_cast<std::int64_t>(row.payload))
      .bind(16, row.timestamp_ms);
  insert.bind(17, row.record_index).bind(18, content_of(draft, draft.records[position]));
  insert.bind(19, as_sql(*parse_fingerprint(row.fingerprint))).bind(20, static_cast<std::int64_t>(row.state));
  if (auto done = insert.run(); !done) return done;
  if (database_.changes() == 0) return {};
  if (auto done = add_fingerprint(row); !done) return done;
  return add_violations(row_no, row);
}

Result<void> IndexFile::add_fingerprint(const RejectRow& row) {
  const std::uint64_t value = *parse_fingerprint(row.fingerprint);
  if (known_fingerprints_.contains(value)) return {};
  if (known_fingerprints_.size() >= kKnownFingerprintsMax) known_fingerprints_.clear();
  known_fingerprints_.insert(value);
  const Violation* lead = leading(row.violations);
  io::Statement& insert = statements_[kInsertFingerprint];
  insert.bind(1, as_sql(value)).bind(2, std::string_view(row.topic));
  insert.bind(3, std::string_view(lead == nullptr ? "" : lead->rule));
  insert.bind(4, std::string_view(lead == nullptr ? "" : path_shape(full_path(*lead))));
  insert.bind(5, std::string_view(lead == nullptr ? "" : lead->kind));
  return insert.run();
}

Result<void> IndexFile::add_violations(std::uint64_t row_no, const RejectRow& row) {
  io::Statement& insert = statements_[kInsertViolation];
  std::int64_t ordinal = 0;
  for (const Violation& violation : row.violations) {
    insert.bind(1, as_sql(row_no)).bind(2, ordinal++).bind(3, std::string_view(violation.rule));
    insert.bind(4, std::string_view(path_shape(full_path(violation))))
        .bind(5, std::string_view(violation.path));
    insert.bind(6, static_cast<std::int64_t>(violation.part)).bind(7, std::string_view(violation.kind));
    insert.bind(8, std::string_view(violation.reason)).bind(9, std::string_view(violation.fragment));
    insert.bind(10, static_cast<std::int64_t>(violation.action)).bind(11, violation.masked ? 1 : 0);
    if (auto done = insert.run(); !done) return done;
  }
  return {};
}

}  // namespace assay::rejects
