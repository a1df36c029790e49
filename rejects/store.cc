#include "rejects/store.h"

#include <fmt/format.h>

#include <future>
#include <utility>

#include "io/sqlite/folder_lock.h"
#include "rejects/cursor.h"
#include "rejects/filter_sql.h"
#include "rejects/indexer.h"
#include "rejects/journal.h"
#include "rejects/pack.h"
#include "rejects/query.h"
#include "rejects/reader_pool.h"

namespace assay::rejects {
namespace {

constexpr std::size_t kPageMax = 1'000, kGroupsMax = 10'000, kIdsMax = 10'000;
// How long a change of state waits for the disk; it has no producer behind it that would give up.
constexpr auto kStateWait = std::chrono::seconds(30);

// What is asked wrongly is told before the files are touched, so that it is not taken for damage.
Result<void> check(const RejectFilter& filter, std::size_t limit, std::size_t max) {
  if (limit < 1 || limit > max)
    return Error(ErrorCode::invalid, fmt::format("the limit must be 1 to {}", max));
  if (auto sql = FilterSql::make(filter); !sql) return sql.error();
  return {};
}

Result<std::optional<std::uint64_t>> row_of_cursor(std::string_view cursor) {
  if (cursor.empty()) return std::optional<std::uint64_t>();
  auto row = parse_cursor(cursor);
  if (!row) return row.error();
  return std::optional(*row);
}

Error no_such(const Ulid& id) {
  return {ErrorCode::not_found, fmt::format("there is no reject {}", id.text())};
}

Result<std::filesystem::path> make_folder(const std::filesystem::path& data_dir) {
  const auto folder = data_dir / "rejects";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  // What producers sent is nobody else's to read.
  if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  if (error) return Error(ErrorCode::io, fmt::format("{}: {}", folder.string(), error.message()));
  return folder;
}

}  // namespace

struct RejectStore::Parts {
  Parts(StoreOptions given, const Clock& the_clock, io::FolderLock held)
      : options(std::move(given)), clock(the_clock), lock(std::move(held)) {}

  const io::SealKey* seal_key() const { return options.seal_key ? &*options.seal_key : nullptr; }

  // Packed on the caller's thread: nothing secret waits in the queue, and the writer only writes.
  Result<std::vector<Entry>> pack(std::vector<Draft> drafts) const {
    std::vector<Entry> entries;
    entries.reserve(drafts.size());
    for (Draft& draft : drafts) {
      auto entry = pack_draft(std::move(draft), seal_key());
      if (!entry) return entry.error();
      entries.push_back(std::move(*entry));
    }
    return entries;
  }

  void catch_up() { indexer->wait_for(journal->head(), options.catch_up_wait_ms); }
  std::uint64_t not_indexed() const {
    const std::uint64_t indexed = indexer->indexed();
    return journal->head() > indexed ? journal->head() - indexed : 0;
  }

  // Damage is for the index thread to mend; the caller may come again.
  Error index_error(const Error& error) {
    if (error.code() != ErrorCode::invalid) return error;
    indexer->request_rebuild();
    return {ErrorCode::unavailable, "the reject index is damaged and is made anew"};
  }

  Result<std::optional<NumberedRow>> find(const Ulid& id);
  Result<std::optional<NumberedRow>> find_in_journal(Reader& reader, std::uint64_t after, const Ulid& id);

  const StoreOptions options;
  const Clock& clock;
  io::FolderLock lock;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Indexer> indexer;
  std::unique_ptr<ReaderPool> readers;
};

Result<std::optional<NumberedRow>> RejectStore::Parts::find(const Ulid& id) {
  const std::uint64_t head = journal->head();
  for (bool waited = false;; waited = true) {
    if (waited) indexer->wait_for(head, options.catch_up_wait_ms);
    // Asked before the look, so that what is indexed meanwhile is not passed over.
    const std::uint64_t indexed = indexer->indexed();
    auto reader = readers->take();
    if (!reader) return reader.error();
    auto found = find_row((*reader)->index, id);
    if (!found) return index_error(found.error());
    const bool made_anew = (*reader)->generation != indexer->generation();
    if (*found || (indexed >= head && !made_anew)) return found;
    if (waited) return find_in_journal(**reader, made_anew ? 0 : indexed, id);
  }
}

Result<std::optional<NumberedRow>> RejectStore::Parts::find_in_journal(Reader& reader, std::uint64_t after,
                                                                       const Ulid& id) {
  std::optional<NumberedRow> found;
  const auto read = reader.journal.each_with_id(after, id, [&](const StoredEntry& entry) {
    const auto draft = unpack_draft(entry.body);
    for (std::size_t i = 0; draft && i < draft->records.size() && !found; ++i) {
      if (draft->records[i].id == id) found = NumberedRow{row_number(entry.seq, i), row_of(*draft, i)};
    }
    return !found;
  });
  if (!read) return read.error();
  return found;
}

Result<std::unique_ptr<RejectStore>> RejectStore::open(const std::filesystem::path& data_dir,
                                                       const StoreOptions& options, const Limits& limits,
                                                       Metrics& metrics, const Clock& clock) {
  auto folder = make_folder(data_dir);
  if (!folder) return folder.error();
  auto lock = io::FolderLock::take(*folder);
  if (!lock) return lock.error();
  const auto journal_path = *folder / "journal.db", index_path = *folder / "index.db";
  auto parts = std::make_unique<Parts>(options, clock, std::move(*lock));
  auto journal = Journal::open(journal_path, options.vfs, limits, metrics, clock,
                               [&parts = *parts] { parts.indexer->wake(); });
  if (!journal) return journal.error();
  parts->journal = std::move(*journal);
  IndexerOptions indexing{journal_path,
                          index_path,
                          options.vfs,
                          options.retention_age_ms,
                          options.retention_bytes,
                          options.retry_window_ms,
                          options.maintenance_period_ms};
  auto indexer = Indexer::open(std::move(indexing), *parts->journal, metrics, clock);
  if (!indexer) return indexer.error();
  parts->indexer = std::move(*indexer);
  parts->readers = std::make_unique<ReaderPool>(
      ReaderPool::Source{journal_path, index_path, options.vfs, &parts->indexer->files(),
                         [&indexer = *parts->indexer] { return indexer.generation(); }});
  return std::unique_ptr<RejectStore>(new RejectStore(std::move(parts)));
}

RejectStore::RejectStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

RejectStore::~RejectStore() {
  // The writer wakes the index thread, which reads the journal: so the writer ends first, its file last.
  parts_->journal->close();
  parts_->readers.reset();
  parts_->indexer.reset();
}

void RejectStore::keep(std::vector<Draft> drafts, Ticket ticket) {
  auto entries = parts_->pack(std::move(drafts));
  if (entries) return parts_->journal->append(std::move(*entries), std::move(ticket));
  parts_->journal->refuse(std::move(ticket), Error(ErrorCode::io, entries.error().message()));
}

void RejectStore::keep_if_possible(std::vector<Draft> drafts) {
  std::uint64_t records = 0;
  for (const Draft& draft : drafts) records += draft.violating.size();
  auto entries = parts_->pack(std::move(drafts));
  if (entries) return parts_->journal->append_if_possible(std::move(*entries));
  parts_->journal->lose(records);
}

void RejectStore::count(std::vector<Evaluated> evaluated) {
  parts_->journal->count(std::move(evaluated));
}

bool RejectStore::seals_payloads() const {
  return parts_->options.seal_key.has_value();
}

bool RejectStore::writable() const {
  return parts_->journal->writable();
}

Result<RejectPage> RejectStore::list(const RejectFilter& filter, std::size_t limit, std::string_view cursor) {
  if (auto good = check(filter, limit, kPageMax); !good) return good.error();
  auto before = row_of_cursor(cursor);
  if (!before) return before.error();
  parts_->catch_up();
  const std::uint64_t not_indexed = parts_->not_indexed();
  auto reader = parts_->readers->take();
  if (!reader) return reader.error();
  auto page = list_rows((*reader)->index, filter, limit, *before);
  if (!page) return parts_->index_error(page.error());
  page->not_indexed = not_indexed;
  return page;
}

Result<RejectPage> RejectStore::tail(const RejectFilter& filter, std::size_t limit, std::string_view cursor) {
  if (auto good = check(filter, limit, kPageMax); !good) return good.error();
  auto after = row_of_cursor(cursor);
  if (!after) return after.error();
  parts_->catch_up();
  const std::uint64_t not_indexed = parts_->not_indexed();
  auto reader = parts_->readers->take();
  if (!reader) return reader.error();
  auto page = tail_rows((*reader)->index, filter, limit, *after);
  if (!page) return parts_->index_error(page.error());
  page->not_indexed = not_indexed;
  return page;
}

Result<RejectRow> RejectStore::find(const Ulid& id) {
  auto found = parts_->find(id);
  if (!found) return found.error();
  if (!*found) return no_such(id);
  return std::move((*found)->row);
}

Result<RejectPayload> RejectStore::payload(const Ulid& id, bool unseal) {
  auto found = parts_->find(id);
  if (!found) return found.error();
  if (!*found) return no_such(id);
  const NumberedRow& row = **found;
  const PayloadState state = row.row.payload;
  if (state == PayloadState::dropped) {
    return Error(ErrorCode::not_found, "the payload holds a masked field and was not kept");
  }
  if (state == PayloadState::sealed && (!unseal || !seals_payloads())) {
    return Error(ErrorCode::denied, unseal ? "the payload is sealed, and no key is configured"
                                           : "the payload holds a masked field and is sealed");
  }
  auto reader = parts_->readers->take();
  if (!reader) return reader.error();
  auto body = (*reader)->journal.body(seq_of(row.row_no));
  if (!body) return body.error().code() == ErrorCode::not_found ? no_such(id) : body.error();
  auto draft = unpack_draft(*body);
  if (!draft) return Error(ErrorCode::internal, "the journal's entry: " + draft.error().message());
  const std::size_t position = position_of(row.row_no);
  if (position >= draft->records.size())
    return Error(ErrorCode::internal, "the journal's entry has other records");
  const StoredRecord& record = draft->records[position];
  if (state == PayloadState::plain) return unpack_payload(record.payload);
  auto plain = io::unseal(*parts_->seal_key(), record.payload, record.id.bytes);
  if (!plain) return plain.error();
  auto payload = unpack_payload(*plain);
  io::wipe(*plain);
  return payload;
}

Result<std::vector<StatsRow>> RejectStore::stats(const RejectFilter& filter, StatsGroup group,
                                                 std::size_t limit) {
  if (auto good = check(filter, limit, kGroupsMax); !good) return good.error();
  parts_->journal->flush(parts_->options.catch_up_wait_ms);
  parts_->catch_up();
  auto reader = parts_->readers->take();
  if (!reader) return reader.error();
  auto rows = group_rows((*reader)->index, filter, group, limit);
  if (!rows) return parts_->index_error(rows.error());
  auto added = add_evaluated((*reader)->journal.database(), filter, group, *rows);
  if (!added) return added.error();
  return rows;
}

Result<std::uint64_t> RejectStore::set_state(std::span<const Ulid> ids, RejectState state) {
  if (ids.empty()) return 0;
  if (ids.size() > kIdsMax) return Error(ErrorCode::invalid, fmt::format("at most {} ids at once", kIdsMax));
  std::vector<Entry> entries;
  entries.push_back(pack_state_change({state, {ids.begin(), ids.end()}}, parts_->clock.now_ms()));
  auto told = std::make_shared<std::promise<Result<void>>>();
  auto durable = told->get_future();
  parts_->journal->append(std::move(entries),
                          [told](Result<void> result) { told->set_value(std::move(result)); });
  if (durable.wait_for(kStateWait) != std::future_status::ready) {
    return Error(ErrorCode::unavailable, "the reject journal does not answer; the change may still be made");
  }
  if (auto result = durable.get(); !result) return result.error();
  if (!parts_->indexer->wait_for(parts_->journal->head(), parts_->options.catch_up_wait_ms)) {
    return Error(ErrorCode::unavailable, "the change is kept, but not visible yet: the index is behind");
  }
  auto reader = parts_->readers->take();
  if (!reader) return reader.error();
  auto rows = count_rows((*reader)->index, ids);
  if (!rows) return parts_->index_error(rows.error());
  return rows;
}

}  // namespace assay::rejects
