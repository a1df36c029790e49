#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>

#include "base/text_position.h"
#include "proxy/command/command.h"

int main(int argc, char** argv) {
  CLI::App app("Assay, a data-quality gate for Apache Kafka", "assay");
  app.set_version_flag("--version", "assay " ASSAY_VERSION);
  app.require_subcommand(1);
  app.footer("`assay COMMAND --help` shows flags and examples. To begin with: assay demo");
  assay::proxy::Run chosen;
  assay::proxy::add_serve(app, chosen);
  assay::proxy::add_check(app, chosen);
  assay::proxy::add_rejects(app, chosen);
  assay::proxy::add_demo(app, chosen);
  // CLI11 would only say that a subcommand is required.
  static constexpr std::array<std::string_view, 4> kCommands{"serve", "check", "rejects", "demo"};
  if (argc > 1 && argv[1][0] != '-' &&
      std::find(kCommands.begin(), kCommands.end(), argv[1]) == kCommands.end()) {
    const auto near = assay::nearest(argv[1], kCommands);
    fmt::print(stderr, "assay: there is no subcommand \"{}\"{}\n", argv[1],
               near ? "; did you mean " + *near + "?" : "");
    return 2;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return chosen();
}
