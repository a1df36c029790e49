// Avro records of about 120 bytes: validate and extract for three rules, beside avro-c's generic decode of
// the same records.
//   avro_bench --benchmark_min_time=1
// The budget (docs/architecture.md) is a ratio of 0.12; the rules' own cost is measured where rules are.
#include <avro.h>
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>
#include <random>

#include "record/path.h"
#include "registry/schema/avro/avro_schema.h"

namespace assay::schema::avro {
namespace {

constexpr std::string_view kSchema = R"({"type":"record","name":"Order","namespace":"com.example","fields":[
  {"name":"id","type":"string"},
  {"name":"customer","type":"long"},
  {"name":"created","type":{"type":"long","logicalType":"timestamp-millis"}},
  {"name":"status","type":{"type":"enum","name":"Status","symbols":["NEW","PAID","SENT"]}},
  {"name":"email","type":["null","string"],"default":null},
  {"name":"total","type":"double"},
  {"name":"address","type":{"type":"record","name":"Address","fields":[
    {"name":"street","type":"string"},{"name":"zip","type":"int"},{"name":"city","type":["null","string"]}]}},
  {"name":"gift","type":"boolean"},
  {"name":"tags","type":{"type":"array","items":"string"}}]})";

constexpr int kRecords = 512;

void put_long(Buffer& out, std::int64_t value) {
  auto bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (; bits >= 0x80; bits >>= 7) out.push_back(static_cast<std::uint8_t>(bits | 0x80));
  out.push_back(static_cast<std::uint8_t>(bits));
}

void put_text(Buffer& out, std::string_view text) {
  put_long(out, static_cast<std::int64_t>(text.size()));
  append(out, as_bytes(text));
}

std::vector<Buffer> make_records() {
  std::mt19937 random(7);
  std::vector<Buffer> records;
  for (int i = 0; i < kRecords; ++i) {
    Buffer body;
    put_text(body, "89791762-2336-4186-9674-" + std::to_string(100'000'000'000 + random()));
    put_long(body, random() % 100'000);
    put_long(body, 1'700'000'000'000 + random());
    put_long(body, random() % 3);
    const bool with_email = random() % 4 != 0;
    put_long(body, with_email ? 1 : 0);
    if (with_email) put_text(body, "user" + std::to_string(random() % 10'000) + "@example.com");
    const double total = static_cast<double>(random()) / 100;
    body.resize(body.size() + 8);
    std::memcpy(body.data() + body.size() - 8, &total, 8);
    put_text(body, "Lange Gasse " + std::to_string(random() % 200));
    put_long(body, random() % 99'999);
    put_long(body, 1);
    put_text(body, "Regensburg");
    body.push_back(static_cast<std::uint8_t>(random() % 2));
    put_long(body, 2);
    put_text(body, "new");
    put_text(body, "spring");
    body.push_back(0);
    records.push_back(std::move(body));
  }
  return records;
}

std::int64_t bytes_of(const std::vector<Buffer>& records) {
  std::int64_t bytes = 0;
  for (const Buffer& record : records) bytes += static_cast<std::int64_t>(record.size());
  return bytes;
}

void report(benchmark::State& state, const std::vector<Buffer>& records) {
  state.SetItemsProcessed(state.iterations() * kRecords);
  state.SetBytesProcessed(state.iterations() * bytes_of(records));
  state.counters["bytes_per_record"] = static_cast<double>(bytes_of(records)) / kRecords;
  state.counters["time_per_record"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kRecords,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

class NoLeaves final : public LeafSink {
 public:
  void check(LeafId, const Value& value) override { benchmark::DoNotOptimize(value.kind); }
  void explain(LeafId, const Value&, std::string_view) override {}
};

void walk(benchmark::State& state, const std::vector<std::string>& paths) {
  const auto records = make_records();
  const std::vector<Bytes> bodies(records.begin(), records.end());
  std::vector<PathRead> reads;
  std::uint16_t slots_needed = 0;
  for (const std::string& path : paths) {
    PathRead read{parse_path(path).value()};
    read.leaf = read.path.many();
    read.id = read.leaf ? std::uint16_t{0} : slots_needed++;
    reads.push_back(std::move(read));
  }
  const auto schema = parse(kSchema, {}, {}).value();
  const auto validator = schema->compile(PathTrie(reads), {}).value();
  const auto workspace = validator->make_workspace();
  std::vector<Value> slots(slots_needed);
  NoLeaves leaves;
  for (auto _ : state) {
    validator->begin(bodies, *workspace);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      reset(slots);
      if (validator->walk(i, *workspace, slots, leaves) != Walk::conforms)
        state.SkipWithError("a record is refused");
      for (const Value& value : slots) benchmark::DoNotOptimize(value.integer);
    }
  }
  report(state, records);
}

void BM_assay_validate(benchmark::State& state) {
  walk(state, {});
}
BENCHMARK(BM_assay_validate);

void BM_assay_validate_and_extract(benchmark::State& state) {
  walk(state, {"total", "email", "address.zip"});
}
BENCHMARK(BM_assay_validate_and_extract);

void BM_assay_validate_extract_and_offer(benchmark::State& state) {
  walk(state, {"total", "email", "tags[*]"});
}
BENCHMARK(BM_assay_validate_extract_and_offer);

void BM_avro_c_generic_decode(benchmark::State& state) {
  const auto records = make_records();
  avro_schema_t schema = nullptr;
  if (avro_schema_from_json_length(kSchema.data(), kSchema.size(), &schema) != 0) {
    state.SkipWithError(avro_strerror());
    return;
  }
  avro_value_iface_t* iface = avro_generic_class_from_schema(schema);
  avro_value_t value;
  avro_generic_value_new(iface, &value);
  for (auto _ : state) {
    for (const Buffer& record : records) {
      avro_reader_t reader = avro_reader_memory(reinterpret_cast<const char*>(record.data()),
                                                static_cast<std::int64_t>(record.size()));
      avro_value_reset(&value);
      if (avro_value_read(reader, &value) != 0) state.SkipWithError(avro_strerror());
      avro_reader_free(reader);
    }
  }
  report(state, records);
  avro_value_decref(&value);
  avro_value_iface_decref(iface);
  avro_schema_decref(schema);
}
BENCHMARK(BM_avro_c_generic_decode);

}  // namespace
}  // namespace assay::schema::avro

BENCHMARK_MAIN();
