#include "registry/store/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::registry {
namespace {

constexpr std::string_view kModes[] = {"READWRITE", "READONLY", "IMPORT"};

Refused broken(const Error& error) {
  return {Refusal::store, error.message()};
}

Refused no_subject(const std::string& subject) {
  return {Refusal::subject_unknown, fmt::format("Subject '{}' not found.", subject)};
}

Refused no_version(std::int32_t version) {
  return {Refusal::version_unknown, fmt::format("Version {} not found.", version)};
}

}  // namespace

std::string_view to_string(Mode mode) {
  return kModes[static_cast<std::size_t>(mode)];
}

std::optional<Mode> parse_mode(std::string_view name) {
  for (const Mode mode : {Mode::read_write, Mode::read_only, Mode::import}) {
    if (name == to_string(mode)) return mode;
  }
  return std::nullopt;
}

Registry::Registry(Store& store, const Limits& limits, ParseSchema parse, const Clock& clock)
    : store_(store), limits_(limits), clock_(clock), parse_(parse) {}

Outcome<Registered> Registry::found(const StoredVersion& version) {
  auto schema = store_.by_id(version.id);
  if (!schema) return broken(schema.error());
  if (!*schema)
    return Refused{Refusal::store, fmt::format("schema {} of {} is missing", version.id, version.subject)};
  return Registered{version, std::move(**schema)};
}

Outcome<std::optional<Registered>> Registry::search(const std::string& subject, const SchemaContent& content,
                                                    bool deleted_too) {
  auto schema = store_.by_guid(guid_of(content), content.format);
  if (!schema) return broken(schema.error());
  if (!*schema || (*schema)->content != content) return std::optional<Registered>{};
  const auto versions = store_.versions_of(subject);
  if (!versions) return broken(versions.error());
  // The newest, as Confluent's registry does when a deleted schema was registered again.
  const auto last = std::find_if(versions->rbegin(), versions->rend(), [&](const StoredVersion& version) {
    return version.id == (*schema)->id && (deleted_too || !version.deleted);
  });
  if (last == versions->rend()) return std::optional<Registered>{};
  return std::optional<Registered>{Registered{*last, std::move(**schema)}};
}

Outcome<void> Registry::check_mode(const std::string& subject, std::int32_t id) {
  const auto mode = mode_of(subject);
  if (!mode) return mode.error();
  if (*mode == Mode::read_only) {
    return Refused{Refusal::read_only, fmt::format("Subject {} is in read-only mode", subject)};
  }
  if (*mode == Mode::import && id == 0) {
    return Refused{Refusal::id_missing,
                   fmt::format("Subject {} is in import mode: the id must be given", subject)};
  }
  if (*mode != Mode::import && id != 0) {
    return Refused{Refusal::id_not_asked,
                   fmt::format("Subject {} is not in import mode: no id can be given", subject)};
  }
  return {};
}

Outcome<void> Registry::check_text(const SchemaContent& content) {
  const auto references = resolve(content.references);
  if (!references) return references.error();
  const auto parsed = parse_(content.format, content.text, *references, limits_);
  if (parsed) return {};
  const bool large = parsed.error().code() == ErrorCode::too_large;
  return Refused{
      large ? Refusal::schema_too_large : Refusal::schema_invalid,
      fmt::format("Invalid schema of type {}: {}", to_string(content.format), parsed.error().message())};
}

Outcome<void> Registry::check(SchemaContent content) {
  normalise(content);
  if (auto settled = settle_references(content); !settled) return settled;
  return check_text(content);
}

Outcome<Registered> Registry::add(const std::string& subject, SchemaContent content, std::int32_t id,
                                  std::int32_t version) {
  if (content.text.size() > limits_.schema_bytes_max) {
    return Refused{Refusal::schema_too_large,
                   fmt::format("Schema is larger than {} bytes", limits_.schema_bytes_max)};
  }
  normalise(content);
  const std::lock_guard lock(writing_);
  if (const auto settled = settle_references(content); !settled) return settled.error();
  auto existing = search(subject, content, false);
  if (!existing) return existing.error();
  if (*existing && (id == 0 || id == (*existing)->schema.id)) return std::move(**existing);
  if (const auto allowed = check_mode(subject, id); !allowed) return allowed.error();

  if (const auto readable = check_text(content); !readable) return readable.error();
  const schema::Guid guid = guid_of(content);
  auto added = store_.add(subject, content, guid, id, version, clock_.now_ms());
  if (!added) {
    const bool taken = added.error().code() == ErrorCode::conflict;
    return Refused{taken ? Refusal::id_taken : Refusal::store, added.error().message()};
  }
  StoredSchema schema{added->id, guid, std::move(content)};
  return Registered{std::move(*added), std::move(schema)};
}

Outcome<Registered> Registry::find(const std::string& subject, SchemaContent content, bool deleted_too) {
  const auto versions = store_.versions_of(subject);
  if (!versions) return broken(versions.error());
  const bool known = std::any_of(versions->begin(), versions->end(), [&](const StoredVersion& version) {
    return deleted_too || !version.deleted;
  });
  if (!known) return no_subject(subject);
  normalise(content);
  const Refused unknown{Refusal::schema_unknown, "Schema not found"};
  if (const auto settled = settle_references(content); !settled) {
    return settled.error().reason == Refusal::reference_missing ? unknown : settled.error();
  }
  auto existing = search(subject, content, deleted_too);
  if (!existing) return existing.error();
  if (!*existing) return unknown;
  return std::move(**existing);
}

Outcome<Registered> Registry::version(const std::string& subject, std::int32_t version, bool deleted_too) {
  const auto versions = store_.versions_of(subject);
  if (!versions) return broken(versions.error());
  const StoredVersion* best = nullptr;
  bool any = false;
  for (const StoredVersion& candidate : *versions) {
    if (candidate.deleted && !deleted_too) continue;
    any = true;
    if (version == 0 || candidate.version == version) best = &candidate;  // ascending: the last is the latest
  }
  if (!any) return no_subject(subject);
  if (best == nullptr) return no_version(version);
  return found(*best);
}

Outcome<std::vector<std::int32_t>> Registry::remove(const std::string& subject, std::int32_t version,
                                                    Deletion deletion) {
  const std::lock_guard lock(writing_);
  const auto mode = mode_of(subject);
  if (!mode) return mode.error();
  if (*mode == Mode::read_only) {
    return Refused{Refusal::read_only, fmt::format("Subject {} is in read-only mode", subject)};
  }
  const auto versions = store_.versions_of(subject);
  if (!versions) return broken(versions.error());
  if (versions->empty()) return no_subject(subject);
  const bool permanent = deletion == Deletion::permanent;
  const bool whole = version == 0;
  std::vector<std::int32_t> gone;
  bool seen = false, alive = false;
  for (const StoredVersion& candidate : *versions) {
    if (!whole && candidate.version != version) continue;
    seen = true;
    alive = alive || !candidate.deleted;
    if (permanent || !candidate.deleted) gone.push_back(candidate.version);
  }
  if (!seen) return no_version(version);
  if (permanent && alive) {
    return whole
               ? Refused{Refusal::subject_not_deleted,
                         fmt::format("Subject '{}' was not deleted first before being permanently deleted",
                                     subject)}
               : Refused{Refusal::version_not_deleted,
                         fmt::format(
                             "Subject '{}' Version {} was not deleted first before being permanently deleted",
                             subject, version)};
  }
  if (!permanent && !alive) {
    return whole
               ? Refused{Refusal::subject_deleted,
                         fmt::format(
                             "Subject '{}' was soft deleted. Set permanent=true to delete permanently",
                             subject)}
               : Refused{
                     Refusal::version_deleted,
                     fmt::format(
                         "Subject '{}' Version {} was soft deleted. Set permanent=true to delete permanently",
                         subject, version)};
  }
  for (const std::int32_t one : gone) {
    const auto users = store_.referring_to(subject, one);
    if (!users) return broken(users.error());
    if (!users->empty()) {
      return Refused{
          Refusal::referenced,
          fmt::format("One or more references exist to the schema of subject {}, version {}", subject, one)};
    }
  }
  const auto removed = store_.remove(subject, version, deletion);
  if (!removed) return broken(removed.error());
  return gone;
}

Outcome<void> Registry::settle_references(SchemaContent& content) {
  for (SchemaReference& reference : content.references) {
    const std::int32_t asked = std::max(reference.version, 0);
    const auto found = version(reference.subject, asked, false);
    if (!found) {
      if (found.error().reason == Refusal::store) return found.error();
      return Refused{Refusal::reference_missing,
                     fmt::format("No schema reference found for subject \"{}\" and version {}",
                                 reference.subject, reference.version)};
    }
    reference.version = found->version.version;
  }
  return {};
}

}  // namespace assay::registry
