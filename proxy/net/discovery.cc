#include "proxy/net/discovery.h"

#include <algorithm>

namespace assay::proxy {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPauseMin{250};
constexpr milliseconds kPauseMax{10'000};
// Nobody waits for these questions but the start and the end of the process.
constexpr milliseconds kQuestionTimeoutMax{3'000};
// Requests of its own never meet those that Java reserves for SASL (at the top of the range).
constexpr std::int32_t kCorrelationId = 1;

}  // namespace

Discovery::Discovery(Shared& shared, io::Loop& loop)
    : shared_(shared),
      loop_(loop),
      client_(shared.parts.connector, shared.options.limits,
              std::min(shared.options.connect_timeout, kQuestionTimeoutMax)),
      wake_(loop) {}

void Discovery::stop() {
  stopped_ = true;
  if (asking_) asking_->close();
  wake_.notify();
}

std::string Discovery::not_ready() const {
  const std::lock_guard lock(mutex_);
  return not_ready_;
}

void Discovery::tell(std::string not_ready) {
  const std::lock_guard lock(mutex_);
  not_ready_ = std::move(not_ready);
}

std::vector<io::HostPort> Discovery::servers() const {
  std::vector<io::HostPort> out = shared_.options.upstream;
  for (auto& broker : shared_.topology->upstreams()) {
    if (std::find(out.begin(), out.end(), broker) == out.end()) out.push_back(std::move(broker));
  }
  return out;
}

io::Task<Result<ClusterView>> Discovery::ask_any(io::Loop& loop, kafka::MetadataRequest request,
                                                 std::int16_t version, std::shared_ptr<io::Stream>* open) {
  request.correlation_id = kCorrelationId;
  Error last(ErrorCode::unavailable, "no server is configured");
  for (const io::HostPort& server : servers()) {
    auto view = co_await client_.ask(loop, server, request, version, open);
    if (open != nullptr && stopped_) break;
    if (view) co_return std::move(*view);
    // That it hung up says more than that another one is away.
    if (last.code() != ErrorCode::denied) last = view.error();
  }
  co_return last;
}

void Discovery::learnt(const ClusterView& view) {
  shared_.topology->update(view.metadata.brokers, std::chrono::steady_clock::now());
  if (!known_) spdlog::info("the cluster has {} brokers", view.metadata.brokers.size());
  known_ = true;
  tell("");
}

void Discovery::failed(const Error& error) {
  shared_.counters.discovery_failures.Increment();
  // It is there; what it wants is a client that authenticates, and the gateway is none.
  if (error.code() == ErrorCode::denied) {
    if (!told_denied_) {
      spdlog::info(
          "{}: the brokers are learnt from what clients ask (does the cluster demand authentication?)",
          error.message());
    }
    told_denied_ = true;
    return tell("");
  }
  tell("the upstream cannot be reached: " + error.message());
  if (known_) {
    spdlog::warn("the brokers could not be asked again: {}", error.message());
  } else {
    spdlog::warn("the upstream cannot be reached, trying again: {}", error.message());
  }
}

io::Task<void> Discovery::run() {
  milliseconds pause = kPauseMin;
  while (!stopped_) {
    // A named object: g++ 12 mistakes the lifetime of braced temporaries in a co_await.
    kafka::MetadataRequest whole_cluster;
    const auto view =
        co_await ask_any(loop_, std::move(whole_cluster), kafka::kOwnMetadataVersionMin, &asking_);
    if (stopped_) break;
    if (view) {
      learnt(*view);
      pause = kPauseMin;
    } else {
      failed(view.error());
    }
    const milliseconds next = view ? shared_.options.discovery_period : pause;
    if (!view) pause = std::min(pause * 2, kPauseMax);
    co_await wake_.wait_for(next);
  }
}

}  // namespace assay::proxy
