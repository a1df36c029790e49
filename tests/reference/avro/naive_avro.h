// The slow twin of registry/schema/avro: recursion over the schema's JSON, a tree of values, paths read by
// walking the tree. Shares nothing with the engine but Value, which it fills in for the comparison.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "record/path.h"
#include "record/value.h"

namespace assay::reference {

// A value and what it holds. Arrays and maps keep what the bytes hold, duplicates too.
struct Tree {
  Value value;
  bool is_record = false;
  bool is_map = false;
  std::string symbol;                                                  // what `value.raw` views for an enum
  std::vector<std::pair<std::string, std::unique_ptr<Tree>>> members;  // items of an array have no name
};

enum class Answer { conforms, violates, malformed, over_budget };

class NaiveAvro {
 public:
  // REQUIRES: a schema that is valid, with every name full and defined before it is used.
  explicit NaiveAvro(nlohmann::json schema, std::uint32_t depth_max, std::uint64_t steps_max);

  struct Reading {
    Answer answer = Answer::conforms;
    std::unique_ptr<Tree> tree;  // whole unless malformed or over budget
  };
  Reading read(Bytes body) const;

  // What stands at a path without [*]; absent when nothing does.
  static Value slot(const Tree& tree, const Path& path);
  // Every place of a path with [*], with its concrete path; members that are missing below a [*] are absent.
  static std::vector<std::pair<std::string, Value>> leaves(const Tree& tree, const Path& path);

 private:
  struct Cursor;
  std::unique_ptr<Tree> read(const nlohmann::json& schema, Cursor& cursor, std::uint32_t depth) const;
  std::unique_ptr<Tree> read_record(const nlohmann::json& schema, Cursor& cursor, std::uint32_t depth) const;
  std::unique_ptr<Tree> read_items(const nlohmann::json& schema, bool map, Cursor& cursor,
                                   std::uint32_t depth) const;
  static void read_bytes(const nlohmann::json& schema, const std::string& type, Cursor& cursor, Value& value);
  const nlohmann::json& resolve(const nlohmann::json& schema) const;
  void collect(const nlohmann::json& schema);

  nlohmann::json schema_;
  std::map<std::string, const nlohmann::json*> names_;
  std::uint32_t depth_max_;
  std::uint64_t steps_max_;
};

}  // namespace assay::reference
