#include "proxy/admin/problem.h"

#include <nlohmann/json.hpp>

namespace assay::proxy {
namespace {

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
    case ErrorCode::truncated:
    case ErrorCode::unsupported:
      return 400;
    case ErrorCode::denied:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::io:
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

}  // namespace

io::HttpResponse problem(int status, std::string_view detail) {
  const nlohmann::ordered_json body{
      {"type", "about:blank"}, {"title", io::http_reason(status)}, {"status", status}, {"detail", detail}};
  io::HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  return response;
}

io::HttpResponse problem(const Error& error) {
  return problem(status_of(error.code()), error.message());
}

}  // namespace assay::proxy
