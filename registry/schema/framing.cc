#include "registry/schema/framing.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::schema {
namespace {

constexpr std::size_t kIdFrameBytes = 5;
constexpr std::size_t kGuidFrameBytes = 17;

// Reads either prefix. REQUIRES: bytes is not empty.
bool read_prefix(Bytes bytes, SchemaRef& ref, std::size_t& taken) {
  if (bytes[0] == 0 && bytes.size() >= kIdFrameBytes) {
    ref.guid.reset();
    ref.id = static_cast<std::int32_t>(std::uint32_t{bytes[1]} << 24 | std::uint32_t{bytes[2]} << 16 |
                                       std::uint32_t{bytes[3]} << 8 | std::uint32_t{bytes[4]});
    taken = kIdFrameBytes;
    return true;
  }
  if (bytes[0] == 1 && bytes.size() >= kGuidFrameBytes) {
    std::copy_n(bytes.begin() + 1, 16, ref.guid.emplace().bytes.begin());
    ref.id = 0;
    taken = kGuidFrameBytes;
    return true;
  }
  return false;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string Guid::text() const {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    fmt::format_to(std::back_inserter(out), "{:02x}", bytes[i]);
  }
  return out;
}

std::optional<Guid> Guid::parse(std::string_view text) {
  Guid guid;
  if (text.size() != 36) return std::nullopt;
  std::size_t at = 0;
  for (std::size_t i = 0; i < guid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      if (text[at++] != '-') return std::nullopt;
    }
    const int high = hex_digit(text[at]), low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    guid.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    at += 2;
  }
  return guid;
}

std::string to_string(const SchemaRef& ref) {
  return ref.guid ? "schema " + ref.guid->text() : "schema id " + std::to_string(ref.id);
}

Frame parse_frame(Part part, Bytes bytes, std::span<const HeaderView> headers) {
  Frame frame;
  frame.body = bytes;
  const std::string_view name = part == Part::key ? "__key_schema_id" : "__value_schema_id";
  const auto last =
      std::find_if(headers.rbegin(), headers.rend(), [&](const auto& h) { return h.name == name; });
  std::size_t taken = 0;
  if (last != headers.rend()) {
    frame.in_header = true;
    if (!last->value || last->value->empty() || !read_prefix(*last->value, frame.ref, taken)) {
      frame.state = Frame::State::bad_header;
      return frame;
    }
    frame.state = Frame::State::framed;
    frame.header_rest = last->value->subspan(taken);
    return frame;
  }
  if (!bytes.empty() && read_prefix(bytes, frame.ref, taken)) {
    frame.state = Frame::State::framed;
    frame.body = bytes.subspan(taken);
  }
  return frame;
}

std::string_view looks_like(Bytes bytes) {
  if (bytes.empty()) return "empty";
  const std::string_view text = as_text(bytes);
  if (text.starts_with("Obj\x01")) return "an Avro container file";
  if (text.starts_with("\xC3\x01")) return "Avro single-object encoding";
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[')) return "plain JSON";
  const bool printable = std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) {
    return b >= 0x20 || b == '\t' || b == '\n' || b == '\r';
  });
  if (bytes[0] == 0 && bytes.size() < kIdFrameBytes) return "a frame cut short";
  return printable ? "text" : "binary";
}

}  // namespace assay::schema
