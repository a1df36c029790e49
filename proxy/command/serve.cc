#include <fmt/format.h>

#include <csignal>

#include "base/log.h"
#include "proxy/app.h"
#include "proxy/command/command.h"
#include "proxy/command/serve_options.h"
#include "proxy/command/signals.h"

namespace assay::proxy {
namespace {

int serve(const ServeOptions& options) {
  const auto config = options.load();
  if (!config) return 2;
  const StopSignals signals;  // before any thread, so that all of them leave the signals alone
  start_logging(config->log_level, config->log_format);
  auto app = App::start(*config);
  if (!app) {
    fmt::print(stderr, "assay: {}\n", app.error().message());
    return app.error().code() == ErrorCode::invalid ? 2 : 1;
  }
  spdlog::info("kafka: producers connect to {}", io::to_string((*app)->kafka_address()));
  if (const auto http = (*app)->http_address())
    spdlog::info("http: http://{}/v1/rejects", io::to_string(*http));
  if (const auto registry = (*app)->registry_address())
    spdlog::info("registry: http://{}", io::to_string(*registry));
  spdlog::info("stopping: {}", signals.wait());
  (*app)->stop();
  spdlog::info("stopped");
  return 0;
}

}  // namespace

void add_serve(CLI::App& app, Run& chosen) {
  auto* command = app.add_subcommand("serve", "Run the gateway");
  auto options = std::make_shared<ServeOptions>();
  options->add_to(*command);
  command->footer(
      "Examples:\n"
      "  assay serve --upstream broker:9092 --rules rules/ --registry http://registry:8081 --observe\n"
      "  assay serve --config /etc/assay/assay.json\n"
      "Producers then use bootstrap.servers=127.0.0.1:19092; refused records: curl "
      "http://127.0.0.1:8080/v1/rejects");
  command->callback([options, &chosen] { chosen = [options] { return serve(*options); }; });
}

}  // namespace assay::proxy
