// A path names a place in a record, or all places of one shape. Grammar (docs/rules.md):
//
//   path    := [ "key:" | "header:" ] ( body | header-name )     default root: the value
//   body    := "$" | step { step }                                "$" or nothing behind "key:": the whole
//   body step    := [ "." ] name | "[*]" | "[" quoted "]"              "[*]": each item of an array, each
//   value of a map name    := bare | quoted                                      bare: no . [ ] " and white
//   space quoted  := JSON string                                        for names with those in them
//
// Union branches and `null` are transparent: a path goes through whichever branch has the field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/record_view.h"

namespace assay {

struct Step {
  bool each = false;  // [*]
  std::string name;   // otherwise
  bool operator==(const Step&) const = default;
};

struct Path {
  Part part = Part::value;
  std::vector<Step> steps;  // for Part::header: exactly one, the header's name

  bool operator==(const Path&) const = default;
  // Whether a record can have several places that match.
  bool many() const;
};

// The error names the column (from 1) where the text stops making sense.
Result<Path> parse_path(std::string_view text);

// The shortest text that parses to the same path.
std::string to_string(const Path& path);

// Appends ".name", or `["odd name"]` where quoting is needed, as `to_string` does. For walkers that build the
// concrete path of a violation ("lines[2].quantity").
void append_step(std::string& path, std::string_view name);
void append_index(std::string& path, std::size_t index);

}  // namespace assay
