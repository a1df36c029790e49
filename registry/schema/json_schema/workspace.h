// What walks of JSON bodies reuse. One per thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "registry/schema/json_schema/text_index.h"
#include "registry/schema/schema.h"

namespace assay::schema::json {

// What branches said of places of the current record. Forgets everything in no time.
class Memo {
 public:
  void start_record() {
    if (++generation_ == 0) {
      entries_.assign(entries_.size(), Entry{});
      generation_ = 1;
    }
    used_ = 0;
  }
  // 0: unknown; 1: holds; 2: does not.
  int find(std::uint32_t check, std::uint32_t place) const;
  void add(std::uint32_t check, std::uint32_t place, bool holds);

 private:
  struct Entry {
    std::uint32_t check = 0;
    std::uint32_t place = 0;
    std::uint32_t generation = 0;
    bool holds = false;
  };
  std::size_t slot_of(std::uint32_t check, std::uint32_t place) const;
  void grow();

  std::vector<Entry> entries_;
  std::uint32_t generation_ = 1;
  std::size_t used_ = 0;
};

// A member's name in the object being walked, for finding it again.
struct SeenName {
  std::uint64_t hash;
  std::uint32_t begin;  // offset of the raw name in the text
  std::uint32_t size;
  bool escaped;
};

struct Workspace : schema::Workspace {
  TextIndex batch;
  TextIndex single;  // explain()
  Memo memo;
  std::vector<SeenName> names;              // of all open objects
  std::vector<std::uint64_t> bits;          // of open objects with over 64 known properties
  std::vector<const std::uint32_t*> items;  // of open arrays with uniqueItems
  std::vector<std::pair<std::uint64_t, const std::uint32_t*>> hashes;
  std::string text_a, text_b, text_name;
  std::string path;  // explain: where the walk is
};

}  // namespace assay::schema::json
