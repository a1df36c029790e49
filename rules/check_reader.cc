#include "rules/check_reader.h"

#include <fmt/format.h>

#include <charconv>

#include "rules/contradictions.h"
#include "rules/keywords.h"
#include "rules/kinds/values.h"

namespace assay::rules {
namespace {

using Type = JsonNode::Type;

struct Alias {
  std::string_view written;
  std::string_view advice;
};

// What people write who know another tool.
constexpr Alias kAliases[] = {
    {"min", "the keyword is \"minimum\""},
    {"max", "the keyword is \"maximum\""},
    {"gt", "the keyword is \"exclusiveMinimum\""},
    {"gte", "the keyword is \"minimum\""},
    {"lt", "the keyword is \"exclusiveMaximum\""},
    {"lte", "the keyword is \"maximum\""},
    {"regex", "the keyword is \"pattern\""},
    {"regexp", "the keyword is \"pattern\""},
    {"matches", "the keyword is \"pattern\""},
    {"in", "the keyword is \"enum\""},
    {"values", "the keyword is \"enum\""},
    {"oneOf", "for a list of values the keyword is \"enum\"; for alternatives use \"not\""},
    {"equals", "the keyword is \"const\""},
    {"notNull", "the keyword is \"required\""},
    {"nullable", "null passes everything but \"required\""},
    {"prefix", "the keyword is \"startsWith\""},
    {"suffix", "the keyword is \"endsWith\""},
    {"includes", "the keyword is \"contains\""},
    {"unique", "the keyword is \"uniqueItems\""},
    {"properties", "write one rule for each field"},
    {"items", "write a rule whose field ends in [*]"},
    {"allOf", "put the keywords side by side, or write two rules"},
    {"anyOf", "not a keyword of rules; a schema can say it"},
    {"if", "not a keyword of rules; a schema can say it"},
};

class CheckReader {
 public:
  CheckReader(bool header, const Limits& limits, Reporter& reporter)
      : header_(header), limits_(limits), reporter_(reporter) {}

  // False when something was reported.
  bool read(const Place& at, std::vector<Check>& list) {
    if (!at.node->is(Type::object)) {
      return fail(at, fmt::format("a check is an object of keywords, not {}", to_string(at.node->type)),
                  "for example { \"minimum\": 0 }");
    }
    bool good = true, idle = true;
    for (std::size_t i = 0; i < at.node->children.size(); ++i) {
      const Place place = at.member(at.node->children[i]);
      const Keyword* keyword = known(place);
      if (keyword == nullptr) {
        good = false;
        continue;
      }
      Check check;
      check.op = keyword->op;
      if (!operand(*keyword, place, check)) {
        good = false;
        continue;
      }
      const bool says_nothing = check.op == Op::unique_items && check.count == 0;
      if (says_nothing) continue;
      idle = false;
      check.accepts = kinds_for(check);
      list.push_back(std::move(check));
    }
    if (good && idle)
      return fail(at, "this check asks for nothing", "give it a keyword such as \"required\": true");
    return good && possible(at, list);
  }

 private:
  bool fail(const Place& at, std::string message, std::string suggestion = {}) {
    reporter_.error(at, std::move(message), std::move(suggestion));
    return false;
  }

  const Keyword* known(const Place& place) {
    const std::string& name = place.node->name;
    const Keyword* keyword = keyword_named(name);
    if (keyword != nullptr) return keyword;
    std::vector<std::string_view> names;
    for (const Keyword& candidate : keywords()) names.push_back(candidate.name);
    std::string advice = did_you_mean(nearest(name, names));
    for (const Alias& alias : kAliases) {
      if (alias.written == name) advice = alias.advice;
    }
    reporter_.name_error(place, fmt::format("unknown keyword \"{}\"", name), advice);
    return nullptr;
  }

  bool operand(const Keyword& keyword, const Place& at, Check& check) {
    switch (keyword.operand) {
      case Operand::flag:
        return flag(keyword, at);
      case Operand::boolean:
        check.count = at.node->boolean ? 1 : 0;
        return expect(at, Type::boolean, "true or false");
      case Operand::number:
      case Operand::positive:
        return number(keyword, at, check);
      case Operand::count:
        return count(keyword, at, check);
      case Operand::text:
        return text(keyword, at, check);
      case Operand::pattern:
        return pattern(at, check);
      case Operand::format:
        return format(at, check);
      case Operand::types:
        return types(at, check);
      case Operand::scalar:
        return constant(at, check);
      case Operand::scalars:
        return constants(at, check);
      case Operand::nested:
        return nested(at, check);
    }
    return false;
  }

  bool expect(const Place& at, Type type, std::string_view wanted) {
    if (at.node->is(type)) return true;
    return fail(at, fmt::format("{} takes {}, not {}", at.node->name, wanted, to_string(at.node->type)));
  }

  bool flag(const Keyword& keyword, const Place& at) {
    if (at.node->is(Type::boolean) && at.node->boolean) return true;
    const bool off = at.node->is(Type::boolean);
    const std::string instead =
        keyword.op == Op::required
            ? "leave it out; a field that must be absent is { \"not\": { \"required\": true } }"
            : "leave it out; for the contrary write { \"not\": { \"encrypted\": true } }";
    return fail(at, fmt::format("{} can only be true", keyword.name), off ? instead : std::string());
  }

  bool number(const Keyword& keyword, const Place& at, Check& check) {
    if (!expect(at, Type::number, "a number")) return false;
    auto parsed = Number::parse(at.node->text);
    if (!parsed) return fail(at, parsed.error().message());
    check.number = std::move(*parsed);
    if (keyword.operand != Operand::positive) return true;
    Scalar zero{Kind::number, false, "0", Number(0)};
    const Scalar own{Kind::number, false, at.node->text, check.number};
    if (compare(kinds::value_of(own), *zero.number) > 0) return true;
    return fail(at, fmt::format("{} takes a number above 0", keyword.name));
  }

  bool count(const Keyword& keyword, const Place& at, Check& check) {
    if (!expect(at, Type::number, "a whole number from 0")) return false;
    const auto parsed = Number::parse(at.node->text);
    if (!parsed || !parsed->fits_int64() || parsed->int64() < 0) {
      return fail(at, fmt::format("{} takes a whole number from 0", keyword.name));
    }
    check.count = static_cast<std::uint64_t>(parsed->int64());
    return true;
  }

  bool text(const Keyword& keyword, const Place& at, Check& check) {
    if (!expect(at, Type::string, "a string")) return false;
    if (at.node->text.empty()) return fail(at, fmt::format("every string {} an empty one", says(keyword.op)));
    check.text = at.node->text;
    return true;
  }
  static std::string_view says(Op op) {
    return op == Op::contains ? "contains" : op == Op::starts_with ? "starts with" : "ends with";
  }

  bool pattern(const Place& at, Check& check) {
    if (!expect(at, Type::string, "a regular expression in a string")) return false;
    auto compiled = Pattern::compile(at.node->text, limits_.pattern_bytes_max);
    if (!compiled) return fail(at, compiled.error().message());
    check.pattern = std::move(*compiled);
    return true;
  }

  bool format(const Place& at, Check& check) {
    if (!expect(at, Type::string, "the name of a format")) return false;
    std::vector<std::string_view> names;
    for (const RuleFormat& known : rule_formats()) {
      names.push_back(to_string(known.format));
      if (names.back() != at.node->text) continue;
      check.format = known.format;
      return true;
    }
    std::string advice = did_you_mean(nearest(at.node->text, names));
    if (advice.empty()) advice = fmt::format("known formats: {}", fmt::join(names, ", "));
    return fail(at, fmt::format("unknown format \"{}\"", at.node->text), std::move(advice));
  }

  bool type(const Place& at, Check& check) {
    if (!at.node->is(Type::string)) return fail(at, "type takes the name of a type, or a list of them");
    std::vector<std::string_view> names;
    for (const TypeName& known : type_names()) {
      names.push_back(known.name);
      if (known.name != at.node->text) continue;
      if ((check.types & known.bit) != 0)
        return fail(at, fmt::format("\"{}\" stands in the list twice", known.name));
      check.types |= known.bit;
      return true;
    }
    std::string advice = did_you_mean(nearest(at.node->text, names));
    if (advice.empty()) advice = fmt::format("known types: {}", fmt::join(names, ", "));
    return fail(at, fmt::format("unknown type \"{}\"", at.node->text), std::move(advice));
  }

  bool types(const Place& at, Check& check) {
    if (!at.node->is(Type::array)) return type(at, check);
    if (at.node->children.empty()) return fail(at, "type is an empty list: no value has one of its types");
    bool good = true;
    for (std::size_t i = 0; i < at.node->children.size(); ++i) good = type(at.item(i), check) && good;
    return good;
  }

  std::optional<Scalar> scalar(const Place& at) {
    Scalar made;
    switch (at.node->type) {
      case Type::null:
        return made;
      case Type::boolean:
        made.kind = Kind::boolean;
        made.boolean = at.node->boolean;
        return made;
      case Type::string:
        made.kind = Kind::string;
        made.text = at.node->text;
        return made;
      case Type::number: {
        auto number = Number::parse(at.node->text);
        if (!number) {
          fail(at, number.error().message());
          return std::nullopt;
        }
        made.kind = Kind::number;
        made.text = at.node->text;
        made.number = std::move(*number);
        return made;
      }
      default:
        fail(at,
             fmt::format("a value to compare with is a string, a number, true, false or null, not {}",
                         to_string(at.node->type)),
             "write a rule for each field inside it");
        return std::nullopt;
    }
  }

  bool constant(const Place& at, Check& check) {
    auto set = std::make_shared<ScalarSet>();
    auto made = scalar(at);
    if (!made) return false;
    set->all.push_back(std::move(*made));
    kinds::index(*set);
    check.scalars = std::move(set);
    return true;
  }

  bool constants(const Place& at, Check& check) {
    if (!expect(at, Type::array, "a list of values")) return false;
    if (at.node->children.empty()) return fail(at, "enum is an empty list: no value is in it");
    auto set = std::make_shared<ScalarSet>();
    bool good = true;
    for (std::size_t i = 0; i < at.node->children.size(); ++i) {
      auto made = scalar(at.item(i));
      good = made.has_value() && good;
      if (made) set->all.push_back(std::move(*made));
    }
    if (!good) return false;
    kinds::index(*set);
    const auto twice = kinds::repeated(*set);
    if (twice) return fail(at.item(*twice), "this value stands in the list twice");
    check.scalars = std::move(set);
    return true;
  }

  bool nested(const Place& at, Check& check) { return read(at, check.nested); }

  bool possible(const Place& at, const std::vector<Check>& list) {
    const auto found = contradictions(list, header_);
    for (const Contradiction& contradiction : found) {
      const JsonNode* node = at.node->member(name_of(contradiction.at));
      Place place = at.member(*node);
      if (contradiction.item) place = place.item(*contradiction.item);
      reporter_.error(place, contradiction.message);
    }
    return found.empty();
  }

  const bool header_;
  const Limits& limits_;
  Reporter& reporter_;
};

}  // namespace

std::shared_ptr<const Checks> read_check(const Place& at, bool header, const Limits& limits,
                                         Reporter& reporter) {
  std::vector<Check> list;
  if (!CheckReader(header, limits, reporter).read(at, list)) return nullptr;
  return std::make_shared<const Checks>(std::move(list));
}

}  // namespace assay::rules
