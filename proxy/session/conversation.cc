#include "proxy/session/conversation.h"

#include <utility>

#include "kafka/messages/api_versions.h"

namespace assay::proxy {
namespace {

// What of a client's own words is kept with its rejects.
constexpr std::size_t kNameBytesMax = 256;

template <class Change>
std::shared_ptr<const rejects::Client> changed(const rejects::Client& client, Change change) {
  auto out = std::make_shared<rejects::Client>(client);
  change(*out);
  return out;
}

}  // namespace

Conversation::Conversation(const ConversationOptions& with, Surroundings& around, std::string peer_address)
    : options(with), surroundings(around) {
  auto client = std::make_shared<rejects::Client>();
  client->address = std::move(peer_address);
  client_ = std::move(client);
}

void Conversation::client_id_seen(std::string_view client_id) {
  client_id = client_id.substr(0, kNameBytesMax);
  if (client_->client_id == client_id) return;
  client_ = changed(*client_, [&](rejects::Client& client) { client.client_id = client_id; });
}

void Conversation::software_seen(std::string_view name, std::string_view version) {
  std::string software(name.substr(0, kNameBytesMax));
  if (!version.empty()) software.append(" ").append(version.substr(0, kNameBytesMax));
  if (client_->software == software) return;
  client_ = changed(*client_, [&](rejects::Client& client) { client.software = std::move(software); });
}

void Conversation::principal_seen(std::string principal) {
  principal.resize(std::min(principal.size(), kNameBytesMax));
  if (client_->principal == principal) return;
  client_ = changed(*client_, [&](rejects::Client& client) { client.principal = std::move(principal); });
}

bool Conversation::lowers_produce(std::int16_t version) const {
  return version == kafka::kProduceVersionWithRecordErrors &&
         produce_ends_at_7.value_or(surroundings.produce_ends_at_7());
}

void Conversation::kept(std::uint64_t slot_number, bool durable) {
  Slot* slot = pending.find(slot_number);
  if (slot == nullptr || !slot->local || !slot->local->keeping) return;
  LocalPart& part = *slot->local;
  part.keeping = false;
  if (!durable) part.answers = std::move(part.unless_kept);
  part.unless_kept.clear();
  if (slot->source == Slot::Source::local) answer_here(*slot);
}

void answer_here(Slot& slot) {
  const auto response =
      merge_response(slot.correlation_id, slot.local->requested, std::move(slot.local->answers), nullptr);
  kafka::encode(response, slot.api_version, slot.bytes);
  slot.local.reset();
}

}  // namespace assay::proxy
