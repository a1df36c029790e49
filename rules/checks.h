// What the `check` of a rule says, parsed and shown to be possible: a list of keywords, and the flat code
// they become. One instruction is one keyword; `negation` is followed by the code of what it negates. CEL
// compiles to the same list.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/formats.h"
#include "record/number.h"
#include "record/pattern.h"
#include "record/schema_facts.h"
#include "record/value.h"

namespace assay::rules {

enum class Op : std::uint8_t {
  required,           // neither absent nor null
  type,               // one of the JSON types (and `bytes`)
  minimum,            // >= number
  maximum,            // <= number
  exclusive_minimum,  // > number
  exclusive_maximum,  // < number
  multiple_of,        // an integral multiple of number
  min_length,         // >= count code points
  max_length,         // <= count code points
  pattern,            // the pattern matches somewhere
  format,             // the text (or logical number) has that form
  contains,           // text stands somewhere in it
  starts_with,
  ends_with,
  enumeration,   // equals one of the constants
  constant,      // equals the one constant
  min_items,     // >= count items
  max_items,     // <= count items
  unique_items,  // no two items are equal
  encrypted,     // an envelope or ciphertext (kinds/encrypted.h)
  negation,      // the nested checks do not all hold
};

// The JSON types that `type` can name, as bits; `bytes` is ours, for Avro bytes and fixed.
enum TypeBit : std::uint8_t {
  kTypeNull = 1,
  kTypeBoolean = 2,
  kTypeInteger = 4,
  kTypeNumber = 8,
  kTypeString = 16,
  kTypeBytes = 32,
  kTypeArray = 64,
  kTypeObject = 128,
};

struct Scalar {
  Kind kind = Kind::null;  // null, boolean, string or number
  bool boolean = false;
  std::string text;  // string: itself; number: as written
  std::optional<Number> number;
};

// Constants in the order in which lookups are fast.
struct ScalarSet {
  std::vector<Scalar> all;              // as written
  std::vector<std::string_view> texts;  // sorted views of `all`
  std::vector<std::int64_t> integers;   // sorted
  bool has_true = false;
  bool has_false = false;
};

// One keyword as written. `Checks` holds the tree; its addresses are stable.
struct Check {
  Op op = Op::required;
  KindSet accepts = KindSet::any();  // a value of another kind breaks it: a keyword implies its type
  std::uint64_t count = 0;
  std::uint8_t types = 0;
  TextFormat format = TextFormat::email;
  std::string text;
  std::optional<Number> number;
  std::optional<Pattern> pattern;
  std::shared_ptr<const ScalarSet> scalars;
  std::vector<Check> nested;  // of a negation
};

struct Instruction {
  Op op = Op::required;
  KindSet accepts;
  std::uint32_t behind = 0;  // negation: so many instructions are negated
  const Check* check = nullptr;
};

// A value with its text ready: escapes are undone once, not by every check.
struct Subject {
  const Value* value = nullptr;
  std::string_view text;  // of a string
};

// The text of an escaped string is kept by the calling thread until its next call.
Subject unescaped_subject(const Value& value);

inline Subject subject_of(const Value& value) {
  if (value.kind != Kind::string) return {&value, {}};
  return value.escaped ? unescaped_subject(value) : Subject{&value, as_text(value.raw)};
}

// Whether all of the code holds for a value that is neither absent nor null. Allocates nothing once the
// thread's scratch has grown.
bool holds(std::span<const Instruction> code, const Subject& subject);

// The instructions of one keyword. They point to `check`.
void append_code(const Check& check, std::vector<Instruction>& code);

class Checks {
 public:
  explicit Checks(std::vector<Check> list);
  Checks(const Checks&) = delete;
  Checks& operator=(const Checks&) = delete;

  const std::vector<Check>& list() const { return list_; }
  // Without `required`, which is asked first and apart.
  std::span<const Instruction> code() const { return code_; }
  // The code of list()[at]: empty for `required`.
  std::span<const Instruction> code_of(std::size_t at) const;
  bool required() const { return required_; }
  bool has(Op op) const;
  // The kinds that a present value must have to pass.
  KindSet accepts() const { return accepts_; }

 private:
  std::vector<Check> list_;
  std::vector<Instruction> code_;
  std::vector<std::size_t> starts_;
  KindSet accepts_ = KindSet::any();
  bool required_ = false;
};

}  // namespace assay::rules
