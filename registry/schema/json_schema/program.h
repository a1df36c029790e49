// What the walker runs: one Check for each pair (schema node, trie nodes of the paths read there), ready to
// be used without looking anything up. Null pointers mean "nothing of that kind to check".
#pragma once

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
  std::uint64_t min_contains = 1, max_contains = ~std::uint64_t{0};
  bool unique = false;
};

// A member that the schema or the trie names.
struct Property {
  std::array<std::uint64_t, 2> head{};  // the name and its closing quote, as far as they fit
  std::array<std::uint64_t, 2> mask{};  // 0 when the name cannot be compared as it is written
  std::string name;
  bool literal = false;            // no byte of it needs an escape
  const Check* check = nullptr;    // never null
  std::vector<const Check*> also;  // further schemas of the same value
  std::vector<AbsentLeaf> absent;  // to be told when the member is missing
};

struct ObjectChecks {
  std::vector<Property> properties;
  std::vector<std::uint32_t> table;  // open addressing by hash_name; index + 1
  std::uint64_t required_first = 0;  // bits of properties 0..63
  std::vector<std::uint32_t> required;
  bool reports_absent = false;
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
  bool never = false;            // the schema `false`
  bool lexical_integer = false;  // draft-04: 1.0 is no integer
  bool extra = false;            // some of reads, constants, in_place
  std::uint32_t memo = 0;        // not 0: worth remembering per place
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
