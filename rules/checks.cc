#include "rules/checks.h"

#include <algorithm>

#include "rules/keywords.h"
#include "rules/kinds/encrypted.h"
#include "rules/kinds/formats.h"
#include "rules/kinds/lists.h"
#include "rules/kinds/numbers.h"
#include "rules/kinds/texts.h"
#include "rules/kinds/values.h"

namespace assay::rules {
namespace {

// REQUIRES: the value is of a kind that the instruction accepts. Negations are the caller's.
bool holds_one(const Instruction& instruction, const Subject& subject) {
  const Check& check = *instruction.check;
  switch (instruction.op) {
    case Op::required:
      return subject.value->present();
    case Op::type:
      return kinds::type_holds(check.types, *subject.value);
    case Op::minimum:
    case Op::maximum:
    case Op::exclusive_minimum:
    case Op::exclusive_maximum:
    case Op::multiple_of:
      return kinds::number_holds(instruction.op, *subject.value, *check.number);
    case Op::min_length:
    case Op::max_length:
    case Op::pattern:
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with:
      return kinds::text_holds(check, subject.text);
    case Op::format:
      return kinds::format_holds(check.format, subject);
    case Op::enumeration:
    case Op::constant:
      return kinds::among(*check.scalars, subject);
    case Op::min_items:
    case Op::max_items:
    case Op::unique_items:
      return kinds::list_holds(check, *subject.value);
    case Op::encrypted:
      return kinds::is_encrypted(subject);
    case Op::negation:
      break;
  }
  return false;
}

}  // namespace

void append_code(const Check& check, std::vector<Instruction>& code) {
  const std::size_t at = code.size();
  code.push_back({check.op, check.accepts, 0, &check});
  for (const Check& nested : check.nested) append_code(nested, code);
  code[at].behind = static_cast<std::uint32_t>(code.size() - at - 1);
}

Subject unescaped_subject(const Value& value) {
  static thread_local std::string scratch;
  return {&value, text_of(value, scratch)};
}

bool holds(std::span<const Instruction> code, const Subject& subject) {
  for (std::size_t at = 0; at < code.size(); at += 1U + code[at].behind) {
    const Instruction& instruction = code[at];
    if (instruction.op == Op::negation) {
      if (holds(code.subspan(at + 1, instruction.behind), subject)) return false;
    } else if (!instruction.accepts.has(subject.value->kind) || !holds_one(instruction, subject)) {
      return false;
    }
  }
  return true;
}

Checks::Checks(std::vector<Check> list) : list_(std::move(list)) {
  for (const Check& check : list_) {
    starts_.push_back(code_.size());
    if (check.op == Op::required) {
      required_ = true;
    } else {
      append_code(check, code_);
    }
    accepts_ = common(accepts_, check.accepts);
  }
  starts_.push_back(code_.size());
}

std::span<const Instruction> Checks::code_of(std::size_t at) const {
  return code().subspan(starts_[at], starts_[at + 1] - starts_[at]);
}

bool Checks::has(Op op) const {
  return std::any_of(list_.begin(), list_.end(), [op](const Check& check) { return check.op == op; });
}

}  // namespace assay::rules
