// Where `assay demo` listens when the usual ports are taken: somebody who only wants to look should not have
// to choose ports first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "io/net/address.h"

namespace assay::proxy {

struct DemoAddress {
  io::HostPort address;
  bool moved = false;  // not the usual one
};

// `given`, as it stands, if there is one. Otherwise the first of `usual`, 100 ports further, 200 further, …
// at which `ports` ports in a row can be bound now. Errors: `invalid` (`given` is no address), `conflict`
// (none is free), `denied` and `io` as Listener::bind.
Result<DemoAddress> demo_address(const std::optional<std::string>& given, const io::HostPort& usual,
                                 std::uint16_t ports);

}  // namespace assay::proxy
