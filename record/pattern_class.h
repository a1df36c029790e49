// One character class of ECMA-262 on its way to RE2: ranges of code points and Unicode properties. Behind
// pattern.h.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "record/pattern_syntax.h"

namespace assay {

class CharClass {
 public:
  void add(char32_t first, char32_t last) { ranges_.emplace_back(first, last); }
  void add_all(const CharClass& other) {
    ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
  }
  void add_all_but(const CharClass& other);
  // \p{name} or \P{name}: general categories by short or long name, scripts.
  Result<void> add_property(std::string_view name, bool negated);
  void negate() { negated_ = !negated_; }

  std::string re2() const;
  // Nothing when its part beyond ASCII is neither all nor none.
  std::optional<CharSet> ascii() const;

  static CharClass digit();
  static CharClass word();
  static CharClass space();  // white space and line terminators of ECMA-262
  static CharClass dot();

 private:
  std::vector<std::pair<char32_t, char32_t>> ranges_;
  std::string properties_;  // as RE2 writes them
  bool negated_ = false;
};

}  // namespace assay
