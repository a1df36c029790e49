// Request targets, URLs and whole requests out of nowhere. What is parsed must be text, and coding it again
// must lead back.
#include <cstdlib>
#include <string_view>

#include "io/http/message_reader.h"
#include "io/http/url.h"

using namespace assay;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_target(std::string_view text) {
  io::HttpRequest request;
  io::parse_target(text, request);
  if (!request.target_problem.empty()) require(request.segments.empty() && request.query.empty());
  std::string again;
  for (const std::string& segment : request.segments) again += "/" + io::percent_encode(segment);
  if (request.segments.empty() || request.segments.back().empty()) return;  // a trailing slash is not kept
  io::HttpRequest second;
  io::parse_target(again, second);
  require(second.segments == request.segments);
}

void check_url(std::string_view text) {
  const auto url = io::parse_url(text);
  if (!url) return;
  const auto again = io::parse_url(url->text());
  require(again && again->host == url->host && again->port == url->port && again->path == url->path);
}

// Cut in two, it must be the same request.
void check_request(std::string_view text) {
  const io::MessageReader::Bounds bounds{1'024, 4'096};
  const auto whole = io::make_request_reader(bounds);
  std::size_t taken = 0;
  const io::ReadState state = whole->feed(text, taken);
  require(taken <= text.size());
  if (state != io::ReadState::complete) return;
  const auto halves = io::make_request_reader(bounds);
  const std::size_t cut = text.size() / 2;
  std::size_t first = 0, second = 0;
  io::ReadState halved = halves->feed(text.substr(0, cut), first);
  if (halved == io::ReadState::more) halved = halves->feed(text.substr(first), second);
  require(halved == io::ReadState::complete && first + second == taken);
  const io::HttpRequest a = whole->take(), b = halves->take();
  require(a.method == b.method && a.target == b.target && a.body == b.body && a.body.size() <= 4'096);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_target(text);
  check_url(text);
  check_request(text);
  const auto decoded = io::percent_decode(text);
  if (decoded) require(io::percent_decode(io::percent_encode(*decoded)) == decoded);
  return 0;
}
