// ApiVersionsRequest, behind its header:   [v3+] client_software_name STRING | client_software_version STRING
// | ... TAGS
//
// ApiVersionsResponse, behind header v0:
//
//   error_code i16 | api_keys ARRAY{ api_key i16 | min_version i16 | max_version i16 | TAGS } | [v1+]
//   throttle_time_ms i32 | TAGS{ 0: SupportedFeatures | 1: FinalizedFeaturesEpoch | 2: FinalizedFeatures | 3:
//   ZkMigrationReady }
//
// v3+: compact forms, and TAGS at all.
#include "kafka/messages/api_versions.h"

#include <fmt/format.h>

#include <algorithm>

#include "kafka/messages/coordinator.h"
#include "kafka/messages/metadata.h"
#include "kafka/messages/produce.h"
#include "kafka/messages/sasl.h"
#include "kafka/wire/reader.h"
#include "kafka/wire/writer.h"

namespace assay::kafka {
namespace {

constexpr std::int16_t kKey = static_cast<std::int16_t>(ApiKey::api_versions);

struct Window {
  ApiKey key;
  std::int16_t version_max;
  std::int16_t version_min = 0;  // above 0: older ones name brokers in a form that the proxy does not know
};

// What the proxy reads or patches: beyond these it would pass on what it does not understand.
constexpr Window kWindows[] = {
    {ApiKey::produce, kProduceVersionMax},
    {ApiKey::fetch, kFetchVersionMax},
    {ApiKey::metadata, kMetadataVersionMax},
    {ApiKey::find_coordinator, kFindCoordinatorVersionMax},
    {ApiKey::sasl_handshake, kSaslHandshakeVersionMax},
    {ApiKey::api_versions, kApiVersionsVersionMax},
    {ApiKey::sasl_authenticate, kSaslAuthenticateVersionMax},
    {ApiKey::describe_quorum, kDescribeQuorumVersionMax},
    {ApiKey::describe_cluster, kDescribeClusterVersionMax},
    {ApiKey::share_fetch, kShareFetchVersionMax, 1},
    {ApiKey::share_acknowledge, kShareAcknowledgeVersionMax, 1},
};

const Window* window_of(std::int16_t api_key) {
  const auto at = std::find_if(std::begin(kWindows), std::end(kWindows), [api_key](const Window& window) {
    return static_cast<std::int16_t>(window.key) == api_key;
  });
  return at == std::end(kWindows) ? nullptr : at;
}

}  // namespace

Result<ApiVersionsRequest> decode_api_versions_request(Bytes frame) {
  const auto header = decode_request_header(frame);
  if (!header) return header.error();
  if (header->api_key != kKey) {
    return Error(ErrorCode::invalid, fmt::format("api key {} is not ApiVersions", header->api_key));
  }
  if (header->api_version > kApiVersionsVersionMax) {
    return Error(ErrorCode::unsupported,
                 fmt::format("ApiVersions v{} is above v{}", header->api_version, kApiVersionsVersionMax));
  }
  ApiVersionsRequest out{*header, {}, {}};
  Reader in(frame, is_flexible(kKey, header->api_version));
  in.raw(header->bytes);
  if (in.flexible()) {
    out.client_software_name = in.string();
    out.client_software_version = in.string();
  }
  if (header->api_version <= 4) {
    in.skip_tags();
    in.finish();
  }
  if (!in.ok()) return in.error("ApiVersions request");
  return out;
}

const ApiRange* ApiVersionsResponse::find(ApiKey key) const {
  const auto at = std::find_if(apis.begin(), apis.end(), [key](const ApiRange& range) {
    return range.api_key == static_cast<std::int16_t>(key);
  });
  return at == apis.end() ? nullptr : &*at;
}

Result<ApiVersionsResponse> decode_api_versions_response(Bytes frame, std::int16_t version) {
  if (version < 0 || version > kApiVersionsVersionMax) {
    return Error(ErrorCode::unsupported,
                 fmt::format("ApiVersions v{} is above v{}", version, kApiVersionsVersionMax));
  }
  Reader in(frame, is_flexible(kKey, version));
  ApiVersionsResponse out;
  out.correlation_id = in.i32();
  out.error_code = in.i16();
  if (in.ok() && out.error_code == kErrorUnsupportedVersion) return out;
  for (std::uint32_t left = in.array(6); left > 0 && in.ok(); --left) {
    ApiRange& range = out.apis.emplace_back();
    range.api_key = in.i16();
    range.version_min = in.i16();
    range.version_max = in.i16();
    in.skip_tags();
  }
  if (version >= 1) out.throttle_time_ms = in.i32();
  in.tags([&](const TagView& field) {
    out.tags.emplace_back(field.tag, Buffer(field.data.begin(), field.data.end()));
  });
  in.finish();
  if (!in.ok()) return in.error("ApiVersions response");
  return out;
}

void encode(const ApiVersionsResponse& response, std::int16_t version, Buffer& buffer) {
  Writer out(buffer, is_flexible(kKey, version));
  const std::size_t frame = out.begin_frame();
  out.i32(response.correlation_id);
  out.i16(response.error_code);
  out.array(response.apis.size());
  for (const ApiRange& range : response.apis) {
    out.i16(range.api_key);
    out.i16(range.version_min);
    out.i16(range.version_max);
    out.no_tags();
  }
  if (version >= 1) out.i32(response.throttle_time_ms);
  if (out.flexible()) {
    out.tag_count(response.tags.size());
    for (const auto& [tag, data] : response.tags) out.tag(tag, data);
  }
  out.end_frame(frame);
}

void clamp(ApiVersionsResponse& response) {
  std::erase_if(response.apis, [](ApiRange& range) {
    if (range.api_key < 0 || range.api_key > kApiKeyMax) return true;
    if (const Window* window = window_of(range.api_key)) {
      range.version_max = std::min(range.version_max, window->version_max);
      range.version_min = std::max(range.version_min, window->version_min);
    }
    return range.version_max < range.version_min;
  });
}

bool passes_unread(std::int16_t api_key, std::int16_t version) {
  if (api_key < 0 || api_key > kApiKeyMax) return false;
  const Window* window = window_of(api_key);
  return window == nullptr || (version >= window->version_min && version <= window->version_max);
}

bool offer_record_errors(ApiVersionsResponse& response) {
  for (ApiRange& range : response.apis) {
    if (range.api_key != static_cast<std::int16_t>(ApiKey::produce)) continue;
    if (range.version_max != kProduceVersionWithoutRecordErrors) return false;
    range.version_max = kProduceVersionWithRecordErrors;
    return true;
  }
  return false;
}

ApiVersionsResponse unsupported_api_versions(std::int32_t correlation_id) {
  ApiVersionsResponse out;
  out.correlation_id = correlation_id;
  out.error_code = kErrorUnsupportedVersion;
  out.apis.push_back({kKey, 0, kApiVersionsVersionMax});
  return out;
}

}  // namespace assay::kafka
