#include "proxy/net/cluster_client.h"

#include <array>

#include "io/net/timer.h"
#include "proxy/session/frame.h"

namespace assay::proxy {
namespace {

constexpr const char* kClientId = "assay";

io::Task<Result<void>> read_all(io::Stream& stream, MutableBytes into) {
  while (!into.empty()) {
    const auto n = co_await stream.read_some(into);
    if (!n) co_return n.error();
    if (*n == 0) co_return Error(ErrorCode::denied, "the broker ended the connection").within(stream.peer());
    into = into.subspan(*n);
  }
  co_return Result<void>{};
}

}  // namespace

io::Task<Result<Buffer>> ClusterClient::exchange(io::Stream& stream, Buffer request) {
  if (const auto sent = co_await stream.write(Bytes(request)); !sent) co_return sent.error();
  std::array<std::uint8_t, 4> head{};
  if (const auto got = co_await read_all(stream, head); !got) co_return got.error();
  const std::int32_t length = frame_length(head);
  if (length < 4 || static_cast<std::size_t>(length) > limits_.frame_bytes_max) {
    co_return Error(ErrorCode::invalid, "not an answer of a Kafka broker").within(stream.peer());
  }
  Buffer frame(static_cast<std::size_t>(length));
  if (const auto got = co_await read_all(stream, frame); !got) co_return got.error();
  co_return frame;
}

io::Task<Result<ClusterView>> ClusterClient::ask(io::Loop& loop, io::HostPort server,
                                                 kafka::MetadataRequest request, std::int16_t version,
                                                 std::shared_ptr<io::Stream>* open) {
  auto connected = co_await connector_.connect(loop, server, timeout_);
  if (!connected) co_return connected.error();
  const std::shared_ptr<io::Stream> stream = std::move(*connected);
  if (open != nullptr) *open = stream;
  bool late = false;
  io::Alarm alarm(loop);
  alarm.set(timeout_, [&] {
    late = true;
    stream->close();
  });
  request.client_id = kClientId;
  Buffer bytes;
  kafka::encode(request, version, bytes);
  auto frame = co_await exchange(*stream, std::move(bytes));
  alarm.cancel();
  if (open != nullptr) open->reset();
  if (late) co_return Error(ErrorCode::unavailable, "no answer in time").within(io::to_string(server));
  if (!frame) co_return frame.error();
  ClusterView view{std::move(*frame), {}};
  auto decoded = kafka::decode_metadata_response(view.frame, version);
  if (!decoded) co_return decoded.error().within(io::to_string(server));
  view.metadata = std::move(*decoded);
  co_return view;
}

}  // namespace assay::proxy
