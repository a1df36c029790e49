#include "tests/reference/net/fault_world.h"

#include <algorithm>
#include <utility>

#include "proxy/session/frame.h"

namespace assay::kit {
namespace {

using std::chrono::milliseconds;

constexpr const char* kClient = "client";
constexpr const char* kBroker = "broker";
constexpr milliseconds kJudgeTimeout{2};
// More than this many lent chunks, and nobody waits with one in hand.
constexpr std::size_t kScarce = 300;

proxy::GatewayOptions options() {
  proxy::GatewayOptions out;
  out.upstream = {{"127.0.0.1", 9001}, {"127.0.0.1", 9002}};
  out.listen = {"127.0.0.1", 0};
  out.broker_port_base = 20'000;
  out.judge_timeout = kJudgeTimeout;
  return out;
}

}  // namespace

FaultWorld::FaultWorld(const std::vector<Ask>& asks, Fault fault, bool cold)
    : loop_(runtime_.loop(0)), fault_(fault), asks_(asks), from_client_(loop_), from_broker_(loop_) {
  proxy::GatewayParts parts{.runtime = runtime_,
                            .connector = *this,
                            .catalogs = {this},
                            .rejects = *this,
                            .metrics = metrics,
                            .clock = system_clock(),
                            .inspector = [this](const auto& request, const auto&, auto& context,
                                                auto&) { return inspect(request, context); },
                            .judged = [](const auto&, const auto&) {}};
  shared = std::make_unique<proxy::Shared>(options(), std::move(parts));
  const auto open = [this](std::int32_t, const io::HostPort&) -> Result<std::shared_ptr<io::Listener>> {
    auto bound = io::Listener::bind(loop_, {"127.0.0.1", 0});
    if (!bound) return bound.error();
    return std::shared_ptr<io::Listener>(std::move(*bound));
  };
  shared->topology = std::make_unique<proxy::Topology>(
      proxy::BrokerPlaces{"127.0.0.1", "gate", 20'000, milliseconds(1'000)}, open,
      [](std::int32_t, const std::shared_ptr<io::Listener>&) {}, shared->counters);
  parts_ = std::make_unique<proxy::LoopParts>(loop_, *this, shared->conversation_options.chunk_bytes);
  for (std::size_t i = 0; cold && i < kScarce; ++i) taken_.push_back(parts_->chunks.take());
  for (const Ask& ask : asks_) answers_due_ += ask.answered ? 1U : 0U;
}

FaultWorld::~FaultWorld() {
  for (auto& chunk : taken_) parts_->chunks.give_back(std::move(chunk));
  // Both hold what lives on the loop.
  parts_.reset();
  shared.reset();
}

std::optional<Trouble> FaultWorld::step(const std::string& name, std::initializer_list<Trouble> possible) {
  if (steps++ != fault_.at) return std::nullopt;
  const Trouble trouble = fault_.trouble;
  const bool aside = trouble >= Trouble::leave;
  if (!aside && std::find(possible.begin(), possible.end(), trouble) == possible.end()) return std::nullopt;
  faulted = name;
  if (!aside) return trouble;
  if (trouble == Trouble::leave) client_leaves();
  if (trouble == Trouble::lose) broker_leaves();
  for (proxy::Connection* connection : parts_->connections) {
    // Not from within the connection's own call: that is how the gateway does it, too.
    loop_.post([this, connection, trouble] {
      if (!parts_->connections.contains(connection)) return;
      if (trouble == Trouble::stop) connection->close();
      if (trouble == Trouble::drain) connection->drain();
    });
  }
  return std::nullopt;
}

void FaultWorld::sent(const std::string& by, Bytes bytes) {
  if (by == kClient) {
    append(to_client, bytes);
    if (frames_to_client().size() == answers_due_) client_leaves();
    return;
  }
  append(to_broker_, bytes);
  while (to_broker_.size() >= 4) {
    const std::size_t size = 4 + static_cast<std::size_t>(proxy::frame_length(to_broker_));
    if (to_broker_.size() < size) break;
    answer(Bytes(to_broker_).first(size));
    to_broker_.erase(to_broker_.begin(), to_broker_.begin() + static_cast<std::ptrdiff_t>(size));
  }
}

void FaultWorld::half_closed(const std::string& by) {
  if (by == kClient) return;
  // A broker ends when it is told that nothing more comes.
  from_broker_.ended = true;
  from_broker_.moved.notify();
}

void FaultWorld::answer(Bytes frame) {
  if (from_broker_.ended) return;
  const auto header = kafka::decode_request_header(frame.subspan(4)).value();
  const std::int32_t id = header.correlation_id;
  Buffer out;
  if (header.api_key == 0) {
    kafka::ProduceRequest request;
    kafka::decode(frame.subspan(4), Limits{}, request).value();
    if (request.acks == 0) return;
    kafka::ProduceResponse told_ok;
    told_ok.correlation_id = id;
    for (const auto& topic : request.topics) {
      auto& answered = told_ok.topics.emplace_back();
      answered.name = topic.name;
      for (const auto& partition : topic.partitions)
        answered.partitions.emplace_back().index = partition.index;
    }
    out = encoded(told_ok, header.api_version);
  } else if (header.api_key == 1) {
    out = fetch_answer(id, std::string(5000, 'f'), {{1, "secret-one", 9092}});
  } else if (header.api_key == 3) {
    out = metadata_answer(1, id, {{1, "secret-one", 9092}},
                          std::vector<Topic>(6'000, {std::string(50, 't'), {}, {}}));
  } else {
    out = header.api_key == 18 ? api_versions_answer(header.api_version, id)
                               : response(header.api_key, header.api_version, id, "echo");
  }
  append(from_broker_.bytes, out);
  told.insert(id);
  from_broker_.moved.notify();
}

void FaultWorld::client_leaves() {
  from_client_.ended = true;
  from_client_.moved.notify();
}

void FaultWorld::broker_leaves() {
  from_broker_.ended = true;
  from_broker_.moved.notify();
}

proxy::Inspection FaultWorld::inspect(const kafka::ProduceRequest& request,
                                      const proxy::InspectContext& context) const {
  proxy::Decision decision;
  std::size_t good = 0;
  for (std::size_t p = 0; p < request.topics[0].partitions.size(); ++p) {
    const auto& partition = request.topics[0].partitions[p];
    const std::string_view records = as_text(*partition.records);
    if (records == "wanted" && !known_ && !context.last_try) return proxy::Wanted{.topics = {"wanted"}};
    const bool undecided = records == "wanted" && !known_;
    if (records != "bad" && !undecided) {
      ++good;
      continue;
    }
    kafka::ProducePartitionResponse refusal;
    refusal.index = partition.index;
    refusal.error_code = undecided ? 19 : 87;
    decision.answers.push_back({0, p, refusal});
    decision.edits.push_back({0, p, std::nullopt});
    if (undecided) continue;
    refusal.error_code = 19;
    decision.unless_kept.push_back({0, p, refusal});
    decision.must_keep.resize(1);
  }
  using Forward = proxy::Decision::Forward;
  if (!decision.answers.empty()) decision.forward = good == 0 ? Forward::nothing : Forward::edited;
  return decision;
}

io::Task<void> FaultWorld::resolve(proxy::Wanted, std::chrono::steady_clock::time_point deadline) {
  const auto trouble = step("resolve", {Trouble::error, Trouble::stall});
  if (catalog_fails || trouble == Trouble::stall) {
    ++sleeping_;
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    co_await io::sleep_for(loop_, left + milliseconds(1));
    --sleeping_;
    co_return;
  }
  co_await io::yield(loop_);
  // An error: it returns, and nothing more is known than before.
  if (trouble != Trouble::error) known_ = true;
}

void FaultWorld::give(rejects::Ticket ticket, bool ok) {
  durable.push_back(ok);
  ticket(ok ? Result<void>{} : Error(ErrorCode::io, "the disk is full"));
}

void FaultWorld::keep(std::vector<rejects::Draft>, rejects::Ticket ticket) {
  const auto trouble = step("keep", {Trouble::error, Trouble::stall, Trouble::wake});
  const bool ok = !tickets_fail && trouble != Trouble::error;
  if (trouble == Trouble::stall) return held_.push_back(std::move(ticket));
  if (trouble == Trouble::wake) return give(std::move(ticket), ok);
  loop_.post([this, ok, ticket = std::move(ticket)]() mutable { give(std::move(ticket), ok); });
}

io::Task<Result<std::unique_ptr<io::Stream>>> FaultWorld::connect(io::Loop&, io::HostPort to, milliseconds) {
  const auto trouble = step("connect", {Trouble::error});
  co_await io::yield(loop_);
  if (trouble == Trouble::error) {
    ++connects_failed;
    co_return Error(ErrorCode::unavailable, "refused").within(io::to_string(to));
  }
  co_return std::unique_ptr<io::Stream>(std::make_unique<FaultStream>(*this, kBroker, from_broker_));
}

void FaultWorld::settle() {
  loop_.context().restart();
  while (loop_.context().poll() != 0 || sleeping_ != 0) {
    if (sleeping_ != 0) loop_.context().run_one_for(milliseconds(1));
  }
}

void FaultWorld::play() {
  for (const Ask& ask : asks_) append(from_client_.bytes, ask.bytes);
  loop_.post([this] {
    proxy::Connection::begin(*shared, *parts_, std::make_unique<FaultStream>(*this, kClient, from_client_),
                             std::nullopt);
  });
  settle();
  const auto helped = [&](auto help) {
    if (over() && held_.empty()) return;
    loop_.post(help);
    settle();
  };
  const auto time_passes = [this] {
    parts_->tick += 1'000;
    const auto connections = parts_->connections;
    for (proxy::Connection* connection : connections) connection->sweep(parts_->tick, parts_->tick);
  };
  helped(time_passes);
  helped([this] { client_leaves(); });
  helped([this] { broker_leaves(); });
  helped([this] {
    for (auto& ticket : std::exchange(held_, {})) give(std::move(ticket), true);
  });
  helped(time_passes);
}

std::vector<Buffer> FaultWorld::frames_to_client() const {
  std::vector<Buffer> out;
  Bytes rest(to_client);
  while (rest.size() >= 4) {
    const std::size_t size = 4 + static_cast<std::size_t>(proxy::frame_length(rest));
    if (rest.size() < size) break;
    out.emplace_back(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
    rest = rest.subspan(size);
  }
  return out;
}

Buffer FaultWorld::rest_to_client() const {
  std::size_t whole = 0;
  for (const Buffer& frame : frames_to_client()) whole += frame.size();
  return {to_client.begin() + static_cast<std::ptrdiff_t>(whole), to_client.end()};
}

double FaultWorld::metric(const std::string& series) const {
  const std::string text = metrics.expose();
  const auto at = text.find("\n" + series + " ");
  return at == std::string::npos ? 0 : std::stod(text.substr(at + series.size() + 2));
}

std::vector<Ask> conversation_with_everything() {
  const auto produce = [](std::int32_t id, std::int16_t acks, const std::vector<std::string>& records) {
    std::vector<Topic> topics{{"orders", {}, {}}};
    for (std::size_t i = 0; i < records.size(); ++i)
      topics[0].parts.push_back({static_cast<std::int32_t>(i), records[i]});
    return produce_request(9, id, acks, topics);
  };
  return {{api_versions_request(3, 1), 1},
          {request(12, 4, 2, "heartbeat"), 2},
          {produce(3, -1, {"bad", "good"}), 3},
          {produce(4, -1, {"bad"}), 4, true, false},
          {request(3, 1, 5), 5},
          {produce(6, -1, {"wanted"}), 6},
          {produce(7, 0, {"bad", "good"}), 7, false},
          {produce(8, -1, {std::string(300'000, 'g')}), 8},
          {request(1, 16, 9), 9},
          {produce(10, -1, {"bad"}), 10, true, false},
          {request(12, 4, 11), 11}};
}

}  // namespace assay::kit
