// Any bytes as the first bytes of a connection, and as a request's header.
#include <cstdint>
#include <cstdlib>

#include "kafka/messages/api_versions.h"
#include "kafka/messages/header.h"
#include "kafka/messages/sasl.h"

using namespace assay;
using namespace assay::kafka;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  (void)foreign_protocol(bytes);
  const auto header = decode_request_header(bytes);
  if (header && header->bytes > size) std::abort();
  // What a shorter prefix says is either the same or "more bytes are needed".
  if (header && size > 0) {
    const auto cut = decode_request_header(bytes.first(header->bytes - 1));
    if (cut || cut.error().code() != ErrorCode::truncated) std::abort();
  }
  (void)decode_api_versions_request(bytes);
  (void)decode_sasl_handshake_request(bytes);
  if (const auto request = decode_sasl_authenticate_request(bytes)) {
    for (const char* mechanism : {"PLAIN", "SCRAM-SHA-256", "OAUTHBEARER"}) {
      (void)claimed_principal(mechanism, request->auth_bytes);
    }
  }
  for (const char* mechanism : {"PLAIN", "SCRAM-SHA-256", "OAUTHBEARER"})
    (void)claimed_principal(mechanism, bytes);
  return 0;
}
