#include "io/crypto/md5.h"

#include <openssl/evp.h>

namespace assay::io {

std::array<std::uint8_t, 16> md5(Bytes bytes) {
  std::array<std::uint8_t, 16> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr);
  return digest;
}

}  // namespace assay::io
