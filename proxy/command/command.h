// The subcommands of `assay`. Each adds itself to the command line; its work runs after parsing and returns
// the exit status: 0 fine, 1 something was found wrong or failed, 2 the command line, configuration or rules
// are wrong.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace assay::proxy {

// What runs when the chosen subcommand was parsed.
using Run = std::function<int()>;

void add_serve(CLI::App& app, Run& chosen);
void add_check(CLI::App& app, Run& chosen);
void add_rejects(CLI::App& app, Run& chosen);
void add_demo(CLI::App& app, Run& chosen);

}  // namespace assay::proxy
