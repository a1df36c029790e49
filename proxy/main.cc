#include <CLI/CLI.hpp>

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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return chosen();
}
