// What a compiled schema can tell about a path without a record at hand: rules are checked against it when
// loaded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/path.h"
#include "record/value.h"

namespace assay {

// A set of kinds, since a union or an untyped JSON schema allows several.
class KindSet {
 public:
  constexpr KindSet() = default;
  constexpr KindSet(std::initializer_list<Kind> kinds) {
    for (const Kind kind : kinds) add(kind);
  }
  static constexpr KindSet any() {
    KindSet all;
    all.bits_ = 0xffff;
    return all;
  }
  constexpr void add(Kind kind) {
    bits_ = static_cast<std::uint16_t>(bits_ | (1U << static_cast<unsigned>(kind)));
  }
  constexpr void add(KindSet other) { bits_ = static_cast<std::uint16_t>(bits_ | other.bits_); }
  constexpr bool has(Kind kind) const { return (bits_ >> static_cast<unsigned>(kind)) & 1U; }
  constexpr bool meets(KindSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const KindSet&) const = default;

 private:
  std::uint16_t bits_ = 0;
};

enum class Presence : std::uint8_t {
  impossible,  // no valid record has it
  open,        // the schema does not name it, and does not forbid it (JSON Schema without a word on it)
  possible,    // named; may be missing, null, or in another branch of a union
  always,      // in every valid record
};

// What stands at one path, all branches taken together.
struct Type {
  Presence presence = Presence::impossible;
  KindSet kinds;                    // what a present value can be
  Logical logical = Logical::none;  // `none` also where branches differ
  std::vector<std::string> tags;    // `confluent:tags`, sorted, of the field
};

class SchemaFacts {
 public:
  virtual ~SchemaFacts() = default;
  // REQUIRES: path.part is not header. The part itself is not looked at: facts are those of one body.
  virtual Type type_at(const Path& path) const = 0;
  // Every path the schema names, as text, for suggestions: breadth first, recursion unrolled once, at most
  // `max`.
  virtual std::vector<std::string> paths(std::size_t max) const = 0;
  // Whether arrays and objects carry their JSON text in `Value::raw`: what `uniqueItems` needs. True for JSON
  // only.
  virtual bool json_spans() const { return false; }
};

}  // namespace assay
