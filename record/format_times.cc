#include "record/format_times.h"

#include <cstddef>

namespace assay {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The two-digit number at text[at], something below 0 when there is none. REQUIRES: at + 2 <= text.size().
int two_digits(std::string_view text, std::size_t at) {
  const auto tens = static_cast<unsigned>(static_cast<unsigned char>(text[at])) - '0';
  const auto ones = static_cast<unsigned>(static_cast<unsigned char>(text[at + 1])) - '0';
  return tens <= 9 && ones <= 9 ? static_cast<int>(tens * 10 + ones) : -1;
}

int days_of(int year, int month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// time-numoffset or Z; false when `text` is neither. Minutes east of UTC.
bool read_offset(std::string_view text, int& minutes) {
  if (text == "Z" || text == "z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const int hour = two_digits(text, 1);
  const int minute = two_digits(text, 4);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  minutes = (text[0] == '-' ? -1 : 1) * (hour * 60 + minute);
  return true;
}

// Reads numbers with falling units of `units`, each next to the last one read: "1H2M", not "1H2S". At least
// one.
bool read_units(std::string_view& text, std::string_view units) {
  std::size_t first = 0;
  bool any = false;
  while (!text.empty() && is_digit(text[0])) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits == text.size()) return false;
    const std::size_t unit = units.find(text[digits]);
    if (unit == std::string_view::npos || (any ? unit != first : unit < first)) return false;
    first = unit + 1;
    any = true;
    text.remove_prefix(digits + 1);
  }
  return any;
}

}  // namespace

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const int century = two_digits(text, 0);
  const int rest = two_digits(text, 2);
  const int month = two_digits(text, 5);
  const int day = two_digits(text, 8);
  if (century < 0 || rest < 0 || month < 1 || month > 12 || day < 1) return false;
  return day <= days_of(century * 100 + rest, month);
}

bool is_time(std::string_view text) {
  if (text.size() < 9 || text[2] != ':' || text[5] != ':') return false;
  const int hour = two_digits(text, 0);
  const int minute = two_digits(text, 3);
  const int second = two_digits(text, 6);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
  std::size_t at = 8;
  if (text[at] == '.') {
    const std::size_t fraction = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == fraction) return false;
  }
  int offset = 0;
  if (!read_offset(text.substr(at), offset)) return false;
  constexpr int kDay = 24 * 60;
  return second < 60 || (hour * 60 + minute - offset + kDay) % kDay == kDay - 1;
}

bool is_date_time(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return false;
  return is_date(text.substr(0, 10)) && is_time(text.substr(11));
}

bool is_duration(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P') return false;
  text.remove_prefix(1);
  if (text.back() == 'W') return read_units(text, "W") && text.empty();
  if (text[0] != 'T' && !read_units(text, "YMD")) return false;
  if (text.empty()) return true;
  if (text[0] != 'T') return false;
  text.remove_prefix(1);
  return read_units(text, "HMS") && text.empty();
}

}  // namespace assay
