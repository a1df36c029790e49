// Random schemas, values and damage, from one seed. Names, numbers and patterns come from small sets, so that
// things meet.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace assay::schema::json {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  // A whole schema as text, of draft-07 or 2020-12.
  std::string document();
  // A body as text: well-formed, with a name twice now and then.
  std::string body() { return space() + value(4) + space(); }
  // The same text with some bytes changed.
  std::string damaged(std::string text);

  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  template <std::size_t N>
  std::string_view pick(const std::string_view (&choices)[N]) {
    return choices[below(N)];
  }
  std::string schema(int depth);
  void add_scalars(std::string& out, int depth);
  void add_arrays(std::string& out, int depth);
  void add_objects(std::string& out, int depth);
  void add_branches(std::string& out, int depth);
  std::string schemas(int depth);
  std::string value(int depth);
  std::string scalar();
  std::string name();
  std::string escaped(std::string_view text);
  std::string space();
  std::string count() { return std::to_string(below(4)); }

  std::mt19937_64 random_;
  bool is_2020_ = false;
  bool in_schema_ = false;  // no name twice
};

}  // namespace assay::schema::json
