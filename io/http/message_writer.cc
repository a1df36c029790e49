#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "io/http/message_reader.h"

namespace assay::io {
namespace {

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

void put_field(std::string& out, std::string_view name, std::string_view value) {
  if (!is_token(name) || !is_field_value(value)) return;
  fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
}

// Mon, 24 Nov 2026 10:31:40 GMT (RFC 9110, 5.6.7); not strftime, which speaks the machine's language.
std::string http_date(std::int64_t now_s) {
  static constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm t = fmt::gmtime(static_cast<std::time_t>(now_s));
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[t.tm_wday], t.tm_mday, kMonths[t.tm_mon],
                     t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

}  // namespace

std::string write_request_head(std::string_view method, std::string_view target, std::string_view authority,
                               const HttpHeaders& headers, std::string_view content_type,
                               std::size_t body_bytes) {
  std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", method, target, authority);
  for (const HttpHeader& header : headers) put_field(out, header.name, header.value);
  if (!content_type.empty()) put_field(out, "Content-Type", content_type);
  if (body_bytes > 0 || (method != "GET" && method != "HEAD")) {
    put_field(out, "Content-Length", std::to_string(body_bytes));
  }
  return out + "\r\n";
}

std::string write_response_head(const HttpResponse& response, bool keep_alive, std::int64_t now_s) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response.status, http_reason(response.status));
  put_field(out, "Date", http_date(now_s));
  if (!response.content_type.empty()) put_field(out, "Content-Type", response.content_type);
  for (const HttpHeader& header : response.headers) put_field(out, header.name, header.value);
  if (response.status != 204 && response.status != 304 && response.status >= 200) {
    put_field(out, "Content-Length", std::to_string(response.body.size()));
  }
  if (!keep_alive) put_field(out, "Connection", "close");
  return out + "\r\n";
}

}  // namespace assay::io
