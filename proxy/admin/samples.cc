#include "proxy/admin/samples.h"

#include <future>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "proxy/admin/raw_json.h"
#include "proxy/produce/findings.h"

namespace assay::proxy {
namespace {

// A text is its characters, {"base64": "…"} the bytes, null nothing; any other JSON is itself, as written.
Result<std::optional<Buffer>> bytes_of(const std::string& json) {
  if (json == "null") return std::optional<Buffer>();
  std::string text = json;
  if (json.starts_with('"')) text = nlohmann::json::parse(json, nullptr, false).get<std::string>();
  if (const auto members = raw_members(json); members && members->size() == 1) {
    const auto& [name, content] = members->front();
    if (name == "base64" && content.starts_with('"')) {
      auto decoded = decode_base64(nlohmann::json::parse(content, nullptr, false).get<std::string>());
      if (!decoded)
        return Error(ErrorCode::invalid, "\"base64\" does not hold base64 (RFC 4648, with padding)");
      return std::optional<Buffer>(std::move(*decoded));
    }
  }
  return std::optional<Buffer>(std::in_place, text.begin(), text.end());
}

Result<> add_headers(const std::string& json, Sample& sample) {
  const auto headers = raw_members(json);
  if (!headers) return Error(ErrorCode::invalid, "\"headers\" must be an object");
  for (const auto& [header, content] : *headers) {
    // A list: several headers of that name.
    const auto list = raw_items(content);
    for (const std::string& one : list ? *list : std::vector<std::string>{content}) {
      auto bytes = bytes_of(one);
      if (!bytes) return bytes.error().within(header);
      sample.headers.emplace_back(header, std::move(*bytes));
    }
  }
  return {};
}

Result<Sample> record_of(const std::string& json) {
  const auto record = raw_members(json);
  if (!record) return Error(ErrorCode::invalid, "\"$record\" must be an object with key, value and headers");
  Sample sample;
  for (const auto& [name, member] : *record) {
    if (name == "headers") {
      if (auto added = add_headers(member, sample); !added) return added.error();
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
  const auto members = raw_members(json);
  if (members && members->size() == 1 && members->front().first == "$record")
    return record_of(members->front().second);
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
    headers.reserve(sample.headers.size());
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
