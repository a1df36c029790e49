// OpenPGP messages (RFC 4880 §4, RFC 9580 §4). A packet is a tag, a length in one of two forms, and a body:
//
//   old := 10tttt ll   length: 1, 2 or 4 bytes, or to the end
//   new := 11tttttt    length: < c0 | c0..df + 1 | ff + 4 | e0..fe: a part of 2^n, more lengths follow
//   encrypted message := { session key (1 or 3) } encrypted data (9, 18 or 20)
#include <optional>

#include "base/base64.h"
#include "rules/kinds/envelopes.h"

namespace assay::rules::kinds {
namespace {

enum Tag : unsigned {
  kPublicKeySession = 1,
  kPassphraseSession = 3,
  kEncrypted = 9,  // without integrity, obsolete
  kMarker = 10,
  kEncryptedIntegrity = 18,  // SEIPD
  kEncryptedAead = 20,       // GnuPG's OCB packet
  kPadding = 21,
};

// Smallest body of an encrypted packet: version, prefix, and the hash or tag of nothing.
constexpr std::size_t kEncryptedBytesMin = 20;

class Packets {
 public:
  explicit Packets(Bytes bytes) : bytes_(bytes) {}

  bool at_end() const { return at_ == bytes_.size(); }

  struct Packet {
    unsigned tag = 0;
    std::uint8_t version = 0;  // the body's first byte
    std::size_t bytes = 0;     // of the body
  };

  // Nothing when the bytes are no packet, or end within one.
  std::optional<Packet> next() {
    if (at_ >= bytes_.size() || (bytes_[at_] & 0x80U) == 0) return std::nullopt;
    const std::uint8_t head = bytes_[at_++];
    Packet packet;
    const bool old = (head & 0x40U) == 0;
    packet.tag = old ? head >> 2 & 0xFU : head & 0x3FU;
    const bool good = old ? old_body(head & 3U, packet) : new_body(packet);
    return good ? std::optional(packet) : std::nullopt;
  }

 private:
  std::optional<std::size_t> number(std::size_t bytes) {
    if (bytes > bytes_.size() - at_) return std::nullopt;
    std::size_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | bytes_[at_++];
    return value;
  }

  bool take(std::size_t bytes, Packet& packet) {
    if (bytes > bytes_.size() - at_) return false;
    if (packet.bytes == 0 && bytes > 0) packet.version = bytes_[at_];
    packet.bytes += bytes;
    at_ += bytes;
    return true;
  }

  bool old_body(unsigned length_type, Packet& packet) {
    if (length_type == 3) return take(bytes_.size() - at_, packet);
    const auto length = number(std::size_t{1} << length_type);
    return length && take(*length, packet);
  }

  bool new_body(Packet& packet) {
    while (true) {
      const auto first = number(1);
      if (!first) return false;
      if (*first < 0xc0) return take(*first, packet);
      if (*first < 0xe0) {
        const auto second = number(1);
        return second && take(((*first - 0xc0) << 8) + *second + 192, packet);
      }
      if (*first == 0xff) {
        const auto length = number(4);
        return length && take(*length, packet);
      }
      if (!take(std::size_t{1} << (*first & 0x1fU), packet)) return false;
    }
  }

  Bytes bytes_;
  std::size_t at_ = 0;
};

bool is_session_key(const Packets::Packet& packet) {
  if (packet.tag == kPublicKeySession)
    return (packet.version == 3 && packet.bytes > 10) || packet.version == 6;
  return packet.tag == kPassphraseSession && packet.version >= 4 && packet.version <= 6 && packet.bytes >= 4;
}

bool is_encrypted_data(const Packets::Packet& packet) {
  if (packet.bytes < kEncryptedBytesMin) return false;
  if (packet.tag == kEncryptedIntegrity) return packet.version == 1 || packet.version == 2;
  return packet.tag == kEncrypted || (packet.tag == kEncryptedAead && packet.version == 1);
}

}  // namespace

bool is_pgp_binary(Bytes bytes) {
  Packets packets(bytes);
  std::size_t keys = 0;
  while (const auto packet = packets.next()) {
    if (is_session_key(*packet)) {
      ++keys;
    } else if (is_encrypted_data(*packet)) {
      return keys > 0 && packets.at_end();
    } else if (packet->tag != kMarker && packet->tag != kPadding) {
      return false;
    }
  }
  return false;
}

bool is_pgp_armor(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN PGP MESSAGE-----";
  constexpr std::string_view kEnd = "-----END PGP MESSAGE-----";
  if (!text.starts_with(kBegin) || !text.ends_with(kEnd)) return false;
  text = text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size());
  // Armor headers ("Comment: ...") end at an empty line.
  const auto crlf = text.find("\r\n\r\n");
  const auto lf = text.find("\n\n");
  if (crlf == std::string_view::npos && lf == std::string_view::npos) return false;
  text.remove_prefix(crlf < lf ? crlf + 4 : lf + 2);
  const auto checksum = text.rfind("\n=");  // CRC-24, optional
  if (checksum != std::string_view::npos) text = text.substr(0, checksum);
  static thread_local Buffer decoded;
  return decode_base64(text, decoded, Base64::any_in_lines) && is_pgp_binary(decoded);
}

}  // namespace assay::rules::kinds
