// What ends a connection, and what does not.
#include <gtest/gtest.h>

#include "tests/reference/session/messages.h"
#include "tests/reference/session/script.h"

namespace assay {
namespace {

using kit::joined;
using kit::Script;
using proxy::CloseReason;

constexpr std::int16_t kHeartbeat = 12;

CloseReason closed_by_client(std::string_view bytes) {
  Script script;
  return script.client(as_bytes(bytes)).closed();
}

Buffer with_length(std::uint32_t length) {
  return {static_cast<std::uint8_t>(length >> 24), static_cast<std::uint8_t>(length >> 16),
          static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
}

TEST(Refusal, TellsForeignProtocolsApart) {
  EXPECT_EQ(closed_by_client(std::string("\x16\x03\x01\x02\x00\x01", 6)), CloseReason::tls);
  EXPECT_EQ(closed_by_client("GET / HTTP/1.1\r\n"), CloseReason::http);
  EXPECT_EQ(closed_by_client("POST /subjects HTTP/1.1\r\n"), CloseReason::http);
  EXPECT_EQ(closed_by_client("SSH-2.0-OpenSSH"), CloseReason::frame_too_large);
  EXPECT_EQ(closed_by_client(std::string(64, '\0')), CloseReason::not_kafka);
  EXPECT_EQ(closed_by_client(std::string("\xff\xff\xff\xff", 4)), CloseReason::not_kafka);
}

TEST(Refusal, ChecksALengthBeforeAnythingIsReserved) {
  Script script;
  script.client(with_length(104'857'601));
  EXPECT_EQ(script.closed(), CloseReason::frame_too_large);
  EXPECT_EQ(script.reserved_most, 0U);
}

TEST(Refusal, KeepsWhatIsSeenForItsNamesSmall) {
  Script script;
  Buffer large = with_length(600'000);
  append(large, Bytes(kit::api_versions_request(3, 1)).subspan(4));
  EXPECT_EQ(script.client(large).closed(), CloseReason::frame_too_large);
}

TEST(Refusal, OfAProduceThatCannotBeJudged) {
  Script script;
  EXPECT_EQ(script.client(kit::produce_request(2, 1, -1, {})).closed(), CloseReason::unsupported_version);
  Script newer;
  EXPECT_EQ(newer.client(kit::request(0, 14, 1, "whatever")).closed(), CloseReason::unsupported_version);
  Script broken;
  EXPECT_EQ(broken.client(kit::request(0, 9, 1, "whatever")).closed(), CloseReason::undecodable_request);
  EXPECT_TRUE(broken.to_broker().empty());
}

TEST(Refusal, OfSaslHandshakeV0) {
  Script script;
  script.client(kit::sasl_handshake_request(0, 1, "PLAIN"));
  EXPECT_EQ(script.closed(), CloseReason::sasl_handshake_v0);
  EXPECT_TRUE(script.to_broker().empty());
}

TEST(Refusal, OfAnAnswerThatNobodyAsked) {
  Script script;
  EXPECT_EQ(script.broker(kit::response(kHeartbeat, 4, 1)).closed(), CloseReason::unexpected_response);
}

TEST(Refusal, OfAnAnswerToAnotherRequest) {
  Script script;
  script.client(kit::request(kHeartbeat, 4, 1));
  EXPECT_EQ(script.broker(kit::response(kHeartbeat, 4, 2)).closed(), CloseReason::unexpected_response);
  EXPECT_TRUE(script.to_client().empty());
}

TEST(Refusal, OfAnAnswerThatMightHideAnAddress) {
  Script metadata;
  metadata.client(kit::request(3, 1, 1));
  EXPECT_EQ(metadata.broker(kit::response(3, 1, 1, "secret-host")).closed(),
            CloseReason::undecodable_response);
  EXPECT_TRUE(metadata.to_client().empty());
  Script produce;
  produce.client(kit::produce_request(10, 1, -1, {{"t", {}, {{0, "r"}}}}));
  EXPECT_EQ(produce.broker(kit::response(0, 10, 1, "x")).closed(), CloseReason::undecodable_response);
}

TEST(Sasl, LetsProduceThroughOnlyAfterTheBrokerAgreed) {
  const Buffer handshake = kit::sasl_handshake_request(1, 1, "PLAIN");
  const Buffer token = kit::sasl_authenticate_request(2, "alice");
  const Buffer produce = kit::produce_request(9, 3, -1, {{"t", {}, {{0, "r"}}}});

  Script early;
  early.client(joined({handshake, token})).broker(kit::sasl_handshake_answer(1));
  EXPECT_EQ(early.client(produce).closed(), CloseReason::unauthenticated_produce);

  Script refused;
  refused.client(joined({handshake, token}));
  refused.broker(joined({kit::sasl_handshake_answer(1), kit::sasl_authenticate_answer(2, 58)}));
  EXPECT_EQ(refused.client(produce).closed(), CloseReason::unauthenticated_produce);
  EXPECT_EQ(refused.who().principal, "");

  Script agreed;
  const Buffer answers = joined({kit::sasl_handshake_answer(1), kit::sasl_authenticate_answer(2, 0)});
  EXPECT_EQ(agreed.client(joined({handshake, token})).to_broker(), joined({handshake, token}));
  EXPECT_EQ(agreed.broker(answers).to_client(), answers);
  EXPECT_EQ(agreed.client(produce).to_broker(), produce);
  EXPECT_EQ(agreed.closed(), CloseReason::none);
  EXPECT_EQ(agreed.who().principal, "alice");
}

TEST(Sasl, PolicyDemandsItWithoutAHandshake) {
  proxy::ConversationOptions options;
  options.require_sasl = true;
  Script script(options);
  script.client(kit::api_versions_request(3, 1));
  EXPECT_EQ(script.closed(), CloseReason::none);
  script.client(kit::produce_request(9, 3, -1, {{"t", {}, {{0, "r"}}}}));
  EXPECT_EQ(script.closed(), CloseReason::unauthenticated_produce);

  Script large(options);
  EXPECT_EQ(large.client(kit::request(kHeartbeat, 4, 1, std::string(600'000, 'x'))).closed(),
            CloseReason::unauthenticated_frame);
}

TEST(Sasl, ReauthenticatesInTheMiddleOfAConversation) {
  Script script;
  script.client(
      joined({kit::sasl_handshake_request(1, 1, "PLAIN"), kit::sasl_authenticate_request(2, "alice")}));
  script.broker(joined({kit::sasl_handshake_answer(1), kit::sasl_authenticate_answer(2, 0)}));
  const Buffer produce = kit::produce_request(9, 4, -1, {{"t", {}, {{0, "r"}}}});
  script.client(joined(
      {kit::sasl_handshake_request(1, 3, "PLAIN"), produce, kit::sasl_authenticate_request(5, "alice")}));
  EXPECT_EQ(script.closed(), CloseReason::none);
  script.broker(
      joined({kit::sasl_handshake_answer(3), kit::encoded(kit::produce_answer(4, {{"t", {}, {{0, ""}}}}), 9),
              kit::sasl_authenticate_answer(5, 0)}));
  EXPECT_FALSE(script.owes_answers());
  EXPECT_EQ(script.closed(), CloseReason::none);
}

// Every conversation may end after any byte, on either side: nothing that is complete is lost, and nothing is
// made up.
TEST(Refusal, OfNothingWhereAStreamJustEnds) {
  const auto topics = std::vector<kit::Topic>{{"t", {}, {{0, "r"}}}};
  const Buffer asked = joined({kit::api_versions_request(3, 1), kit::request(3, 1, 2),
                               kit::produce_request(9, 3, -1, topics), kit::request(1, 16, 4)});
  const Buffer told =
      joined({kit::api_versions_answer(3, 1), kit::metadata_answer(1, 2, {{1, "b", 9092}}),
              kit::encoded(kit::produce_answer(3, topics), 9), kit::fetch_answer(4, "records", {})});
  Script whole;
  const Buffer upstream = whole.client(asked).to_broker();
  const Buffer downstream = whole.broker(told).to_client();
  for (std::size_t cut = 0; cut < asked.size(); ++cut) {
    Script script;
    const Buffer out = script.client(Bytes(asked).first(cut)).to_broker();
    EXPECT_TRUE(out.size() <= cut && same_bytes(out, Bytes(upstream).first(out.size()))) << cut;
    EXPECT_EQ(script.closed(), CloseReason::none) << cut;
  }
  for (std::size_t cut = 0; cut < told.size(); ++cut) {
    Script script;
    script.client(asked);
    const Buffer out = script.broker(Bytes(told).first(cut)).to_client();
    EXPECT_TRUE(same_bytes(out, Bytes(downstream).first(out.size()))) << cut;
    EXPECT_EQ(script.closed(), CloseReason::none) << cut;
    EXPECT_TRUE(script.owes_answers() || cut + 40 > told.size()) << cut;
  }
}

}  // namespace
}  // namespace assay
