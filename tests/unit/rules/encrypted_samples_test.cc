// The labelled samples of tests/data/rules/encrypted, and generated ciphertext, as rates. Their meaning:
// docs/rules.md.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "rules/kinds/encrypted.h"

namespace assay::rules::kinds {
namespace {

struct Sample {
  std::string family;
  bool text = false;
  std::string data;
  Envelope envelope() const { return text ? envelope_of_text(data) : envelope_of_bytes(as_bytes(data)); }
};

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::vector<Sample> read_samples(const std::string& name) {
  std::ifstream file(std::string(ASSAY_TEST_DATA) + "/rules/encrypted/" + name);
  EXPECT_TRUE(file) << name;
  std::vector<Sample> samples;
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find('\t');
    const auto second = line.find('\t', first + 1);
    Sample sample;
    sample.family = line.substr(0, first);
    sample.text = line.substr(first + 1, second - first - 1) == "text";
    const std::string data = line.substr(second + 1);
    sample.data = sample.text ? nlohmann::json::parse(data).get<std::string>() : from_hex(data);
    samples.push_back(std::move(sample));
  }
  return samples;
}

struct Rate {
  std::size_t all = 0;
  std::size_t accepted = 0;
};

std::map<std::string, Rate> rates_of(const std::vector<Sample>& samples) {
  std::map<std::string, Rate> rates;
  for (const Sample& sample : samples) {
    Rate& rate = rates[sample.family];
    ++rate.all;
    rate.accepted += sample.envelope() != Envelope::none ? 1U : 0U;
  }
  return rates;
}

void print(const char* title, const std::map<std::string, Rate>& rates) {
  Rate sum;
  for (const auto& [family, rate] : rates) {
    std::cout << title << ' ' << family << ": " << rate.accepted << " of " << rate.all << " accepted\n";
    sum.all += rate.all;
    sum.accepted += rate.accepted;
  }
  std::cout << title << " total: " << sum.accepted << " of " << sum.all << " accepted ("
            << 100.0 * static_cast<double>(sum.accepted) / static_cast<double>(sum.all) << " %)\n";
}

TEST(EncryptedSamples, NothingThatIsNotEncryptedPasses) {
  const auto samples = read_samples("negatives.tsv");
  ASSERT_GE(samples.size(), 300U);
  for (const Sample& sample : samples) {
    EXPECT_EQ(sample.envelope(), Envelope::none)
        << sample.family << ": "
        << nlohmann::json(sample.data).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << " as "
        << to_string(sample.envelope());
  }
  print("not encrypted,", rates_of(samples));
}

TEST(EncryptedSamples, EveryEnvelopeIsRecognised) {
  const auto samples = read_samples("positives.tsv");
  ASSERT_GE(samples.size(), 200U);
  for (const Sample& sample : samples) {
    if (sample.family == "csfle") continue;
    EXPECT_NE(sample.envelope(), Envelope::none)
        << sample.family << ": "
        << nlohmann::json(sample.data).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    const bool bare = sample.family == "tink";  // a long Tink ciphertext may pass as any ciphertext does
    if (!bare) {
      EXPECT_EQ(to_string(sample.envelope()), sample.family);
    }
  }
  print("encrypted,", rates_of(samples));
}

// nonce and tag are 28 bytes: base64 of 38 characters or more. Digests have 28, 32, 48 or 64 bytes.
std::size_t decoded_bytes(const Sample& sample) {
  if (!sample.text) return sample.data.size();
  const auto end = sample.data.find_last_not_of('=');
  return (end + 1) * 3 / 4;
}

TEST(EncryptedSamples, BareCiphertextIsRefusedOnlyAtTheLengthsOfDigests) {
  std::size_t refused = 0, digests = 0, all = 0;
  for (const Sample& sample : read_samples("positives.tsv")) {
    if (sample.family != "csfle") continue;
    ++all;
    if (sample.envelope() != Envelope::none) continue;
    ++refused;
    const std::size_t bytes = decoded_bytes(sample);
    digests += bytes == 28 || bytes == 32 || bytes == 48 || bytes == 64 ? 1U : 0U;
  }
  std::cout << "CSFLE samples refused: " << refused << " of " << all << ", " << digests
            << " of them digest-sized\n";
  EXPECT_LE(refused - digests, 2U);
}

TEST(EncryptedSamples, AmbiguousOnesAreSettledAsDocumented) {
  const auto samples = read_samples("ambiguous.tsv");
  const auto rates = rates_of(samples);
  print("cannot be told,", rates);
  EXPECT_EQ(rates.at("gcm_digest_sized").accepted, 0U);
  EXPECT_GT(rates.at("random_secret").accepted, 20U);
  EXPECT_LE(rates.at("siv_short").accepted, 5U);
}

std::string base64_of(const std::string& bytes) {
  constexpr char kSymbols[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j > bytes.size() ? '=' : kSymbols[group >> (18 - 6 * j) & 63U];
    }
  }
  return text;
}

// AEAD ciphertext is as good as uniform bytes: this is the false reject rate by length.
TEST(EncryptedSamples, FewTrueCiphertextsAreRefused) {
  constexpr int kRuns = 8'000;
  std::mt19937_64 random(42);
  for (const std::size_t bytes : {29U, 30U, 33U, 36U, 39U, 44U, 56U, 72U, 100U, 256U, 1000U}) {
    const int runs = bytes >= 256 ? kRuns / 10 : kRuns;
    int refused_text = 0, refused_bytes = 0;
    for (int run = 0; run < runs; ++run) {
      std::string data(bytes, '\0');
      for (char& c : data) c = static_cast<char>(random());
      refused_text += envelope_of_text(base64_of(data)) == Envelope::none ? 1 : 0;
      refused_bytes += envelope_of_bytes(as_bytes(data)) == Envelope::none ? 1 : 0;
    }
    std::cout << "ciphertext of " << bytes << " bytes refused: base64 " << 100.0 * refused_text / runs
              << " %, bytes " << 100.0 * refused_bytes / runs << " %\n";
    EXPECT_LT(refused_text, runs / 100) << bytes;
    EXPECT_LT(refused_bytes, runs / 200) << bytes;
  }
}

}  // namespace
}  // namespace assay::rules::kinds
