// Envelopes cut, grown and bent: structure is checked to the last byte.
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "rules/kinds/encrypted.h"
#include "rules/kinds/envelopes.h"

namespace assay::rules::kinds {
namespace {

std::string first_text(const std::string& family, std::string_view starts_with = "") {
  std::ifstream file(std::string(ASSAY_TEST_DATA) + "/rules/encrypted/positives.tsv");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(family + "\ttext\t")) continue;
    std::string text = nlohmann::json::parse(line.substr(family.size() + 6)).get<std::string>();
    if (text.starts_with(starts_with)) return text;
  }
  ADD_FAILURE() << family;
  return {};
}

Buffer decoded(const std::string& base64) {
  Buffer bytes;
  EXPECT_TRUE(decode_base64(base64, bytes, Base64::any));
  return bytes;
}

// A heap copy of just that size: a read past the end is seen.
template <class Recognise>
bool on_exact_copy(Bytes bytes, const Recognise& recognise) {
  const auto copy = std::make_unique<std::uint8_t[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return recognise(Bytes(copy.get(), bytes.size()));
}

TEST(AwsMessage, MustEndWhereItsFramesEnd) {
  for (const char* version : {"AY", "Ag"}) {  // 01 80, 02
    Buffer message = decoded(first_text("aws_esdk", version));
    ASSERT_TRUE(is_aws_message(message)) << version;
    for (std::size_t cut = 0; cut < message.size(); ++cut) {
      EXPECT_FALSE(on_exact_copy(Bytes(message).first(cut), is_aws_message)) << version << ' ' << cut;
    }
    message.push_back(0);
    EXPECT_FALSE(is_aws_message(message));
  }
}

TEST(AwsMessage, KnowsItsSuites) {
  Buffer message = decoded(first_text("aws_esdk", "Ag"));
  message[1] ^= 0x80U;
  EXPECT_FALSE(is_aws_message(message));
}

TEST(Pgp, MustHoldWholePackets) {
  const Buffer message = decoded(first_text("pgp", "j"));
  ASSERT_TRUE(is_pgp_binary(message));
  for (std::size_t cut = 0; cut < message.size(); ++cut) {
    EXPECT_FALSE(on_exact_copy(Bytes(message).first(cut), is_pgp_binary)) << cut;
  }
}

TEST(Pgp, ArmorMayHaveHeadersAndEitherLineEnd) {
  const std::string armor = first_text("pgp", "-----BEGIN");
  EXPECT_EQ(envelope_of_text(armor), Envelope::pgp);
  EXPECT_EQ(envelope_of_text("\n" + armor + "\n"), Envelope::pgp);
  EXPECT_EQ(envelope_of_text(armor.substr(0, armor.size() - 10)), Envelope::none);
  EXPECT_FALSE(is_pgp_armor("-----BEGIN PGP MESSAGE----------END PGP MESSAGE-----"));
  EXPECT_FALSE(is_pgp_armor("-----BEGIN PGP MESSAGE-----"));
}

TEST(Age, MustHaveStanzasMacAndPayload) {
  const Buffer file = decoded(first_text("age", "YWdl"));
  ASSERT_TRUE(is_age_binary(file));
  const auto mac = as_text(file).find("\n--- ");
  ASSERT_NE(mac, std::string_view::npos);
  const std::size_t payload = mac + 5 + 43 + 1;
  for (std::size_t cut = 0; cut < payload + 32; ++cut) {
    EXPECT_FALSE(on_exact_copy(Bytes(file).first(cut), is_age_binary)) << cut;
  }
  EXPECT_FALSE(is_age_binary(as_bytes("age-encryption.org/v1\n--- x\n")));
}

TEST(Fernet, HasBlocksAndATime) {
  Buffer token = decoded(first_text("fernet"));
  ASSERT_TRUE(is_fernet(token));
  for (std::size_t cut = 0; cut < token.size(); ++cut) {
    const bool block = (token.size() - cut) % 16 == 0 && cut >= 73;  // a whole block less looks like a token
    if (!block) {
      EXPECT_FALSE(on_exact_copy(Bytes(token).first(cut), is_fernet)) << cut;
    }
  }
  token[1] = 1;
  EXPECT_FALSE(is_fernet(token));
}

TEST(JweCompact, NeedsFivePartsOfTheRightSizes) {
  const std::string token = first_text("jwe_compact");
  ASSERT_TRUE(is_jwe_compact(token));
  const auto last_dot = token.rfind('.');
  for (std::size_t cut = 0; cut < token.size(); ++cut)
    EXPECT_FALSE(is_jwe_compact(token.substr(0, cut))) << cut;
  EXPECT_FALSE(is_jwe_compact(token + ".AAAA"));
  EXPECT_FALSE(is_jwe_compact(token.substr(0, last_dot + 1) + std::string(20, 'A')));
  EXPECT_FALSE(is_jwe_compact("...."));
  EXPECT_FALSE(is_jwe_compact("e30.AAAA.AAAA.AAAA.AAAA"));     // {}
  EXPECT_FALSE(is_jwe_compact("bm9wZQ.AAAA.AAAA.AAAA.AAAA"));  // no JSON
  EXPECT_EQ(envelope_of_text(" " + token + "\n"), Envelope::jwe_compact);
}

TEST(JweJson, NeedsItsMembers) {
  const std::string token = first_text("jwe_json");
  ASSERT_TRUE(is_jwe_json(token));
  auto json = nlohmann::json::parse(token);
  for (const char* member : {"ciphertext", "iv", "tag", "protected"}) {
    auto less = json;
    less.erase(member);
    EXPECT_FALSE(is_jwe_json(less.dump())) << member;
  }
  json["tag"] = "AAAA";
  EXPECT_FALSE(is_jwe_json(json.dump()));
  EXPECT_FALSE(is_jwe_json("{}"));
  EXPECT_FALSE(is_jwe_json("{"));
  EXPECT_FALSE(is_jwe_json(""));
}

TEST(Ciphertext, IsRefusedAtTheLengthsOfDigestsAndBelow) {
  std::uint64_t state = 7;
  const auto next = [&] {
    return static_cast<std::uint8_t>((state = state * 6364136223846793005U + 1442695040888963407U) >> 56);
  };
  Buffer bytes;
  for (std::size_t size = 0; size <= 100; ++size) {
    const bool digest = size == 28 || size == 32 || size == 48 || size == 64;
    if (size < 29 || digest) {
      EXPECT_EQ(envelope_of_bytes(bytes), Envelope::none) << size;
    }
    bytes.push_back(next());
  }
}

TEST(Ciphertext, IsTakenBehindAnAnnouncingPrefix) {
  Buffer bytes{0, 0, 0, 0, 1};
  std::uint64_t state = 99;
  for (int i = 0; i < 32; ++i) {
    bytes.push_back(
        static_cast<std::uint8_t>((state = state * 6364136223846793005U + 1442695040888963407U) >> 56));
  }
  EXPECT_EQ(envelope_of_bytes(bytes), Envelope::ciphertext);
  bytes[0] = 1;
  EXPECT_EQ(envelope_of_bytes(bytes), Envelope::tink);
  std::fill(bytes.begin() + 5, bytes.end(), std::uint8_t{7});
  EXPECT_EQ(envelope_of_bytes(bytes), Envelope::none);
}

}  // namespace
}  // namespace assay::rules::kinds
