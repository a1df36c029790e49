// What a schema and the paths to read become: a flat list of operations over a cursor, no tree and no virtual
// calls. Records stand in place of where they are used, or are subroutines; unions jump; arrays and maps
// loop.
//
//   enter  reads-of-fields…  [absent]            a record
//   optional @null  branch  [jump @end]          a union of two with null; @null: null  [absent]
//   choose table   branch jump @end, …           any other union
//   array loop     item  next loop               @exit
//   map loop       value next loop, …            one body for each key that a path names, and one for all
//   others
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "record/path_trie.h"
#include "registry/schema/avro/model.h"
#include "registry/schema/avro/value_checks.h"

namespace assay::schema::avro {

// What the operands mean is said as `x: …`; every value operation delivers to `slot` / `z`.
enum class Code : std::uint8_t {
  end,    // the body must end here
  ret,    // from a subroutine
  call,   // x: target; y: depth of the caller
  jump,   // x: target
  enter,  // a record. x: fields; y: depth
  skip,   // x: bytes of unread values of fixed size
  null,
  boolean,
  int32,  // a: logical
  time_ms,
  int64,        // a: logical
  long_unread,  // an int64 that nobody reads
  time_us,
  float32,
  float64,
  fixed,  // a: logical; x: bytes
  bytes,
  string,  // a: logical
  uuid,
  decimal,        // a: scale; x: bound
  fixed_decimal,  // a: scale; x: bound; y: bytes
  bare_bytes,     // the whole body is the value
  bare_decimal,   // the same. a: scale; x: bound
  enumeration,    // x: symbols; y: node
  optional,       // a: index of null; x: target for null
  choose,         // x: first of its targets; y: branches
  array,          // x: loop; y: depth
  map,            // x: loop; y: depth
  unread_items,   // an array of unread values of fixed size. x: loop; y: depth
  next,           // x: loop
  absent,         // x: list of absences
  push_name,      // explaining only. x: name
  pop_name,       // explaining only
};

inline constexpr std::uint16_t kUnread = 0xffff;  // Op::slot: nobody reads it
inline constexpr std::uint16_t kMany = 0xfffe;    // Op::slot: see deliveries[z]

struct Op {
  Code code = Code::end;
  std::uint8_t a = 0;
  std::uint16_t slot = kUnread;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t z = 0;
};

struct Delivery {
  std::vector<SlotId> slots;
  std::vector<LeafId> leaves;
};

// A leaf to offer as absent, and the members that lead to it from the value that lacks the first of them.
struct Absence {
  LeafId leaf = 0;
  std::vector<std::string> steps;
};

// A key of a map that a path names.
struct KeyCase {
  std::string name;
  std::uint32_t body = 0;
  std::vector<SlotId> slots;  // all below: emptied when the key comes again, since the last one wins
  std::uint32_t absent = 0;   // list of absences to offer when the key never comes
};

struct Loop {
  std::uint32_t body = 0;  // of an item, or of a value whose key no path names
  std::uint32_t exit = 0;
  bool map = false;
  std::uint64_t item_bytes_min = 0;  // a map's key included
  Op item;                           // unread_items: reads one
  std::vector<KeyCase> keys;         // sorted by name
};

struct Program {
  std::shared_ptr<const Model> model;
  std::vector<Op> ops;
  std::vector<std::uint32_t> targets;
  std::vector<Loop> loops;
  std::vector<Delivery> deliveries;
  std::vector<std::vector<Absence>> absents;  // the first is empty
  std::vector<DecimalBound> bounds;
  std::vector<std::string> names;
};

}  // namespace assay::schema::avro
