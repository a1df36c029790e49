#include "proxy/net/gateway.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "proxy/net/connection.h"
#include "proxy/net/discovery.h"
#include "proxy/net/shared.h"

namespace assay::proxy {
namespace {

using std::chrono::milliseconds;

// After a timeout: what closing everything may take.
constexpr milliseconds kCloseTimeout{5'000};
constexpr milliseconds kAcceptPause{100};

}  // namespace

class Gateway::Core : public std::enable_shared_from_this<Gateway::Core> {
 public:
  Core(GatewayOptions options, GatewayParts parts) : shared_(std::move(options), std::move(parts)) {
    io::Runtime& runtime = shared_.parts.runtime;
    for (std::size_t i = 0; i < runtime.size(); ++i) {
      loops_.push_back(std::make_unique<LoopParts>(runtime.loop(i), *shared_.parts.catalogs[i],
                                                   shared_.conversation_options.chunk_bytes));
    }
    discovery_ = std::make_unique<Discovery>(shared_, runtime.loop(0));
  }

  Result<void> start() {
    auto bootstrap = io::Listener::bind(shared_.parts.runtime.loop(0), shared_.options.listen);
    if (!bootstrap) return bootstrap.error();
    address_ = (*bootstrap)->address();
    bootstrap_ = std::move(*bootstrap);
    shared_.topology = std::make_unique<Topology>(
        places(), [this](std::int32_t node, const io::HostPort& at) { return open(node, at); },
        [this](std::int32_t node, std::shared_ptr<io::Listener> listener) {
          close(node, std::move(listener));
        },
        shared_.counters);
    loop_of(0).spawn(accept(bootstrap_, std::nullopt, 0));
    loop_of(0).spawn(discover());
    for (auto& parts : loops_) parts->loop.spawn(sweep(*parts));
    return {};
  }

  void stop(milliseconds timeout) {
    const std::lock_guard lock(stopping_);
    if (std::exchange(stopped_, true)) return;
    shared_.topology->shut_down();
    close(-1, std::move(bootstrap_));
    loop_of(0).post([self = shared_from_this()] { self->discovery_->stop(); });
    each_loop([](LoopParts& parts) {
      parts.draining = true;
      parts.wake_sweep.notify();
      for (Connection* connection : copy_of(parts)) connection->drain();
    });
    if (shared_.running.wait_until_none(timeout)) return;
    spdlog::warn("requests in flight were not answered within {} ms: their connections are closed",
                 timeout.count());
    each_loop([](LoopParts& parts) {
      for (Connection* connection : copy_of(parts)) connection->close();
    });
    shared_.running.wait_until_none(kCloseTimeout);
  }

  // Listeners go while their loops still exist.
  void let_go() {
    shared_.topology.reset();
    bootstrap_.reset();
  }

  const io::HostPort& address() const { return address_; }
  Discovery& discovery() { return *discovery_; }

 private:
  // Holds stop() back until the task that has it is over.
  struct Presence {
    explicit Presence(Running& in) : running(in) { running.enter(); }
    ~Presence() { running.leave(); }
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;
    Running& running;
  };

  io::Loop& loop_of(std::size_t index) { return shared_.parts.runtime.loop(index); }
  std::size_t home_of(std::int32_t node) const {
    return node < 0 ? 0 : static_cast<std::size_t>(node) % loops_.size();
  }

  // Closing one connection may end another's life: never walk the set itself.
  static std::vector<Connection*> copy_of(const LoopParts& parts) {
    return {parts.connections.begin(), parts.connections.end()};
  }

  template <class Work>
  void each_loop(Work work) {
    for (auto& parts : loops_) {
      parts->loop.post([self = shared_from_this(), &parts = *parts, work] { work(parts); });
    }
  }

  BrokerPlaces places() const {
    const GatewayOptions& options = shared_.options;
    const auto base = options.broker_port_base != 0 ? options.broker_port_base
                                                    : static_cast<std::uint16_t>(address_.port + 1);
    return {options.listen.host, options.advertise_host, base, options.broker_grace};
  }

  Result<std::shared_ptr<io::Listener>> open(std::int32_t node, const io::HostPort& at) {
    io::Loop& loop = loop_of(home_of(node));
    auto listener = io::Listener::bind(loop, at);
    if (!listener) return listener.error();
    std::shared_ptr<io::Listener> shared(std::move(*listener));
    loop.spawn(accept(shared, node, home_of(node)));
    return shared;
  }

  void close(std::int32_t node, std::shared_ptr<io::Listener> listener) {
    loop_of(home_of(node)).post([listener = std::move(listener)] { listener->close(); });
  }

  // Connections go to the loops in turn; which one is next is known to all.
  io::Task<void> accept(std::shared_ptr<io::Listener> listener, std::optional<std::int32_t> node,
                        std::size_t home) {
    const auto self = shared_from_this();
    const Presence presence(shared_.running);
    for (;;) {
      LoopParts& owner = *loops_[next_loop_.fetch_add(1) % loops_.size()];
      auto stream = co_await listener->accept(owner.loop);
      if (!stream && stream.error().code() == ErrorCode::unavailable) co_return;
      if (!stream) {
        cannot_accept(stream.error());
        co_await io::sleep_for(loop_of(home), kAcceptPause);
        continue;
      }
      auto handed = std::make_shared<std::unique_ptr<io::Stream>>(std::move(*stream));
      owner.loop.post([self, &owner, handed, node] {
        Connection::begin(self->shared_, owner, std::move(*handed), node);
      });
    }
  }

  // Most likely there are no descriptors left: those who are connected go on, the others wait in the kernel.
  void cannot_accept(const Error& error) {
    shared_.counters.accept_failures.Increment();
    std::uint64_t suppressed = 0;
    if (!shared_.accept_failures.admit(shared_.parts.clock.now_ms(), suppressed)) return;
    spdlog::error("{} ({} connections are open, two descriptors each; {} such lines suppressed)",
                  error.message(), shared_.counters.connections.Value(), suppressed);
  }

  io::Task<void> discover() {
    const auto self = shared_from_this();
    const Presence presence(shared_.running);
    co_await discovery_->run();
  }

  // Two sweeps within the stall timeout, so that it is kept to half of itself.
  io::Task<void> sweep(LoopParts& parts) {
    const auto self = shared_from_this();
    const Presence presence(shared_.running);
    const milliseconds period = std::max(shared_.options.stall_timeout / 2, milliseconds(1));
    const auto idle_ticks = static_cast<std::uint64_t>(shared_.options.idle_timeout / period) + 1;
    while (!parts.draining) {
      co_await parts.wake_sweep.wait_for(period);
      ++parts.tick;
      if (parts.tick <= 2) continue;
      const std::uint64_t idlest = parts.tick - std::min(parts.tick, idle_ticks);
      for (Connection* connection : copy_of(parts)) connection->sweep(parts.tick - 2, idlest);
    }
  }

  Shared shared_;
  std::vector<std::unique_ptr<LoopParts>> loops_;
  std::unique_ptr<Discovery> discovery_;
  std::shared_ptr<io::Listener> bootstrap_;
  io::HostPort address_;
  std::atomic<std::size_t> next_loop_{0};
  std::mutex stopping_;
  bool stopped_ = false;
};

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayOptions options, GatewayParts parts) {
  if (options.upstream.empty()) return Error(ErrorCode::invalid, "no upstream is given");
  if (parts.catalogs.size() != parts.runtime.size())
    return Error(ErrorCode::internal, "one catalog per loop is needed");
  auto core = std::make_shared<Core>(std::move(options), std::move(parts));
  if (const auto started = core->start(); !started) return started.error();
  return std::unique_ptr<Gateway>(new Gateway(std::move(core)));
}

Gateway::Gateway(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Gateway::~Gateway() {
  core_->let_go();
}

io::HostPort Gateway::address() const {
  return core_->address();
}

std::string Gateway::not_ready() const {
  return core_->discovery().not_ready();
}

void Gateway::stop(milliseconds timeout) {
  core_->stop(timeout);
}

io::Task<Result<std::vector<std::pair<kafka::TopicId, std::string>>>> Gateway::topic_names(
    io::Loop& loop, std::vector<kafka::TopicId> ids) {
  const auto core = core_;
  kafka::MetadataRequest request;
  request.which = kafka::MetadataRequest::Topics::named;
  request.ids = std::move(ids);
  const auto view =
      co_await core->discovery().ask_any(loop, std::move(request), kafka::kOwnMetadataVersionMax);
  if (!view) co_return view.error();
  std::vector<std::pair<kafka::TopicId, std::string>> out;
  for (const auto& topic : view->metadata.topics) {
    if (topic.error_code == 0 && topic.name) out.emplace_back(topic.id, *topic.name);
  }
  co_return out;
}

}  // namespace assay::proxy
