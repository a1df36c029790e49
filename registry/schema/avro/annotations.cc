#include "registry/schema/avro/annotations.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

namespace assay::schema::avro {
namespace {

using Json = nlohmann::json;

struct Annotation {
  std::string_view name;
  Type type;
  Meaning meaning;
};

constexpr Annotation kAnnotations[] = {
    {"decimal", Type::bytes, Meaning::decimal},
    {"decimal", Type::fixed, Meaning::decimal},
    {"uuid", Type::string, Meaning::uuid},
    {"uuid", Type::fixed, Meaning::uuid},
    {"date", Type::int32, Meaning::date},
    {"time-millis", Type::int32, Meaning::time_ms},
    {"time-micros", Type::int64, Meaning::time_us},
    {"timestamp-millis", Type::int64, Meaning::timestamp_ms},
    {"timestamp-micros", Type::int64, Meaning::timestamp_us},
    {"timestamp-nanos", Type::int64, Meaning::timestamp_ns},
    {"local-timestamp-millis", Type::int64, Meaning::local_timestamp_ms},
    {"local-timestamp-micros", Type::int64, Meaning::local_timestamp_us},
    {"local-timestamp-nanos", Type::int64, Meaning::local_timestamp_ns},
    {"duration", Type::fixed, Meaning::duration},
};

constexpr std::uint32_t kUuidBytes = 16;
constexpr std::uint32_t kDurationBytes = 12;

// A non-negative int attribute; `missing` when it is not there; nothing when it is something else.
std::optional<std::uint32_t> natural(const Json& object, const char* name,
                                     std::optional<std::uint32_t> missing) {
  const auto at = object.find(name);
  if (at == object.end()) return missing;
  if (!at->is_number_unsigned()) return std::nullopt;
  const auto value = at->get<std::uint64_t>();
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

void read_decimal(const Json& object, Node& node) {
  const auto precision = natural(object, "precision", std::nullopt);
  const auto scale = natural(object, "scale", 0);
  if (!precision || !scale || *precision == 0 || *scale > *precision) return;
  if (node.type == Type::fixed && *precision > digits_of_bytes(node.size)) return;
  node.meaning = Meaning::decimal;
  node.precision = *precision;
  node.scale = *scale;
}

}  // namespace

std::uint32_t digits_of_bytes(std::uint32_t bytes) {
  return bytes == 0 ? 0 : static_cast<std::uint32_t>(std::floor(std::log10(2.0) * (8.0 * bytes - 1)));
}

void read_logical_type(const Json& object, Node& node) {
  const auto at = object.find("logicalType");
  if (at == object.end() || !at->is_string()) return;
  const auto& name = at->get_ref<const std::string&>();
  const auto* const found =
      std::find_if(std::begin(kAnnotations), std::end(kAnnotations),
                   [&](const Annotation& a) { return a.name == name && a.type == node.type; });
  if (found == std::end(kAnnotations)) return;
  if (found->meaning == Meaning::decimal) return read_decimal(object, node);
  if (found->meaning == Meaning::uuid && node.type == Type::fixed && node.size != kUuidBytes) return;
  if (found->meaning == Meaning::duration && node.size != kDurationBytes) return;
  node.meaning = found->meaning;
}

std::vector<std::string> read_tags(const Json& object) {
  std::vector<std::string> tags;
  const auto at = object.find("confluent:tags");
  if (at == object.end() || !at->is_array()) return tags;
  for (const Json& tag : *at) {
    if (tag.is_string()) tags.push_back(tag.get<std::string>());
  }
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

}  // namespace assay::schema::avro
