#include "proxy/command/demo_addresses.h"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "io/net/tcp.h"

namespace assay::proxy {
namespace {

// Round, so that a moved port is recognised, and so that services with neighbouring ports never meet.
constexpr std::uint16_t kStep = 100;
// Below the ports that Linux hands out by itself (ip_local_port_range begins at 32768).
constexpr std::uint16_t kPortMax = 32'700;

// Whether all of them can be bound at the same time.
Result<> try_to_bind(const io::HostPort& first, std::uint16_t ports) {
  io::Loop loop;
  std::vector<std::unique_ptr<io::Listener>> bound;
  for (std::uint16_t i = 0; i < ports; ++i) {
    auto listener = io::Listener::bind(loop, {first.host, static_cast<std::uint16_t>(first.port + i)});
    if (!listener) return listener.error();
    bound.push_back(std::move(*listener));
  }
  return {};
}

}  // namespace

Result<DemoAddress> demo_address(const std::optional<std::string>& given, const io::HostPort& usual,
                                 std::uint16_t ports) {
  if (given) {
    auto address = io::parse_host_port(*given);
    if (!address) return address.error();
    return DemoAddress{*address, false};
  }
  for (io::HostPort next = usual; next.port <= kPortMax; next.port += kStep) {
    const auto free = try_to_bind(next, ports);
    if (free) return DemoAddress{next, next != usual};
    if (free.error().code() != ErrorCode::conflict) return free.error();
  }
  return Error(ErrorCode::conflict,
               fmt::format("{} is taken, and so is every port tried after it", io::to_string(usual)));
}

}  // namespace assay::proxy
