#include "proxy/net/shared.h"

namespace assay::proxy {
namespace {

GatewayOptions completed(GatewayOptions options) {
  if (options.advertise_host.empty()) options.advertise_host = options.listen.host;
  return options;
}

ConversationOptions conversation_options_of(const GatewayOptions& options) {
  ConversationOptions out;
  out.limits = options.limits;
  out.require_sasl = options.require_sasl;
  return out;
}

}  // namespace

void Running::enter() {
  const std::lock_guard lock(mutex_);
  ++count_;
}

void Running::leave() {
  const std::lock_guard lock(mutex_);
  if (--count_ == 0) none_.notify_all();
}

bool Running::wait_until_none(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, timeout, [&] { return count_ == 0; });
}

Shared::Shared(GatewayOptions with, GatewayParts of)
    : options(completed(std::move(with))),
      parts(std::move(of)),
      conversation_options(conversation_options_of(options)),
      counters(parts.metrics),
      budget(options.limits.frames_in_flight_bytes_max) {}

}  // namespace assay::proxy
