// What the walker runs: one Check for each pair (schema node, trie nodes of the paths read there), ready to
// be used without looking anything up. Null pointers mean "nothing of that kind to check".
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "record/path_trie.h"
#include "registry/schema/json_schema/graph.h"

namespace assay::schema::json {

struct Check;

// What a token is, from its first byte: also the index of ByType.
enum class Token : std::uint8_t { bad, null, boolean, number, string, array, object };

// A leaf in a member that may be missing, and the way there.
struct AbsentLeaf {
  LeafId leaf;
  std::vector<std::string> steps;
};

struct Reads {
  std::vector<SlotId> slots;
  std::vector<LeafId> leaves;
  std::vector<AbsentLeaf> below;  // leaves in members of this value: absent when it is no object
};

struct StringChecks {
  std::uint64_t min = 0, max = ~std::uint64_t{0};  // code points
  std::uint64_t enough = 0;                        // bytes that hold `min` code points whatever they are
  const Pattern* pattern = nullptr;
  std::optional<TextFormat> format;
};

struct NumberChecks {
  const Number* minimum = nullptr;
  const Number* maximum = nullptr;
  const Number* exclusive_minimum = nullptr;
  const Number* exclusive_maximum = nullptr;
  const Number* multiple_of = nullptr;
  // When the bounds are 64-bit integers, they are these two, the tighter where there are two of a kind.
  struct Bound {
    std::int64_t value = 0;
    bool exclusive = false;
  };
  bool all_small = false;
  Bound low, high;
  // The same for integers, both inclusive.
  std::int64_t lowest = 0, highest = 0;
  // The same for decimals below 10^8, whose bounds need not be farther away than 10^9.
  Bound low_near, high_near;
  bool only_small = false;  // all_small, and no multiple_of
  // multiple_of = mantissa * 10^exponent where that fits; else mantissa is 0.
  std::uint64_t divisor_mantissa = 0;
  std::int32_t divisor_exponent = 0;
};

// `enum` and `const`.
struct Constants {
  const Json* source = nullptr;  // for messages
  bool single = false;           // `const`
  bool null = false, yes = false, no = false;
  std::vector<std::string> strings;
  // The same when they are few: their first 8 bytes, and which of those count.
  struct Start {
    std::uint64_t head = 0;
    std::uint64_t mask = 0;
  };
  std::vector<Start> starts;
  std::unordered_set<std::string_view> many_strings;  // views of `strings`, when they are many
  std::vector<const Number*> numbers;
  std::vector<std::int64_t> integers;  // sorted; those of `numbers` that fit
  std::vector<const Json*> containers;
};

struct ArrayChecks {
  std::vector<const Check*> prefix;
  const Check* rest = nullptr;  // never null
  const Check* contains = nullptr;
  std::uint64_t min = 0, max = ~std::uint64_t{0};
  bool only_rest = false;  // each item is checked by `rest`, and nothing else but their count
  std::uint64_t min_contains = 1, max_contains = ~std::uint64_t{0};
  bool unique = false;
};

// A member that the schema or the trie names. What comparing takes stands first, in one cache line.
struct Property {
  // The name and its closing quote, as far as they fit, and which bytes those are. For a name that needs
  // escapes: what no text equals.
  alignas(16) std::array<std::uint64_t, 2> head{};
  std::array<std::uint64_t, 2> mask{};
  const Check* check = nullptr;  // never null
  std::uint32_t size = 0;        // of the name
  bool simple = false;           // a name that fits `head`, one schema, neither a choice by type nor `false`
  std::string name;
  std::vector<const Check*> also;  // further schemas of the same value
  std::vector<AbsentLeaf> absent;  // to be told when the member is missing
};

struct ObjectChecks {
  std::vector<Property> properties;
  std::vector<std::uint32_t> table;  // open addressing by hash_name; index + 1
  std::uint64_t required_first = 0;  // bits of properties 0..63
  std::vector<std::uint32_t> required;
  bool only_required = false;            // nothing but required_first is to be checked when the object ends
  std::vector<std::uint32_t> reporting;  // properties with `absent`
  struct Dependents {
    std::uint32_t property;
    std::vector<std::uint32_t> required;
    const Check* check = nullptr;
  };
  std::vector<Dependents> dependents;
  std::vector<std::pair<const Pattern*, const Check*>> patterns;
  const Check* additional = nullptr;  // never null
  const Check* names = nullptr;
  std::uint64_t min = 0, max = ~std::uint64_t{0};
  std::uint64_t sizes = 0;  // lengths of the properties' names: bit n for n bytes, the last for all above

  static std::uint64_t size_bit(std::size_t size) {
    return std::uint64_t{1} << std::min<std::size_t>(size, 63);
  }
  bool may_have(std::size_t size) const { return (sizes & size_bit(size)) != 0; }
};

struct InPlace {
  std::vector<const Check*> all;  // `$ref` first
  bool has_ref = false;
  std::vector<const Check*> any, one;
  const Check* negated = nullptr;
  const Check* if_ = nullptr;
  const Check* then_ = nullptr;
  const Check* else_ = nullptr;
};

// An `anyOf` or `oneOf` whose branches take different types of values: the token decides.
struct ByType {
  std::array<const Check*, 7> of{};  // by Token; never null
};

struct Check {
  TypeMask types = kAnyType;
  // Of these, strings only need to be well-formed, and numbers what number_needs says.
  TypeMask plain = kAnyType;
  bool never = false;            // the schema `false`
  bool lexical_integer = false;  // draft-04: 1.0 is no integer
  bool extra = false;            // some of reads, constants, in_place
  // What a number has to be to pass without being compared: 0 anything, 1 without a minus, 2 also of at least
  // 1, 3 it always has to be.
  std::uint8_t number_needs = 0;
  bool extra_object = false;  // the same for objects, to which Reads::below means nothing
  bool few_strings = false;   // `extra` is nothing but constants, and their strings are few
  std::uint32_t memo = 0;     // not 0: worth remembering per place
  const ByType* by_type = nullptr;
  const StringChecks* strings = nullptr;
  const NumberChecks* numbers = nullptr;
  const ArrayChecks* array = nullptr;
  const ObjectChecks* object = nullptr;
  const Reads* reads = nullptr;
  const Constants* constants = nullptr;
  const InPlace* in_place = nullptr;
};

// Owns what its checks point to, except the graph.
struct Program {
  std::shared_ptr<const Graph> graph;
  const Check* root = nullptr;
  std::deque<Check> checks;
  std::deque<StringChecks> strings;
  std::deque<NumberChecks> numbers;
  std::deque<ArrayChecks> arrays;
  std::deque<ObjectChecks> objects;
  std::deque<Constants> constants;
  std::deque<Reads> reads;
  std::deque<InPlace> in_places;
  std::deque<ByType> by_types;
};

// `unsupported` for formats that are asserted and cannot be checked; `too_large` beyond
// limits.schema_nodes_max checks.
Result<std::shared_ptr<const Program>> lower(std::shared_ptr<const Graph> graph, const PathTrie& reads,
                                             const CompileOptions& options);

}  // namespace assay::schema::json
