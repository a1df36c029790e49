#include "kafka/messages/endpoints_tail.h"

#include <algorithm>
#include <optional>

#include "kafka/messages/node_endpoints.h"
#include "kafka/wire/reader.h"
#include "kafka/wire/writer.h"

namespace assay::kafka {
namespace {

constexpr std::uint32_t kEndpointsTag = 0;
// Tags are handed out from 0; these have one byte, like the ones that they stand beside.
constexpr std::uint32_t kPaddingTag = 126;

struct Tail {
  bool has_endpoints = false;
  std::vector<NodeEndpoint> endpoints;
  std::vector<TagView> others;
};

bool read_tail(Bytes bytes, bool tagged, Tail& out, Error& error) {
  Reader in(bytes, true);
  if (!tagged) {
    out.endpoints = read_node_endpoints(in);
    out.has_endpoints = true;
  }
  in.tags([&](const TagView& field) {
    if (!tagged || field.tag != kEndpointsTag) {
      out.others.push_back(field);
      return;
    }
    Reader data(field.data, true);
    out.endpoints = read_node_endpoints(data);
    out.has_endpoints = true;
    data.finish();
    if (!data.ok()) in.fail(ErrorCode::invalid, "NodeEndpoints do not decode");
  });
  in.finish();
  if (!in.ok()) error = in.error("NodeEndpoints");
  return in.ok();
}

// A field of exactly `bytes`, tag and size included. False for the few sizes that no length prefix can make.
bool write_padding(Writer& out, std::uint32_t tag, std::size_t bytes) {
  const std::size_t tag_bytes = uvarint_bytes(tag);
  for (std::size_t size_bytes = 1; size_bytes <= 4 && tag_bytes + size_bytes <= bytes; ++size_bytes) {
    const std::size_t data = bytes - tag_bytes - size_bytes;
    if (uvarint_bytes(data) != size_bytes) continue;
    out.tag(tag, Buffer(data));
    return true;
  }
  return false;
}

// The padding of `bytes`: one field, or an empty one and another. The number of fields; 0 when it cannot be
// done.
std::size_t padding(Buffer& fields, std::uint32_t tag, std::size_t bytes) {
  Writer out(fields, true);
  if (write_padding(out, tag, bytes)) return 1;
  const std::size_t empty = uvarint_bytes(tag) + 1;
  if (bytes < empty) return 0;
  out.tag(tag, {});
  return write_padding(out, tag + 1, bytes - empty) ? 2 : 0;
}

std::optional<Buffer> write_tail(const Tail& tail, bool tagged, std::size_t bytes) {
  Buffer endpoints, fields, out;
  Writer to_endpoints(endpoints, true), to_fields(fields, true), to_out(out, true);
  write_node_endpoints(to_endpoints, tail.endpoints);
  std::size_t count = tail.others.size();
  std::uint32_t padding_tag = kPaddingTag;
  if (!tagged) {
    to_out.raw(endpoints);
  } else if (!tail.endpoints.empty()) {
    to_fields.tag(kEndpointsTag, endpoints);
    ++count;
  }
  for (const TagView& other : tail.others) {
    to_fields.tag(other.tag, other.data);
    padding_tag = std::max(padding_tag, other.tag + 1);
  }
  // Counts of one byte only: three more fields must not change their width.
  if (count + 3 > 127) return std::nullopt;
  const std::size_t written = out.size() + 1 + fields.size();
  if (written > bytes) return std::nullopt;
  if (written < bytes) {
    const std::size_t added = padding(fields, padding_tag, bytes - written);
    if (added == 0) return std::nullopt;
    count += added;
  }
  to_out.tag_count(count);
  to_out.raw(fields);
  return out;
}

}  // namespace

Result<Buffer> patch_endpoints_tail(Bytes bytes, bool tagged, const AddressMap& map) {
  Tail tail;
  Error error;
  if (!read_tail(bytes, tagged, tail, error)) return error;
  if (!tail.has_endpoints || tail.endpoints.empty()) return Buffer(bytes.begin(), bytes.end());
  map_endpoints(tail.endpoints, map);
  if (auto out = write_tail(tail, tagged, bytes.size())) return *std::move(out);
  tail.endpoints.clear();
  if (auto out = write_tail(tail, tagged, bytes.size())) return *std::move(out);
  return Error(ErrorCode::unsupported, "NodeEndpoints: too many tagged fields beside them");
}

}  // namespace assay::kafka
