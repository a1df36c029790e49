// The REST API of Confluent's Schema Registry, as far as serializers and tools need it, over the embedded
// registry. Without sockets: a request in, a response out.
//
// What differs from Confluent's, on purpose:
//   - compatibility is not checked: the level is NONE, and a PUT of any other is refused (42203); so are
//   `normalize`,
//     `alias` and the like in a config (42205), and `format` in a query (501): nothing is taken and then not
//     done
//   - ids are the whole registry's, not a context's; two formats with the same text share a GUID, which then
//   answers 409
//   - text is kept without insignificant white space and otherwise as sent; `normalize=true` changes nothing
//   - Protobuf is refused (42201); modes are READWRITE, READONLY, IMPORT; no tags, no associations (404), no
//   keys (DEK)
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
