// A filter as SQL: text made of nothing but our own words, and the values to bind. Tables: r (reject), b
// (batch), v (violation).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "io/sqlite/sqlite.h"
#include "rejects/row.h"

namespace assay::rejects {

class FilterSql {
 public:
  // `invalid`: a fingerprint that is none.
  static Result<FilterSql> make(const RejectFilter& filter);

  // Conditions over r and b, over v, and those that a batch alone can be asked (over b); "1" when there are
  // none.
  const std::string& rows() const { return rows_; }
  const std::string& violations() const { return violations_; }
  const std::string& batches() const { return batches_; }
  bool on_violations() const { return violations_ != "1"; }
  // Whether the batch conditions say all there is.
  bool batches_suffice() const { return batches_suffice_; }
  // Whether few rows are left before violations are looked at.
  bool narrow() const { return narrow_; }

  // One more value; the text that stands for it: "?7".
  std::string value(std::variant<std::int64_t, std::string, Buffer> value);
  void bind(io::Statement& statement) const;

 private:
  FilterSql() = default;
  void add_batch_terms(const RejectFilter& filter);
  Result<void> add_row_terms(const RejectFilter& filter);
  void add_time_terms(const RejectFilter& filter);
  void add_violation_terms(const RejectFilter& filter);

  std::string rows_ = "1";
  std::string violations_ = "1";
  std::string batches_ = "1";
  bool batches_suffice_ = true;
  bool narrow_ = false;
  std::vector<std::variant<std::int64_t, std::string, Buffer>> values_;
};

}  // namespace assay::rejects
