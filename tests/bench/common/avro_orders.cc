#include "tests/bench/common/avro_orders.h"

#include <avro.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

namespace assay::bench {

const std::string_view kAvroOrderSchema =
    R"({"type":"record","name":"Order","namespace":"com.example","fields":[
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

namespace {

void put_long(Buffer& out, std::int64_t value) {
  auto bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (; bits >= 0x80; bits >>= 7) out.push_back(static_cast<std::uint8_t>(bits | 0x80));
  out.push_back(static_cast<std::uint8_t>(bits));
}

void put_text(Buffer& out, std::string_view text) {
  put_long(out, static_cast<std::int64_t>(text.size()));
  append(out, as_bytes(text));
}

}  // namespace

std::vector<Buffer> avro_orders(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Buffer> records;
  for (std::size_t i = 0; i < count; ++i) {
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

struct AvroCDecoder::Parts {
  avro_schema_t schema = nullptr;
  avro_value_iface_t* iface = nullptr;
  avro_value_t value{};
};

AvroCDecoder::AvroCDecoder() : parts_(std::make_unique<Parts>()) {
  const std::string_view text = kAvroOrderSchema;
  if (avro_schema_from_json_length(text.data(), text.size(), &parts_->schema) != 0) std::abort();
  parts_->iface = avro_generic_class_from_schema(parts_->schema);
  if (avro_generic_value_new(parts_->iface, &parts_->value) != 0) std::abort();
}

AvroCDecoder::~AvroCDecoder() {
  avro_value_decref(&parts_->value);
  avro_value_iface_decref(parts_->iface);
  avro_schema_decref(parts_->schema);
}

bool AvroCDecoder::decode(Bytes record) {
  avro_reader_t reader = avro_reader_memory(reinterpret_cast<const char*>(record.data()),
                                            static_cast<std::int64_t>(record.size()));
  avro_value_reset(&parts_->value);
  const bool read = avro_value_read(reader, &parts_->value) == 0;
  avro_reader_free(reader);
  return read;
}

}  // namespace assay::bench
