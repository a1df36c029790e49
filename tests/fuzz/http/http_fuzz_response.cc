// Any bytes as what a registry answers, to GET and to HEAD. Cut in two it must be the same response, and no
// body is larger than its bound.
#include <cstdlib>
#include <optional>
#include <string_view>

#include "io/http/message_reader.h"

using namespace assay;

namespace {

constexpr io::MessageReader::Bounds kBounds{1'024, 4'096};

void require(bool condition) {
  if (!condition) std::abort();
}

std::optional<io::HttpResponse> read(std::string_view text, std::size_t cut, bool head) {
  const auto reader = io::make_response_reader(kBounds, head);
  std::size_t taken = 0, more_taken = 0;
  io::ReadState state = reader->feed(text.substr(0, cut), taken);
  require(taken <= cut);
  if (state == io::ReadState::more) {
    state = reader->feed(text.substr(taken), more_taken);
    require(taken + more_taken <= text.size());
  }
  if (state == io::ReadState::more && reader->started()) state = reader->finish();
  require((state == io::ReadState::failed) == !reader->failure().why.empty());
  if (state != io::ReadState::complete) return std::nullopt;
  return reader->take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool head : {false, true}) {
    const auto whole = read(text, size, head), halves = read(text, size / 2, head);
    require(whole.has_value() == halves.has_value());
    if (!whole) continue;
    require(whole->status == halves->status && whole->body == halves->body);
    require(whole->body.size() <= (head ? 0 : kBounds.body_bytes_max));
  }
  return 0;
}
