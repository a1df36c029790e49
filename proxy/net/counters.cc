#include "proxy/net/counters.h"

#include <string>

namespace assay::proxy {
namespace {

// Apache Kafka's ApiKeys; those that clients do not send are "other".
constexpr std::pair<std::int16_t, const char*> kApiNames[] = {
    {0, "produce"},
    {1, "fetch"},
    {2, "list_offsets"},
    {3, "metadata"},
    {8, "offset_commit"},
    {9, "offset_fetch"},
    {10, "find_coordinator"},
    {11, "join_group"},
    {12, "heartbeat"},
    {13, "leave_group"},
    {14, "sync_group"},
    {15, "describe_groups"},
    {16, "list_groups"},
    {17, "sasl_handshake"},
    {18, "api_versions"},
    {19, "create_topics"},
    {20, "delete_topics"},
    {22, "init_producer_id"},
    {24, "add_partitions_to_txn"},
    {25, "add_offsets_to_txn"},
    {26, "end_txn"},
    {28, "txn_offset_commit"},
    {32, "describe_configs"},
    {36, "sasl_authenticate"},
    {60, "describe_cluster"},
    {68, "consumer_group_heartbeat"},
    {71, "get_telemetry_subscriptions"},
    {72, "push_telemetry"},
    {75, "describe_topic_partitions"},
    {76, "share_group_heartbeat"},
    {78, "share_fetch"},
    {79, "share_acknowledge"},
};

constexpr CloseReason kReasons[] = {
    CloseReason::tls,
    CloseReason::http,
    CloseReason::not_kafka,
    CloseReason::frame_too_large,
    CloseReason::unauthenticated_frame,
    CloseReason::unauthenticated_produce,
    CloseReason::sasl_handshake_v0,
    CloseReason::unsupported_version,
    CloseReason::undecodable_request,
    CloseReason::refused_acks0,
    CloseReason::unexpected_response,
    CloseReason::undecodable_response,
};

prometheus::Counter& bytes(Metrics& metrics, const char* direction) {
  return metrics.counter("assay_bytes_total", "Bytes sent on, by direction.", {{"direction", direction}});
}

}  // namespace

Counters::Counters(Metrics& metrics)
    : connections(metrics.gauge("assay_connections", "Client connections that are open.")),
      connections_accepted(metrics.counter("assay_connections_total", "Client connections accepted.")),
      accept_failures(metrics.counter("assay_accept_failures_total",
                                      "Connections that could not be accepted: no descriptors, mostly.")),
      bytes_to_broker(bytes(metrics, "to_broker")),
      bytes_to_client(bytes(metrics, "to_client")),
      upstream_connect_failures(metrics.counter("assay_upstream_connect_failures_total",
                                                "Connections to a broker that could not be opened.")),
      upstream_lost(metrics.counter("assay_upstream_lost_total",
                                    "Connections that a broker ended while it owed answers.")),
      connections_stalled(
          metrics.counter("assay_connections_stalled_total",
                          "Connections ended because the client said or took nothing any more.")),
      judge_waits(
          metrics.counter("assay_judge_waits_total", "Produce requests that waited for schemas or plans.")),
      judge_timeouts(metrics.counter("assay_judge_timeouts_total",
                                     "Produce requests for which schemas or plans did not come in time.")),
      rejects_not_kept(metrics.counter("assay_rejects_not_kept_total",
                                       "Decisions whose rejects could not be made durable.")),
      discovery_failures(
          metrics.counter("assay_discovery_failures_total", "Attempts to learn the brokers that failed.")),
      brokers(metrics.gauge("assay_brokers", "Brokers that have a listener.")),
      listener_failures(
          metrics.counter("assay_listener_failures_total", "Brokers whose listener could not be bound.")) {
  const auto series = [&](const char* api) {
    return &metrics.counter("assay_requests_total", "Requests read from clients, by api.", {{"api", api}});
  };
  requests_.fill(series("other"));
  for (const auto& [key, name] : kApiNames) requests_[static_cast<std::size_t>(key)] = series(name);
  for (const CloseReason reason : kReasons) {
    refused_[reason] =
        &metrics.counter("assay_frames_refused_total", "Connections ended by the gateway, by reason.",
                         {{"reason", std::string(to_string(reason))}});
  }
}

prometheus::Counter& Counters::requests(std::int16_t api_key) const {
  return *requests_[api_key >= 0 && static_cast<std::size_t>(api_key) < kApis
                        ? static_cast<std::size_t>(api_key)
                        : kApis];
}

prometheus::Counter& Counters::refused(CloseReason reason) const {
  return *refused_.at(reason);
}

}  // namespace assay::proxy
