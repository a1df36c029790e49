// A running `assay serve` in front of a broker: a process of its own, as it is shipped, in a folder of its
// own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "io/http/client.h"

namespace assay::bench {

// The topics that it has: `json` and `avro` require a schema and have three rules each; no other has a
// policy.
inline constexpr const char* kJsonTopic = "json";
inline constexpr const char* kAvroTopic = "avro";
inline constexpr const char* kPlainTopic = "plain";

class Served {
 public:
  // Ready when it returns; ends this process, with what the command wrote, when that takes too long.
  explicit Served(std::uint16_t broker_port);
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  std::uint16_t port() const { return port_; }
  std::int32_t json_schema_id() const { return json_schema_id_; }
  std::int32_t avro_schema_id() const { return avro_schema_id_; }

  // User and system time of all threads so far.
  double cpu_seconds() const;
  // The same, once it has done what it does behind the answers: rows written and indexed.
  double settled_cpu_seconds() const;
  std::size_t resident_bytes() const;

 private:
  void write_rules() const;
  void launch(std::uint16_t broker_port);
  void wait_until_ready();
  std::int32_t register_schema(const std::string& subject, const std::string& type, std::string_view schema);
  [[noreturn]] void give_up(const std::string& why) const;

  std::filesystem::path folder_;
  std::uint16_t port_ = 0, http_port_ = 0, registry_port_ = 0;
  pid_t pid_ = 0;
  std::unique_ptr<io::HttpClient> http_;
  std::int32_t json_schema_id_ = 0, avro_schema_id_ = 0;
};

}  // namespace assay::bench
