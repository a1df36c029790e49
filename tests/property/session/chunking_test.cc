// However the bytes of a conversation are cut into pieces, the other sides get the same. What they must get
// is worked out here request by request, on whole frames: the slow twin of the machines.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/reference/session/messages.h"
#include "tests/reference/session/script.h"

namespace assay {
namespace {

using proxy::Decision;

// One request and all that should come of it.
struct Exchange {
  Buffer asked;
  Buffer forwarded;
  Buffer broker_told;
  Buffer client_told;
};

Decision refuse_bad(const kafka::ProduceRequest& request) {
  Decision decision;
  std::size_t good = 0;
  for (std::size_t t = 0; t < request.topics.size(); ++t) {
    for (std::size_t p = 0; p < request.topics[t].partitions.size(); ++p) {
      const auto& partition = request.topics[t].partitions[p];
      if (!as_text(*partition.records).starts_with("bad")) {
        ++good;
        continue;
      }
      kafka::ProducePartitionResponse refusal;
      refusal.index = partition.index;
      refusal.error_code = 87;
      decision.answers.push_back({t, p, refusal});
      decision.edits.push_back({t, p, std::nullopt});
    }
  }
  if (!decision.answers.empty())
    decision.forward = good == 0 ? Decision::Forward::nothing : Decision::Forward::edited;
  return decision;
}

Exchange produce(std::int32_t id, std::int16_t version, std::int16_t acks,
                 const std::vector<std::string>& records) {
  std::vector<kit::Topic> all{{"orders", {}, {}}}, good{{"orders", {}, {}}};
  if (version >= 13) all[0] = good[0] = {"", {9}, {}};
  for (std::size_t i = 0; i < records.size(); ++i) {
    const kit::Part part{static_cast<std::int32_t>(i), records[i]};
    all[0].parts.push_back(part);
    if (!records[i].starts_with("bad")) good[0].parts.push_back(part);
  }
  Exchange out;
  out.asked = kit::produce_request(version, id, acks, all);
  if (!good[0].parts.empty()) out.forwarded = kit::produce_request(version, id, acks, good);
  if (acks == 0) return out;
  auto told = kit::produce_answer(id, all);
  for (auto& partition : told.topics[0].partitions) {
    if (!records[static_cast<std::size_t>(partition.index)].starts_with("bad")) continue;
    partition.base_offset = -1;
    partition.error_code = 87;
  }
  out.client_told = kit::encoded(told, version);
  if (!good[0].parts.empty()) out.broker_told = kit::encoded(kit::produce_answer(id, good), version);
  return out;
}

Exchange passing(std::int32_t id, const std::string& body) {
  const Buffer asked = kit::request(12, 4, id, body), told = kit::response(12, 4, id, body);
  return {asked, asked, told, told};
}

Exchange metadata(std::int32_t id) {
  const Buffer asked = kit::request(3, 1, id);
  return {asked, asked, kit::metadata_answer(1, id, {{1, "secret", 9092}, {2, "other", 9092}}),
          kit::metadata_answer(1, id, {{1, "gate", 20'001}, {2, "gate", 20'002}})};
}

Exchange fetch(std::int32_t id, const std::string& records) {
  const Buffer asked = kit::request(1, 16, id), told = kit::fetch_answer(id, records, {});
  return {asked, asked, told, told};
}

rc::Gen<Exchange> exchange(std::int32_t id) {
  const auto text = [](int max) {
    return rc::gen::map(rc::gen::inRange(0, max),
                        [](int n) { return std::string(static_cast<std::size_t>(n), 'r'); });
  };
  const auto records = rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
      rc::gen::oneOf(rc::gen::just(std::string("bad")), rc::gen::just(std::string("good")), text(3000))));
  return rc::gen::oneOf(rc::gen::map(rc::gen::tuple(rc::gen::inRange<std::int16_t>(3, 14),
                                                    rc::gen::element<std::int16_t>(0, 1, -1), records),
                                     [id](const auto& t) {
                                       return produce(id, std::get<0>(t), std::get<1>(t), std::get<2>(t));
                                     }),
                        rc::gen::map(text(3000), [id](const std::string& body) { return passing(id, body); }),
                        rc::gen::map(text(3000), [id](const std::string& body) { return fetch(id, body); }),
                        rc::gen::just(metadata(id)));
}

RC_GTEST_PROP(Chunking, ChangesNothing, ()) {
  std::vector<Exchange> exchanges;
  const int count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) exchanges.push_back(*exchange(i));
  proxy::ConversationOptions options;
  options.chunk_bytes = *rc::gen::element<std::size_t>(200, 1000, 1UL << 18);
  kit::Script script(options);
  script.judge = refuse_bad;
  std::uint32_t random = *rc::gen::arbitrary<std::uint32_t>();
  const std::uint32_t largest = *rc::gen::element(1U, 7U, 100U, 5000U);
  const auto piece = [&](std::size_t left) {
    random = random * 1664525U + 1013904223U;
    return std::min<std::size_t>(left, 1 + (random >> 16) % largest);
  };
  script.split = piece;

  Buffer asked, forwarded, broker_told, client_told;
  std::vector<std::size_t> told_after;  // the broker tells that much once that much was forwarded
  for (const Exchange& e : exchanges) {
    append(asked, e.asked);
    append(forwarded, e.forwarded);
    append(broker_told, e.broker_told);
    append(client_told, e.client_told);
  }
  Buffer to_broker, to_client;
  std::size_t sent = 0, told = 0;
  while (sent < asked.size() || told < broker_told.size()) {
    if (sent < asked.size()) {
      const std::size_t n = piece(asked.size() - sent);
      script.client(Bytes(asked).subspan(sent, n));
      sent += n;
      append(to_broker, script.to_broker());
    }
    // What the broker may have answered by now.
    std::size_t due = 0, seen = 0;
    for (const Exchange& e : exchanges) {
      seen += e.forwarded.size();
      if (seen > to_broker.size()) break;
      due += e.broker_told.size();
    }
    if (told < due) {
      const std::size_t n = piece(due - told);
      script.broker(Bytes(broker_told).subspan(told, n));
      told += n;
    }
    append(to_client, script.to_client());
    RC_ASSERT(script.closed() == proxy::CloseReason::none);
  }
  append(to_client, script.to_client());
  RC_ASSERT(to_broker == forwarded);
  RC_ASSERT(to_client == client_told);
  RC_ASSERT(!script.owes_answers());
  RC_ASSERT(script.between_requests());
}

}  // namespace
}  // namespace assay
