#include "io/crypto/keyed_hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <bit>
#include <memory>

namespace assay::io {
namespace {

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

std::unique_ptr<EVP_MAC_CTX, FreeMac> new_context() {
  const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, "POLY1305", nullptr));
  return std::unique_ptr<EVP_MAC_CTX, FreeMac>(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
}

bool hash(EVP_MAC_CTX* context, Bytes key, std::span<const Bytes> pieces, KeyedHash::Value& out) {
  if (context == nullptr || EVP_MAC_init(context, key.data(), key.size(), nullptr) != 1) return false;
  for (const Bytes piece : pieces) {
    if (!piece.empty() && EVP_MAC_update(context, piece.data(), piece.size()) != 1) return false;
  }
  std::array<std::uint8_t, sizeof(KeyedHash::Value)> tag{};
  std::size_t bytes = 0;
  if (EVP_MAC_final(context, tag.data(), &bytes, tag.size()) != 1 || bytes != tag.size()) return false;
  out = std::bit_cast<KeyedHash::Value>(tag);
  return true;
}

}  // namespace

Result<KeyedHash> KeyedHash::random() {
  KeyedHash out;
  Value tried{};
  if (RAND_bytes(out.key_.data(), static_cast<int>(out.key_.size())) != 1) {
    return Error(ErrorCode::internal, "the system gives no random numbers");
  }
  if (!hash(new_context().get(), out.key_, {}, tried)) {
    return Error(ErrorCode::internal, "the cryptographic library has no Poly1305");
  }
  return out;
}

KeyedHash::~KeyedHash() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

std::optional<KeyedHash::Value> KeyedHash::of(std::span<const Bytes> pieces) const {
  thread_local auto context = new_context();
  Value out{};
  if (!hash(context.get(), key_, pieces, out)) return std::nullopt;
  return out;
}

}  // namespace assay::io
