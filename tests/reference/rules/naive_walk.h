// Fills slots and offers leaves from a value that nlohmann_json read: what a schema's walker does, slowly.
#pragma once

#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "record/path_trie.h"
#include "record/slots.h"
#include "tests/reference/rules/naive_check.h"

namespace assay::rules::reference {

// A place that a path matches; `value` null pointer: absent.
using Offer = std::function<void(const Json* value, const std::string& path)>;

// Every place of `path` in `body`, in order, with the concrete path.
void places_of(const Path& path, const Json& body, const Offer& offer);

// Owns the texts that Values view.
class NaiveValues {
 public:
  Value make(const Json* json);

 private:
  std::deque<std::string> texts_;
};

}  // namespace assay::rules::reference
