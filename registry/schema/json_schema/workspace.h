// What walks of JSON bodies reuse. One per thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
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

// A member's name in the object being walked, for finding it again. Two words, since it is copied on the hot
// path.
struct SeenName {
  std::uint64_t hash = 0;
  std::uint64_t where = 0;

  static SeenName made(std::uint64_t hash, std::uint32_t begin, std::uint32_t size, bool escaped) {
    return {hash, begin | std::uint64_t{size} << 32U | (escaped ? kEscaped : 0)};
  }
  std::uint32_t begin() const { return static_cast<std::uint32_t>(where); }  // of the raw name in the text
  std::uint32_t size() const { return static_cast<std::uint32_t>((where & ~kEscaped) >> 32U); }
  bool escaped() const { return (where & kEscaped) != 0; }

  static constexpr std::uint64_t kEscaped = std::uint64_t{1} << 63U;
};

// The names of all open objects. A vector whose push_back is two instructions and a jump that is never taken.
class NameStack {
 public:
  std::size_t size() const { return size_; }
  void push(const SeenName& name) {
    if (size_ == names_.size()) grow();
    names_[size_++] = name;
  }
  void shrink_to(std::size_t size) { size_ = size; }
  SeenName& operator[](std::size_t at) { return names_[at]; }

 private:
  [[gnu::noinline]] void grow();
  std::vector<SeenName> names_;
  std::size_t size_ = 0;
};

// Where the walk is, while it tells: made into text only where something is told.
class Trail {
 public:
  struct Step {
    const char* name = nullptr;  // nothing: an item
    std::uint32_t size = 0;      // of the name
    std::uint32_t index = 0;     // of the item
    bool written = false;        // the name as it stands in the text, with its escapes
  };
  std::size_t size() const { return size_; }
  void shrink_to(std::size_t size) { size_ = size; }
  void written(std::string_view name) { push(name, true); }
  // REQUIRES: the name stays until the step is gone.
  void named(std::string_view name) { push(name, false); }
  void item(std::uint32_t index) { push({nullptr, 0, index, false}); }
  std::span<const Step> steps() const { return {steps_.data(), size_}; }

 private:
  void push(std::string_view name, bool written) {
    push({name.data(), static_cast<std::uint32_t>(name.size()), 0, written});
  }
  void push(const Step& step) {
    if (size_ == steps_.size()) grow();
    steps_[size_++] = step;
  }
  [[gnu::noinline]] void grow();
  std::vector<Step> steps_;
  std::size_t size_ = 0;
};

struct Workspace : schema::Workspace {
  TextIndex batch;
  TextIndex single;  // explain()
  Memo memo;
  NameStack names;
  std::vector<std::uint64_t> bits;          // of open objects with over 64 known properties
  std::vector<const std::uint32_t*> items;  // of open arrays with uniqueItems
  std::vector<std::pair<std::uint64_t, const std::uint32_t*>> hashes;
  std::string text_a, text_b, text_name;
  Trail trail;             // explain: where the walk is
  std::string path, step;  // the same as text, and one step of it without its escapes
};

}  // namespace assay::schema::json
