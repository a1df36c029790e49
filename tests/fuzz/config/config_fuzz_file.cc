// Any text as a configuration and as a --policy flag: it loads, or every problem has a place in the file.
#include <algorithm>
#include <cstdlib>

#include "proxy/config/config.h"

using namespace assay;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// What loads twice the same way; names that only differ in their escapes are one.
void check_file(std::string_view text) {
  const proxy::LoadedConfig loaded = proxy::load_config("folder/f.json", text);
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  for (const rules::Problem& problem : loaded.problems) {
    require(problem.file == "folder/f.json" && !problem.message.empty());
    require(problem.at.line >= 1 && problem.at.line <= lines);
    require(problem.at.column >= 1 && problem.at.column <= text.size() + 1);
    require(problem.pointer.empty() || problem.pointer.front() == '/');
  }
  require(proxy::load_config("folder/f.json", text).problems.size() == loaded.problems.size());
  if (!loaded.problems.empty()) return;
  for (const std::string& contradiction : proxy::contradictions(loaded.config))
    require(!contradiction.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_file(text);
  if (const auto row = proxy::parse_policy_flag(text)) require(row->topics.size() == 1);
  return 0;
}
