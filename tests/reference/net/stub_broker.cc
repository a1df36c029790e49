#include "tests/reference/net/stub_broker.h"

#include <algorithm>
#include <array>

#include "io/net/timer.h"
#include "kafka/messages/header.h"
#include "kafka/messages/produce.h"
#include "proxy/session/frame.h"

namespace assay::kit {
namespace {

constexpr std::chrono::milliseconds kGlance{1};

io::Task<bool> read_all(io::Stream& stream, MutableBytes into) {
  while (!into.empty()) {
    const auto n = co_await stream.read_some(into);
    if (!n || *n == 0) co_return false;
    into = into.subspan(*n);
  }
  co_return true;
}

kafka::ProduceResponse accepted(const kafka::ProduceRequest& request) {
  std::vector<Topic> topics;
  for (const auto& topic : request.topics) {
    Topic& told = topics.emplace_back(Topic{std::string(topic.name), topic.id, {}});
    for (const auto& partition : topic.partitions) told.parts.push_back({partition.index, ""});
  }
  return produce_answer(request.header.correlation_id, topics);
}

}  // namespace

StubBroker::StubBroker(std::int32_t node_id) : node_id_(node_id) {
  listener_ = io::Listener::bind(runtime_.loop(0), {"127.0.0.1", 0}).value();
  brokers_ = {as_broker()};
  runtime_.loop(0).spawn(accept());
  runtime_.start();
}

StubBroker::~StubBroker() {
  runtime_.stop();
  runtime_.join();
  streams_.clear();
}

Broker StubBroker::as_broker() const {
  return {node_id_, address().host, address().port};
}

void StubBroker::set_cluster(std::vector<Broker> brokers, std::vector<Topic> topics) {
  const std::lock_guard lock(mutex_);
  brokers_ = std::move(brokers);
  topics_ = std::move(topics);
}

void StubBroker::kill_connections() {
  runtime_.loop(0).post([this] {
    const std::lock_guard lock(mutex_);
    for (const auto& stream : streams_) stream->close();
  });
}

std::vector<Buffer> StubBroker::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void StubBroker::forget() {
  const std::lock_guard lock(mutex_);
  received_ = {};
}

io::Task<void> StubBroker::accept() {
  for (;;) {
    auto stream = co_await listener_->accept(runtime_.loop(0));
    if (!stream) co_return;
    std::shared_ptr<io::Stream> shared(std::move(*stream));
    ++connections_;
    {
      const std::lock_guard lock(mutex_);
      streams_.insert(shared);
    }
    runtime_.loop(0).spawn(serve(std::move(shared)));
  }
}

Buffer StubBroker::answer(Bytes frame) {
  const auto header = kafka::decode_request_header(frame.subspan(4)).value();
  const std::lock_guard lock(mutex_);
  if (header.client_id != "assay") received_.emplace_back(frame.begin(), frame.end());
  switch (header.api_key) {
    case 0: {
      kafka::ProduceRequest request;
      kafka::decode(frame.subspan(4), Limits{}, request).value();
      return request.acks == 0 ? Buffer{} : encoded(accepted(request), header.api_version);
    }
    case 3:
      return metadata_answer(header.api_version, header.correlation_id, brokers_, topics_);
    case 18:
      return api_versions_answer(header.api_version, header.correlation_id);
    default:
      return response(header.api_key, header.api_version, header.correlation_id, "echo");
  }
}

io::Task<void> StubBroker::serve(std::shared_ptr<io::Stream> stream) {
  for (;;) {
    Buffer frame(4);
    if (!co_await read_all(*stream, frame)) break;
    frame.resize(4 + static_cast<std::size_t>(proxy::frame_length(frame)));
    if (!co_await read_all(*stream, MutableBytes(frame).subspan(4))) break;
    if (refuse_ && frame[5] == 3) break;
    const Buffer told = answer(frame);
    while (hold_) co_await io::sleep_for(runtime_.loop(0), kGlance);
    const Bytes sent = Bytes(told).first(std::min<std::size_t>(cut_, told.size()));
    const auto written = co_await stream->write(sent);
    if (!written || sent.size() < told.size()) break;
  }
  ++ends_;
  stream->close();
  const std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

}  // namespace assay::kit
