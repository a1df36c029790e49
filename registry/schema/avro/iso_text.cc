#include <fmt/format.h>

#include <chrono>

#include "registry/schema/avro/json_text.h"

namespace assay::schema::avro {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
// 0000-01-01 and 9999-12-31, in days since 1970-01-01.
constexpr std::int64_t kFirstDay = -719'528;
constexpr std::int64_t kLastDay = 2'932'896;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

std::string day_text(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string clock_text(std::int64_t seconds, std::int64_t fraction, std::int64_t per_second) {
  const int digits = per_second == 1000 ? 3 : per_second == 1'000'000 ? 6 : 9;
  return fmt::format("{:02}:{:02}:{:02}.{:0{}}", seconds / 3600, seconds / 60 % 60, seconds % 60, fraction,
                     digits);
}

std::uint32_t little_endian(Bytes bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

std::string date_text(std::int64_t days) {
  return days < kFirstDay || days > kLastDay ? std::to_string(days) : '"' + day_text(days) + '"';
}

std::string time_text(std::int64_t count, std::int64_t per_second) {
  if (count < 0 || count >= kSecondsPerDay * per_second) return std::to_string(count);
  return '"' + clock_text(count / per_second, count % per_second, per_second) + '"';
}

std::string timestamp_text(std::int64_t count, std::int64_t per_second, bool utc) {
  const std::int64_t seconds = floor_div(count, per_second);
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  if (days < kFirstDay || days > kLastDay) return std::to_string(count);
  // Not `count - seconds * per_second`, which overflows for the earliest nanoseconds.
  const std::int64_t remainder = count % per_second;
  const std::int64_t fraction = remainder < 0 ? remainder + per_second : remainder;
  const std::string clock = clock_text(seconds - days * kSecondsPerDay, fraction, per_second);
  return '"' + day_text(days) + 'T' + clock + (utc ? "Z\"" : "\"");
}

std::string duration_text(Bytes fixed) {
  const std::uint32_t ms = little_endian(fixed.subspan(8));
  return fmt::format("\"P{}M{}DT{}.{:03}S\"", little_endian(fixed), little_endian(fixed.subspan(4)),
                     ms / 1000, ms % 1000);
}

}  // namespace assay::schema::avro
