#include <fmt/format.h>

#include <CLI/CLI.hpp>

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
  if (argc > 1 && argv[1][0] != '-' && app.get_subcommand_no_throw(argv[1]) == nullptr) {
    const auto near =
        assay::nearest(argv[1], std::initializer_list<std::string_view>{"serve", "check", "rejects", "demo"});
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
