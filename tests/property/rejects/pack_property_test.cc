#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rejects/cursor.h"
#include "rejects/index_file.h"
#include "rejects/pack.h"
#include "tests/property/rejects/generators.h"

namespace assay::rejects::testing {
namespace {

RC_GTEST_PROP(RejectPack, DraftsComeBackWhole, (std::uint64_t seed)) {
  Random random(seed);
  const Draft draft = random_draft(random, 1);
  const Entry entry = pack_draft(Draft(draft), nullptr).value();
  const StoredDraft stored = unpack_draft(entry.body).value();
  const Client client = draft.client ? *draft.client : Client();
  RC_ASSERT(stored.time_ms == draft.time_ms);
  RC_ASSERT(stored.outcome == draft.outcome);
  RC_ASSERT(stored.topic == draft.topic);
  RC_ASSERT(stored.partition == draft.partition);
  RC_ASSERT(stored.client.client_id == client.client_id);
  RC_ASSERT(stored.client.principal == client.principal);
  RC_ASSERT(stored.client.address == client.address);
  RC_ASSERT(stored.batch == draft.batch);
  RC_ASSERT(stored.producer_id == draft.producer_id);
  RC_ASSERT(stored.producer_epoch == draft.producer_epoch);
  RC_ASSERT(stored.base_sequence == draft.base_sequence);
  RC_ASSERT(stored.crc == draft.crc);
  RC_ASSERT(stored.batch_records == draft.records);
  RC_ASSERT(stored.more == draft.violating_more);
  RC_ASSERT(stored.records.size() == draft.violating.size());
  for (std::size_t i = 0; i < stored.records.size(); ++i) {
    const DraftRecord& record = draft.violating[i];
    RC_ASSERT(stored.records[i].id == record.id);
    RC_ASSERT(stored.records[i].index == record.index);
    RC_ASSERT(stored.records[i].subject == record.subject);
    RC_ASSERT(stored.records[i].key_schema_id == record.key_schema_id);
    RC_ASSERT(stored.records[i].value_schema_id == record.value_schema_id);
    RC_ASSERT(stored.records[i].violations.size() == record.violations.size());
    if (stored.records[i].payload_state != PayloadState::plain) continue;
    const RejectPayload payload = unpack_payload(stored.records[i].payload).value();
    RC_ASSERT(payload.key == record.key);
    RC_ASSERT(payload.value == record.value);
    RC_ASSERT(payload.headers == record.headers);
  }
}

RC_GTEST_PROP(RejectPack, ChangedFieldsAreReadOrRefusedNeverTrusted, (std::uint64_t seed)) {
  Random random(seed);
  const Entry entry = pack_draft(random_draft(random, 1), nullptr).value();
  const std::size_t size = entry.body.size() - 9;
  const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[size]);
  std::copy_n(entry.body.begin() + 1, size, exact.get());
  exact[random.in<std::size_t>(0, size)] = static_cast<std::uint8_t>(random.in(0, 256));
  const auto stored = unpack_draft_fields({exact.get(), size});
  for (std::size_t i = 0; stored && i < stored->records.size(); ++i) {
    RC_ASSERT(row_of(*stored, i).id == stored->records[i].id);
  }
}

RC_GTEST_PROP(RejectCursor, ComesBack, (std::uint64_t row)) {
  RC_ASSERT(parse_cursor(cursor_text(row >> 1)).value() == row >> 1);
}

RC_GTEST_PROP(RejectCursor, OtherTextIsRefused, (std::string text)) {
  const auto parsed = parse_cursor(text);
  if (parsed) RC_ASSERT(cursor_text(*parsed) == text);
}

}  // namespace
}  // namespace assay::rejects::testing
