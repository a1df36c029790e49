#include "kafka/messages/sasl.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "tests/unit/kafka/golden.h"

namespace assay::kafka {
namespace {

using namespace std::string_literals;

TEST(Sasl, ReadsRequestsAndAnswersOfEveryVersion) {
  for (const Golden& one : golden_message("sasl_handshake_request")) {
    EXPECT_EQ(decode_sasl_handshake_request(one.bytes).value().mechanism, "PLAIN");
    expect_only_whole(one.bytes, name_of(one),
                      [](Bytes bytes) { return decode_sasl_handshake_request(bytes).has_value(); });
    EXPECT_FALSE(decode_sasl_authenticate_request(one.bytes));
  }
  for (const Golden& one : golden_message("sasl_authenticate_request")) {
    EXPECT_EQ(as_text(decode_sasl_authenticate_request(one.bytes).value().auth_bytes), "\0alice\0secret"s);
    expect_only_whole(one.bytes, name_of(one),
                      [](Bytes bytes) { return decode_sasl_authenticate_request(bytes).has_value(); });
    EXPECT_FALSE(decode_sasl_handshake_request(one.bytes));
  }
  for (const Golden& one : golden_message("sasl_handshake_response")) {
    EXPECT_EQ(decode_sasl_error_code(17, one.version, one.bytes).value(), 33);
  }
  for (const Golden& one : golden_message("sasl_authenticate_response")) {
    EXPECT_EQ(decode_sasl_error_code(36, one.version, one.bytes).value(), 58);
    for (std::size_t size = 0; size < 6; ++size) {
      EXPECT_FALSE(decode_sasl_error_code(36, one.version, Exact(Bytes(one.bytes).first(size)).bytes()));
    }
  }
}

TEST(Sasl, RefusesVersionsItDoesNotKnow) {
  Buffer handshake = golden_message("sasl_handshake_request")[0].bytes;
  handshake[3] = 2;
  EXPECT_EQ(decode_sasl_handshake_request(handshake).error().code(), ErrorCode::unsupported);
  Buffer authenticate = golden_message("sasl_authenticate_request")[2].bytes;
  authenticate[3] = 3;
  EXPECT_EQ(decode_sasl_authenticate_request(authenticate).error().code(), ErrorCode::unsupported);
}

std::string bearer(const std::string& claims) {
  return "n,a=x,\x01"s + "auth=Bearer eyJhbGciOiJub25lIn0." + encode_base64(as_bytes(claims)) +
         ".c2ln\x01\x01";
}

TEST(Sasl, NamesWhoTheClientSaysItIs) {
  const struct {
    const char* mechanism;
    std::string message;
    std::optional<std::string> principal;
  } cases[] = {
      {"PLAIN", "\0alice\0secret"s, "alice"},
      {"PLAIN", "authz\0bob\0"s, "bob"},
      {"PLAIN", "\0alice"s, std::nullopt},
      {"PLAIN", "\0\0secret"s, std::nullopt},
      {"PLAIN", "", std::nullopt},
      {"SCRAM-SHA-256", "n,,n=alice,r=nonce", "alice"},
      {"SCRAM-SHA-512", "n,a=admin,n=bob,r=nonce,tokenauth=true", "bob"},
      {"SCRAM-SHA-256", "y,,n=a=2Cb=3Dc,r=nonce", "a,b=c"},
      {"SCRAM-SHA-256-PLUS", "p=tls-unique,,m=ext,n=carol,r=nonce", "carol"},
      {"SCRAM-SHA-256", "n,,n=a=2Xb,r=nonce", std::nullopt},
      {"SCRAM-SHA-256", "n,,n=,r=nonce", std::nullopt},
      {"SCRAM-SHA-256", "n,,n=alice", std::nullopt},
      {"SCRAM-SHA-256", "n,,m=", std::nullopt},
      {"SCRAM-SHA-256", "c=biws,r=nonce,p=proof", std::nullopt},
      {"SCRAM-SHA-256", "n,", std::nullopt},
      {"OAUTHBEARER", bearer(R"({"sub":"dave","scope":"x"})"), "dave"},
      {"OAUTHBEARER", bearer(R"({"sub":7})"), std::nullopt},
      {"OAUTHBEARER", bearer(R"({"iss":"x"})"), std::nullopt},
      {"OAUTHBEARER", bearer("not json"), std::nullopt},
      {"OAUTHBEARER",
       "n,,\x01"
       "auth=Bearer opaque\x01\x01",
       std::nullopt},
      {"OAUTHBEARER", "\x01", std::nullopt},
      {"GSSAPI", "\0alice\0secret"s, std::nullopt},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(claimed_principal(one.mechanism, Exact(as_bytes(one.message)).bytes()), one.principal)
        << one.mechanism << ": " << one.message;
  }
}

}  // namespace
}  // namespace assay::kafka
