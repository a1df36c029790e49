// Secrets in violations: what is under an `encrypted` rule, a sensitive tag or a configured path is told
// without its value.
#pragma once

#include <string_view>
#include <vector>

#include "record/path.h"
#include "record/violation.h"

namespace assay::judge {

class Masking {
 public:
  explicit Masking(std::vector<Path> secrets) : secrets_(std::move(secrets)) {}

  bool empty() const { return secrets_.empty(); }
  // Whether some secret lies in that part of the record.
  bool concerns(Part part) const;
  // A concrete path (`lines[2].card`) is at, above or below a secret: its value would show it, or part of it.
  bool covers(Part part, std::string_view concrete_path) const;
  // Takes the value out of what is told.
  static void mask(Violation& violation);

 private:
  std::vector<Path> secrets_;
};

}  // namespace assay::judge
