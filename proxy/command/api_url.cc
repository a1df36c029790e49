#include "proxy/command/api_url.h"

#include "io/net/address.h"

namespace assay::proxy {

Result<std::string> api_url(std::string_view text) {
  if (text.find("://") != std::string_view::npos) {
    while (text.ends_with('/')) text.remove_suffix(1);
    return std::string(text);
  }
  const auto address = io::parse_host_port(text);
  if (!address) {
    return Error(ErrorCode::invalid,
                 address.error().message() + "; write host:port, as in 127.0.0.1:8080, or a URL");
  }
  return "http://" + io::to_string(*address);
}

}  // namespace assay::proxy
