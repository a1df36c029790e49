// What a journal entry's body is (primitives: pack_codec.h):
//
//   body         := version:u8 = 1 · fields · checksum:8         checksum: XXH3-64 of all before it, little
//   endian fields       := draft | state_change                         which one: the entry's kind draft :=
//   time:svar outcome:u8 topic:str partition:svar client rule_set:str batch:16 producer_id:svar
//                   epoch:svar sequence:svar crc:var batch_records:var count:var record{count} more:bytes
//   client       := client_id:str software:str principal:str address:str
//   record       := id:16 index:var timestamp:svar key_schema:svar value_schema:svar subject:str
//   payload_state:u8
//                   payload:bytes value_bytes:svar count:var violation{count}
//   payload      := key:nbytes value:nbytes count:var (name:str value:nbytes){count}      plain, or what was
//   sealed violation    := rule:str part:u8 path:str kind:str reason:str fragment:str action:u8 masked:u8
//   more         := bit i (bit i % 8 of octet i / 8) is record i of the batch; the last octet is not zero
//   state_change := state:u8 count:var id:16{count}
#include "rejects/pack.h"

#include <xxhash.h>

#include "rejects/pack_codec.h"

namespace assay::rejects {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::size_t kViolationBytesMin = 8, kRecordBytesMin = 25, kHeaderBytesMin = 2;

void finish(Buffer& body) {
  const std::uint64_t sum = XXH3_64bits(body.data(), body.size());
  for (std::size_t i = 0; i < kChecksumBytes; ++i) body.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
}

Result<Bytes> open_body(Bytes body) {
  if (body.size() < 1 + kChecksumBytes) return Error(ErrorCode::truncated, "the entry is too short");
  const Bytes checked = body.first(body.size() - kChecksumBytes);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kChecksumBytes; ++i) {
    sum |= static_cast<std::uint64_t>(body[checked.size() + i]) << (8 * i);
  }
  if (sum != XXH3_64bits(checked.data(), checked.size())) {
    return Error(ErrorCode::invalid, "the entry's checksum is wrong");
  }
  if (checked[0] != kVersion)
    return Error(ErrorCode::unsupported, "the entry was written by a newer version");
  return checked.subspan(1);
}

void pack_violation(Packer& to, const Violation& violation, bool masked_record) {
  to.str(violation.rule);
  to.u8(static_cast<std::uint8_t>(violation.part));
  to.str(violation.path);
  to.str(violation.kind);
  to.str(violation.reason);
  // A fragment of a parent may hold the secret as well, so a masked record keeps none.
  to.str(masked_record ? std::string_view() : violation.fragment);
  to.u8(static_cast<std::uint8_t>(violation.action));
  to.u8(violation.masked ? 1 : 0);
}

void pack_payload(Buffer& out, const DraftRecord& record) {
  Packer to(out);
  to.nbytes(record.key);
  to.nbytes(record.value);
  to.var(record.headers.size());
  for (const auto& [name, value] : record.headers) {
    to.str(name);
    to.nbytes(value);
  }
}

void wipe_payload(DraftRecord& record) {
  if (record.key) io::wipe(*record.key);
  if (record.value) io::wipe(*record.value);
  for (auto& [name, value] : record.headers) {
    if (value) io::wipe(*value);
  }
}

bool has_payload(const DraftRecord& record) {
  return record.key || record.value || !record.headers.empty();
}

// The payload and its state; `scratch` is reused between records.
Result<void> pack_payload_of(Packer& to, DraftRecord& record, const io::SealKey* key, Buffer& scratch) {
  bool masked = record.masked;
  for (const Violation& violation : record.violations) masked = masked || violation.masked;
  record.masked = masked;
  const std::int64_t value_bytes = record.value ? static_cast<std::int64_t>(record.value->size()) : -1;
  if (masked && (key == nullptr || !has_payload(record))) {
    wipe_payload(record);
    to.u8(static_cast<std::uint8_t>(PayloadState::dropped));
    to.bytes({});
    to.svar(0);
    return {};
  }
  scratch.clear();
  pack_payload(scratch, record);
  if (!masked) {
    to.u8(static_cast<std::uint8_t>(PayloadState::plain));
    to.bytes(scratch);
  } else {
    auto sealed = io::seal(*key, scratch, record.id.bytes);
    io::wipe(scratch);
    wipe_payload(record);
    if (!sealed) return sealed.error();
    to.u8(static_cast<std::uint8_t>(PayloadState::sealed));
    to.bytes(*sealed);
  }
  to.svar(value_bytes);
  return {};
}

Result<void> pack_record(Packer& to, DraftRecord& record, const io::SealKey* key, Buffer& scratch) {
  to.id(record.id);
  to.var(record.index);
  to.svar(record.timestamp_ms);
  to.svar(record.key_schema_id);
  to.svar(record.value_schema_id);
  to.str(record.subject);
  auto packed = pack_payload_of(to, record, key, scratch);
  if (!packed) return packed;
  to.var(record.violations.size());
  for (const Violation& violation : record.violations) pack_violation(to, violation, record.masked);
  return {};
}

Buffer bitmap_of(const std::vector<std::uint32_t>& indexes) {
  Buffer bits;
  for (const std::uint32_t index : indexes) {
    if (bits.size() <= index / 8) bits.resize(index / 8 + 1);
    bits[index / 8] = static_cast<std::uint8_t>(bits[index / 8] | (1U << (index % 8)));
  }
  return bits;
}

Violation unpack_violation(Unpacker& from) {
  Violation violation;
  violation.rule = from.str();
  violation.part = from.choice(Part::header);
  violation.path = from.str();
  violation.kind = from.str();
  violation.reason = from.str();
  violation.fragment = from.str();
  violation.action = from.choice(Action::reject);
  violation.masked = from.choice<std::uint8_t>(1) == 1;
  return violation;
}

StoredRecord unpack_record(Unpacker& from) {
  StoredRecord record;
  record.id = from.id();
  record.index = from.fit<std::uint32_t>();
  record.timestamp_ms = from.svar();
  record.key_schema_id = from.fit<std::int32_t>();
  record.value_schema_id = from.fit<std::int32_t>();
  record.subject = from.str();
  record.payload_state = from.choice(PayloadState::dropped);
  record.payload = from.bytes();
  record.value_bytes = from.svar();
  const std::size_t count = from.count(kViolationBytesMin);
  record.violations.reserve(count);
  for (std::size_t i = 0; i < count && from.ok(); ++i) record.violations.push_back(unpack_violation(from));
  return record;
}

}  // namespace

Result<Entry> pack_draft(Draft&& draft, const io::SealKey* key) {
  Entry entry{EntryKind::draft, draft.time_ms, {}, {}, 0, {}};
  while (draft.violating.size() > kRowsPerEntryMax) {
    draft.violating_more.push_back(draft.violating.back().index);
    wipe_payload(draft.violating.back());
    draft.violating.pop_back();
  }
  static const Client kNobody;
  const Client& client = draft.client ? *draft.client : kNobody;
  Packer to(entry.body);
  to.u8(kVersion);
  to.svar(draft.time_ms);
  to.u8(static_cast<std::uint8_t>(draft.outcome));
  to.str(draft.topic);
  to.svar(draft.partition);
  to.str(client.client_id);
  to.str(client.software);
  to.str(client.principal);
  to.str(client.address);
  to.str(draft.rule_set_version);
  to.id(draft.batch);
  to.svar(draft.producer_id);
  to.svar(draft.producer_epoch);
  to.svar(draft.base_sequence);
  to.var(draft.crc);
  to.var(draft.records);
  to.var(draft.violating.size());
  Buffer scratch;
  for (DraftRecord& record : draft.violating) {
    if (entry.records == 0 || record.id < entry.first_id) entry.first_id = record.id;
    if (entry.records == 0 || record.id > entry.last_id) entry.last_id = record.id;
    ++entry.records;
    auto packed = pack_record(to, record, key, scratch);
    if (!packed) return packed.error();
  }
  to.bytes(bitmap_of(draft.violating_more));
  finish(entry.body);
  return entry;
}

Entry pack_state_change(const StateChange& change, EpochMs time_ms) {
  Entry entry{EntryKind::state_change, time_ms, {}, {}, 0, {}};
  Packer to(entry.body);
  to.u8(kVersion);
  to.u8(static_cast<std::uint8_t>(change.state));
  to.var(change.ids.size());
  for (const Ulid& id : change.ids) to.id(id);
  finish(entry.body);
  return entry;
}

Result<StoredDraft> unpack_draft(Bytes body) {
  auto fields = open_body(body);
  if (!fields) return fields.error();
  return unpack_draft_fields(*fields);
}

Result<StoredDraft> unpack_draft_fields(Bytes fields) {
  Unpacker from(fields);
  StoredDraft draft;
  draft.time_ms = from.svar();
  draft.outcome = from.choice(Outcome::observed);
  draft.topic = from.str();
  draft.partition = from.fit<std::int32_t>();
  draft.client.client_id = from.str();
  draft.client.software = from.str();
  draft.client.principal = from.str();
  draft.client.address = from.str();
  draft.rule_set_version = from.str();
  draft.batch = from.id();
  draft.producer_id = from.svar();
  draft.producer_epoch = from.fit<std::int16_t>();
  draft.base_sequence = from.fit<std::int32_t>();
  draft.crc = from.fit<std::uint32_t>();
  draft.batch_records = from.fit<std::uint32_t>();
  const std::size_t count = from.count(kRecordBytesMin);
  if (count > kRowsPerEntryMax) from.fail();
  draft.records.reserve(from.ok() ? count : 0);
  for (std::size_t i = 0; i < count && from.ok(); ++i) draft.records.push_back(unpack_record(from));
  const Bytes bits = from.bytes();
  if (bits.size() > (1UL << 29) || (!bits.empty() && bits.back() == 0)) from.fail();
  if (!from.ok() || from.left() != 0) return Error(ErrorCode::invalid, "the entry's draft is malformed");
  for (std::size_t i = 0; i < bits.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      if ((bits[i] >> bit & 1U) != 0) draft.more.push_back(static_cast<std::uint32_t>(i * 8 + bit));
    }
  }
  return draft;
}

Result<StateChange> unpack_state_change(Bytes body) {
  auto fields = open_body(body);
  if (!fields) return fields.error();
  Unpacker from(*fields);
  StateChange change;
  change.state = from.choice(RejectState::discarded);
  const std::size_t count = from.count(sizeof(Ulid::bytes));
  change.ids.reserve(count);
  for (std::size_t i = 0; i < count; ++i) change.ids.push_back(from.id());
  if (!from.ok() || from.left() != 0)
    return Error(ErrorCode::invalid, "the entry's state change is malformed");
  return change;
}

Result<RejectPayload> unpack_payload(Bytes bytes) {
  const auto owned = [](std::optional<Bytes> view) {
    return view ? std::optional<Buffer>(std::in_place, view->begin(), view->end()) : std::nullopt;
  };
  Unpacker from(bytes);
  RejectPayload payload;
  payload.key = owned(from.nbytes());
  payload.value = owned(from.nbytes());
  const std::size_t count = from.count(kHeaderBytesMin);
  payload.headers.reserve(count);
  for (std::size_t i = 0; i < count && from.ok(); ++i) {
    std::string name(from.str());
    payload.headers.emplace_back(std::move(name), owned(from.nbytes()));
  }
  if (!from.ok() || from.left() != 0) return Error(ErrorCode::invalid, "the entry's payload is malformed");
  return payload;
}

Result<std::optional<Bytes>> unpack_payload_key(Bytes bytes) {
  Unpacker from(bytes);
  const auto key = from.nbytes();
  if (!from.ok()) return Error(ErrorCode::invalid, "the entry's payload is malformed");
  return key;
}

}  // namespace assay::rejects
