#include "tests/reference/produce/soundness.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "kafka/wire/writer.h"
#include "tests/reference/avro/naive_avro.h"
#include "tests/reference/json_schema/twin.h"

namespace assay::kit {
namespace {

constexpr std::string_view kAvro =
    R"({"type":"record","name":"P","fields":[{"name":"name","type":"string"},{"name":"age","type":"long"}]})";
constexpr std::string_view kObject =
    R"({"type":"object","required":["age"],"properties":{"age":{"type":"number","exclusiveMinimum":0}}})";
constexpr std::uint32_t kDepthMax = 256;
constexpr std::uint64_t kStepsMax = 4'000'000;
const std::set<std::int16_t> kAnswers{2, 19, 87, 100};

bool twin_takes_json(Bytes value) {
  static const schema::json::Twin twin(kObject);
  return twin.judge(as_text(value)) == schema::Walk::conforms;
}

bool twin_takes_avro(Bytes body) {
  static const reference::NaiveAvro twin(nlohmann::json::parse(kAvro), kDepthMax, kStepsMax);
  static const Path age = parse_path("age").value();
  const auto reading = twin.read(body);
  return reading.answer == reference::Answer::conforms &&
         reference::NaiveAvro::slot(*reading.tree, age).integer > 0;
}

// The body behind schema id 1; nothing when the record names another one, or none.
std::optional<Bytes> body_of_schema_1(const RecordView& record) {
  constexpr std::uint8_t kFrame[] = {0, 0, 0, 0, 1};
  const Bytes frame(kFrame);
  const HeaderView* last = nullptr;
  for (const HeaderView& header : record.headers) {
    if (header.name == "__value_schema_id") last = &header;
  }
  if (last != nullptr) {
    const bool named = last->value && last->value->size() >= 5 && same_bytes(last->value->first(5), frame);
    return named ? record.value : std::nullopt;
  }
  if (record.value->size() < 5 || !same_bytes(record.value->first(5), frame)) return std::nullopt;
  return record.value->subspan(5);
}

bool twin_takes(std::string_view topic, const RecordView& record) {
  if (!record.value) return true;
  if (topic == "json") return twin_takes_json(*record.value);
  const auto body = body_of_schema_1(record);
  return body && twin_takes_avro(*body);
}

std::string topic_name(const kafka::ProduceRequest& request, const kafka::ProduceTopic& topic) {
  if (request.header.api_version < 13) return std::string(topic.name);
  kafka::TopicId id = topic.id;
  const std::uint8_t number = std::exchange(id[0], std::uint8_t{0});
  if (id != kafka::TopicId{} || number == 0 || number > 3) return "unknown";
  return std::array{"json", "avro", "other"}[number - 1U];
}

std::string complaint_about_batch(std::string_view topic, Bytes batch) {
  kafka::OpenBatch open;
  std::string detail;
  if (kafka::open_batch(batch, {}, open, detail) != kafka::BatchFault::none)
    return "a batch that does not open is forwarded: " + detail;
  for (const RecordView& record : open.records) {
    if (!twin_takes(topic, record))
      return fmt::format("record {} of topic {} is forwarded", record.index, topic);
  }
  return {};
}

// With the others: nothing is wrong with it, but its request is refused as a whole.
bool refused_with_others(const proxy::Decision& decision, const kafka::ProducePartitionResponse& answer) {
  return decision.forward == proxy::Decision::Forward::nothing && answer.error_code == 87 &&
         answer.record_errors.empty();
}

std::string complaint_about_answer(const kafka::ProducePartitionResponse& answer, const Limits& limits,
                                   bool with_others) {
  if (!kAnswers.contains(answer.error_code)) return fmt::format("answered {}", answer.error_code);
  if ((answer.error_code == 87) == answer.record_errors.empty() && !with_others)
    return "record errors go with 87 only";
  if (answer.record_errors.size() > limits.record_errors_max) return "too many record errors";
  std::int32_t before = -1;
  for (const auto& error : answer.record_errors) {
    if (error.batch_index <= before) return "record errors do not ascend";
    before = error.batch_index;
    if (error.message.size() > limits.record_error_text_bytes_max) return "a text is too long";
    if (!error.message.ends_with(']')) return "a text does not end with its reject id";
    if (!simdjson::validate_utf8(error.message)) return "a text is no UTF-8";
  }
  return {};
}

bool ascending(const auto& list) {
  return std::adjacent_find(list.begin(), list.end(), [](const auto& a, const auto& b) {
           return std::pair(a.topic, a.partition) >= std::pair(b.topic, b.partition);
         }) == list.end();
}

}  // namespace

World fixed_world() {
  World world;
  world.topic("avro", requiring_schema());
  world.avro(1, kAvro, {"avro-value"});
  world.rule_file(R"({"topics":["json","avro"],"rules":[
      {"name":"age","field":"age","check":{"required":true,"exclusiveMinimum":0}}]})");
  world.name_topic({1}, "json").name_topic({2}, "avro").name_topic({3}, "other");
  return world;
}

std::string good_json(int age) {
  return fmt::format(R"({{"name":"ann","age":{}}})", age);
}

std::string good_avro(int age) {
  return framed(1, avro_text("ann") + avro_long(age));
}

std::string complaint(World& world, Bytes frame) {
  kafka::ProduceRequest request;
  if (!kafka::decode(frame, world.limits, request)) return {};
  // What a topic id names is either known or never will be.
  world.last_try = false;
  for (int round = 0; round < 8; ++round) {
    const auto asked = world.ask(request);
    if (std::holds_alternative<proxy::Decision>(asked)) break;
    world.resolve(std::get<proxy::Wanted>(asked));
  }
  world.last_try = true;
  const proxy::Decision decision = world.decide(request);
  if (!ascending(decision.edits) || !ascending(decision.answers)) return "edits or answers do not ascend";
  const bool whole = quirk_of(world.traits, request).refusal == proxy::ClientQuirk::Refusal::request;
  for (const auto& answer : decision.answers) {
    const bool with_others = whole && refused_with_others(decision, answer.response);
    if (auto bad = complaint_about_answer(answer.response, world.limits, with_others); !bad.empty())
      return bad;
  }
  if (decision.answers.size() != decision.unless_kept.size()) return "an answer has no substitute";
  auto answer = decision.answers.begin();
  for (std::size_t t = 0; t < request.topics.size(); ++t) {
    const std::string name = topic_name(request, request.topics[t]);
    for (std::size_t p = 0; p < request.topics[t].partitions.size(); ++p) {
      const bool here = answer != decision.answers.end() && answer->topic == t && answer->partition == p;
      if (here) {
        ++answer;
        continue;
      }
      if (decision.forward == proxy::Decision::Forward::nothing) return "a partition is nobody's";
      const auto& records = request.topics[t].partitions[p].records;
      if (!records || (name != "json" && name != "avro")) continue;
      if (auto bad = complaint_about_batch(name, *records); !bad.empty()) return bad;
    }
  }
  if (answer != decision.answers.end()) return "an answer for no partition";
  const auto left_out = static_cast<std::size_t>(std::count_if(
      decision.edits.begin(), decision.edits.end(), [](const auto& edit) { return !edit.records; }));
  const bool edited = decision.forward == proxy::Decision::Forward::edited;
  if (edited && left_out != decision.answers.size()) return "what is answered here is not left out";
  if (!edited && !decision.edits.empty()) return "edits of what is not edited";
  return {};
}

Buffer sealed(Bytes frame) {
  Buffer out(frame.begin(), frame.end());
  kafka::ProduceRequest request;
  if (!kafka::decode(out, {}, request)) return out;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      if (!partition.records || partition.records->size() < kafka::kBatchHeaderBytes) continue;
      const auto at = static_cast<std::size_t>(partition.records->data() - out.data());
      const std::size_t size = partition.records->size();
      Buffer batch(partition.records->begin(), partition.records->end());
      batch[16] = 2;
      kafka::store_i32(batch, 8, static_cast<std::int32_t>(size - 12));
      kafka::store_i32(batch, 17, static_cast<std::int32_t>(kafka::crc32c(Bytes(batch).subspan(21))));
      std::copy(batch.begin(), batch.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  return out;
}

}  // namespace assay::kit
