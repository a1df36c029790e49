#include "proxy/admin/samples.h"

#include <future>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "proxy/produce/findings.h"

namespace assay::proxy {
namespace {

using Json = nlohmann::ordered_json;

Result<std::optional<Buffer>> bytes_of(const Json& json) {
  if (json.is_null()) return std::optional<Buffer>();
  std::string text;
  if (json.is_string()) {
    text = json.get<std::string>();
  } else if (json.is_object() && json.size() == 1 && json.contains("base64") && json["base64"].is_string()) {
    auto decoded = decode_base64(json["base64"].get<std::string>());
    if (!decoded)
      return Error(ErrorCode::invalid, "\"base64\" does not hold base64 (RFC 4648, with padding)");
    return std::optional<Buffer>(std::move(*decoded));
  } else {
    text = json.dump();
  }
  return std::optional<Buffer>(std::in_place, text.begin(), text.end());
}

Result<Sample> record_of(const Json& record) {
  Sample sample;
  if (!record.is_object())
    return Error(ErrorCode::invalid, "\"$record\" must be an object with key, value and headers");
  for (const auto& [name, member] : record.items()) {
    if (name == "headers") {
      if (!member.is_object()) return Error(ErrorCode::invalid, "\"headers\" must be an object");
      for (const auto& [header, content] : member.items()) {
        // A list: several headers of that name.
        const Json list = content.is_array() ? content : Json::array({content});
        for (const Json& one : list) {
          auto bytes = bytes_of(one);
          if (!bytes) return bytes.error().within(header);
          sample.headers.emplace_back(header, std::move(*bytes));
        }
      }
      continue;
    }
    if (name != "key" && name != "value") {
      return Error(ErrorCode::invalid,
                   "\"$record\" has an unknown member \"" + name + "\"; it takes key, value, headers");
    }
    auto bytes = bytes_of(member);
    if (!bytes) return bytes.error().within(name);
    (name == "key" ? sample.key : sample.value) = std::move(*bytes);
  }
  return sample;
}

std::shared_ptr<const Snapshot> wait_for(CatalogService& catalog, Wanted wanted,
                                         std::chrono::milliseconds timeout) {
  auto known = std::make_shared<std::promise<void>>();
  auto future = known->get_future();
  catalog.resolve(std::move(wanted), [known] { known->set_value(); });
  future.wait_for(timeout);
  return catalog.current();
}

SampleVerdict verdict_of(Findings& findings) {
  SampleVerdict out;
  if (!findings.violating.empty()) {
    out.state = SampleVerdict::State::violates;
    out.violations = std::move(findings.violating.front().violations);
  } else if (!findings.undecided.empty()) {
    out.state = SampleVerdict::State::undecided;
    out.undecided_why = std::move(findings.undecided_why);
  }
  return out;
}

}  // namespace

Result<Sample> parse_sample(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_object() && parsed.size() == 1 && parsed.contains("$record"))
    return record_of(parsed["$record"]);
  // Anything else is a value as it stands, also what is no JSON: that may be what is to be tried.
  Sample sample;
  sample.value.emplace(json.begin(), json.end());
  return sample;
}

void frame_value(Sample& sample, std::int32_t schema_id) {
  if (!sample.value) return;
  const auto id = static_cast<std::uint32_t>(schema_id);
  const Buffer frame{0, static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
                     static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
  sample.value->insert(sample.value->begin(), frame.begin(), frame.end());
}

std::vector<SampleVerdict> judge_samples(const std::string& topic, const std::vector<Sample>& samples,
                                         CatalogService& catalog, std::chrono::milliseconds timeout,
                                         const Limits& limits, const Clock& clock) {
  std::vector<SampleVerdict> verdicts;
  InspectScratch scratch;
  UlidGenerator ids;
  for (const Sample& sample : samples) {
    std::vector<HeaderView> headers;
    for (const auto& [name, value] : sample.headers) {
      headers.push_back({name, value ? std::optional<Bytes>(*value) : std::nullopt});
    }
    RecordView record;
    record.timestamp_ms = clock.now_ms();
    if (sample.key) record.key = *sample.key;
    if (sample.value) record.value = *sample.value;
    record.headers = headers;
    const auto batch = kafka::build_batch({&record, 1}, {});
    if (!batch) {
      verdicts.push_back({SampleVerdict::State::undecided, {}, batch.error().message()});
      continue;
    }
    InspectContext context{limits, clock.now_ms(), ids, nullptr, false};
    auto snapshot = catalog.current();
    SampleVerdict verdict;
    // Each round learns something new: the topic, its schema, its subject, its plan.
    constexpr int kRoundsMax = 8;
    for (int round = 0; round < kRoundsMax; ++round) {
      context.last_try = round + 1 == kRoundsMax;
      Wanted wanted;
      const auto entry = snapshot->topics->find(topic);
      if (entry == snapshot->topics->end()) {
        wanted.topics.push_back(topic);
      } else if (!entry->second->judged) {
        break;
      } else {
        Findings findings = judge_batch(*batch, entry->second, *snapshot, context, scratch, wanted);
        if (wanted.empty()) {
          verdict = verdict_of(findings);
          break;
        }
      }
      snapshot = wait_for(catalog, std::move(wanted), timeout);
    }
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace assay::proxy
