#include "io/crypto/seal.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>

#include "base/base64.h"

namespace assay::io {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kKeyIdBytes = 4, kNonceBytes = 12, kTagBytes = 16;
constexpr std::size_t kHeadBytes = 1 + kKeyIdBytes + kNonceBytes;
constexpr std::string_view kKeyIdPrefix = "assay seal key";

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

int int_size(Bytes bytes) {
  return static_cast<int>(bytes.size());
}

Error crypto_error() {
  return {ErrorCode::internal, "the cryptographic library refused"};
}

}  // namespace

Result<SealKey> SealKey::from_bytes(Bytes bytes) {
  SealKey key;
  if (bytes.size() != key.key_.size()) {
    return Error(ErrorCode::invalid, fmt::format("a sealing key has 32 bytes, not {}", bytes.size()));
  }
  std::copy(bytes.begin(), bytes.end(), key.key_.begin());
  Buffer named(kKeyIdPrefix.begin(), kKeyIdPrefix.end());
  append(named, bytes);
  std::array<std::uint8_t, 32> digest{};
  const int done = EVP_Digest(named.data(), named.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  wipe(named);
  if (done != 1) return crypto_error();
  std::copy_n(digest.begin(), kKeyIdBytes, key.id_.begin());
  return key;
}

Result<SealKey> SealKey::from_base64(std::string_view text) {
  auto bytes = decode_base64(text, Base64::any);
  if (!bytes) return Error(ErrorCode::invalid, "a sealing key is the base64 of 32 bytes");
  auto key = from_bytes(*bytes);
  wipe(*bytes);
  return key;
}

SealKey::~SealKey() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

std::string SealKey::id() const {
  return fmt::format("{:02x}{:02x}{:02x}{:02x}", id_[0], id_[1], id_[2], id_[3]);
}

Result<Buffer> seal(const SealKey& key, Bytes plain, Bytes context) {
  if (plain.size() > (1UL << 30))
    return Error(ErrorCode::too_large, "more than 1 GiB cannot be sealed at once");
  Buffer out(kHeadBytes + plain.size() + kTagBytes);
  out[0] = kVersion;
  std::copy(key.id_.begin(), key.id_.end(), out.begin() + 1);
  std::uint8_t* nonce = out.data() + 1 + kKeyIdBytes;
  std::uint8_t* to = out.data() + kHeadBytes;
  const Context cipher(EVP_CIPHER_CTX_new());
  int done = 0;
  // No input at all is skipped: a null pointer means something else to EVP.
  if (!cipher || RAND_bytes(nonce, kNonceBytes) != 1 ||
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.key_.data(), nonce) != 1 ||
      (!context.empty() &&
       EVP_EncryptUpdate(cipher.get(), nullptr, &done, context.data(), int_size(context)) != 1) ||
      (!plain.empty() && EVP_EncryptUpdate(cipher.get(), to, &done, plain.data(), int_size(plain)) != 1) ||
      EVP_EncryptFinal_ex(cipher.get(), to + plain.size(), &done) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, to + plain.size()) != 1) {
    return crypto_error();
  }
  return out;
}

Result<Buffer> unseal(const SealKey& key, Bytes sealed, Bytes context) {
  const Error broken(ErrorCode::invalid, "the sealed payload is damaged");
  if (sealed.size() < kHeadBytes + kTagBytes || sealed[0] != kVersion || sealed.size() > (1UL << 30))
    return broken;
  if (!std::equal(key.id_.begin(), key.id_.end(), sealed.begin() + 1)) {
    return Error(ErrorCode::denied,
                 fmt::format("sealed with another key, {:02x}{:02x}{:02x}{:02x}; this one is {}", sealed[1],
                             sealed[2], sealed[3], sealed[4], key.id()));
  }
  const Bytes nonce = sealed.subspan(1 + kKeyIdBytes, kNonceBytes);
  const Bytes body = sealed.subspan(kHeadBytes, sealed.size() - kHeadBytes - kTagBytes);
  std::array<std::uint8_t, kTagBytes> tag{};
  std::copy(sealed.end() - kTagBytes, sealed.end(), tag.begin());
  Buffer out(body.size());
  std::uint8_t nowhere = 0;
  const Context cipher(EVP_CIPHER_CTX_new());
  int done = 0;
  if (!cipher ||
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.key_.data(), nonce.data()) != 1 ||
      (!context.empty() &&
       EVP_DecryptUpdate(cipher.get(), nullptr, &done, context.data(), int_size(context)) != 1) ||
      (!body.empty() &&
       EVP_DecryptUpdate(cipher.get(), out.data(), &done, body.data(), int_size(body)) != 1) ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) != 1) {
    return crypto_error();
  }
  if (EVP_DecryptFinal_ex(cipher.get(), out.empty() ? &nowhere : out.data() + out.size(), &done) != 1) {
    wipe(out);
    return broken;
  }
  return out;
}

void wipe(Buffer& buffer) {
  if (!buffer.empty()) OPENSSL_cleanse(buffer.data(), buffer.size());
  buffer.clear();
}

}  // namespace assay::io
