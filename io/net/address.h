// Host and port, as people write them: `broker:9092`, `10.0.0.1:9092`, `[::1]:9092`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace assay::io {

struct HostPort {
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 0;
  bool operator==(const HostPort&) const = default;
};

std::string to_string(const HostPort& address);

// `invalid`: no host, no port, or not a port.
Result<HostPort> parse_host_port(std::string_view text);

// Comma separated, at least one: `b1:9092,b2:9092`.
Result<std::vector<HostPort>> parse_host_ports(std::string_view text);

// 0.0.0.0, :: and the like: an address to bind, not one to hand out.
bool is_wildcard(std::string_view host);

// 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view host);

}  // namespace assay::io
