// The REST API of Confluent's Schema Registry, as far as serializers and tools need it, over the embedded
// registry. Without sockets: a request in, a response out. What differs from Confluent's is written down in
// docs/registry.md.
#pragma once

#include <string_view>

#include "io/http/message.h"
#include "registry/store/registry.h"

namespace assay::registry {

// Thread-safe.
class RegistryApi {
 public:
  // The registry outlives the API.
  explicit RegistryApi(Registry& registry) : registry_(registry) {}

  // Never fails: every problem is a response with the body {"error_code", "message"}.
  io::HttpResponse handle(const io::HttpRequest& request) const;

  // The same body for what the HTTP server refuses by itself: HttpServerOptions::refusal.
  static io::HttpResponse refuse(int status, std::string_view why);

 private:
  Registry& registry_;
};

}  // namespace assay::registry
