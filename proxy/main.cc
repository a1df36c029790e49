#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_position.h"
#include "proxy/command/command.h"

namespace {

// The subcommand that the arguments lead to: a misspelt flag was meant for it.
const CLI::App& chosen_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : chosen_command(*chosen.front());
}

// CLI11 says only that arguments were not expected.
void suggest_flag(const CLI::App& app) {
  const CLI::App& command = chosen_command(app);
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  for (const std::string& given : app.remaining(true)) {
    if (!given.starts_with("--")) continue;
    if (const auto near = assay::nearest(given.substr(0, given.find('=')), flags))
      fmt::print(stderr, "assay: there is no flag {}; did you mean {}?\n", given, *near);
  }
}

}  // namespace

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
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) suggest_flag(app);
    return app.exit(error) == 0 ? 0 : 2;
  }
  return chosen();
}
