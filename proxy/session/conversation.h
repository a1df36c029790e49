// What both directions of one client's connection share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "kafka/messages/addresses.h"
#include "kafka/messages/produce.h"
#include "proxy/session/pending.h"
#include "rejects/draft.h"

namespace assay::proxy {

// What a conversation needs from outside, and tells it.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  virtual kafka::AddressMap& addresses() = 0;
  // A passing Metadata named a topic by its id.
  virtual void learn(const kafka::TopicId& id, std::string_view name) = 0;
  // A passing ApiVersions said whether its broker's Produce ends at v7; and what the last one said, for
  // clients that ask one connection and use another.
  virtual void produce_ends_at_7(bool ends) = 0;
  virtual bool produce_ends_at_7() const = 0;
  // A request was read, whatever becomes of it.
  virtual void on_request(std::int16_t api_key) = 0;
};

struct ConversationOptions {
  Limits limits;
  // The broker demands SASL: before it is through, nothing is kept or buffered for this client. Where it is
  // false, a SaslHandshake that passes has the same effect.
  bool require_sasl = false;
  // What the shell can hold of received bytes; at least 128 KiB, so that every header fits. Larger frames
  // that must be seen whole get memory of their own.
  std::size_t chunk_bytes = 256UL << 10;
};

// Turns the local part of a slot that nothing was forwarded for into the answer's bytes.
void answer_here(Slot& slot);

struct Conversation {
  Conversation(const ConversationOptions& with, Surroundings& around, std::string peer_address);

  const ConversationOptions options;
  Surroundings& surroundings;
  Pending pending;
  std::int16_t api_versions_asked = -1;  // the highest version of its ApiVersions requests
  bool sasl_seen = false;
  bool authenticated = false;
  // This broker's Produce ends at v7 (see kafka::offer_record_errors): as ApiVersions said here, or
  // elsewhere.
  std::optional<bool> produce_ends_at_7;
  std::string
      claimed_principal;  // of the exchange that is under way; it is the client's once the broker agrees

  bool lowers_produce(std::int16_t version) const;
  bool must_authenticate() const { return (options.require_sasl || sasl_seen) && !authenticated; }

  // Who it is, as far as it is known; replaced when more is.
  const std::shared_ptr<const rejects::Client>& client() const { return client_; }
  void client_id_seen(std::string_view client_id);
  void software_seen(std::string_view name, std::string_view version);
  void principal_seen(std::string principal);

  // The rejects of a slot are durable, or are not and never will be.
  void kept(std::uint64_t slot, bool durable);

 private:
  std::shared_ptr<const rejects::Client> client_;
};

}  // namespace assay::proxy
