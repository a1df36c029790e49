// Random schemas, bodies that conform to them, bodies that mostly do not, and paths that mostly lead
// somewhere.
#pragma once

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace assay::reference {

class RandomAvro {
 public:
  explicit RandomAvro(std::uint32_t seed) : random_(seed) {}

  // Recursive types, unions, logical types (valid and invalid annotations), names used again.
  nlohmann::json schema();
  // REQUIRES: `schema` is of this object's schema().
  Buffer body(const nlohmann::json& schema);
  // A few bytes changed, cut, repeated or put in.
  Buffer mutated(Buffer body);
  std::string path(const nlohmann::json& schema);

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

 private:
  nlohmann::json type(int depth, bool in_union);
  nlohmann::json record(int depth);
  nlohmann::json union_of(int depth);
  nlohmann::json scalar();
  nlohmann::json annotated();
  std::string fresh(char letter) { return letter + std::to_string(next_name_++); }
  const nlohmann::json& resolve(const nlohmann::json& schema) const;

  void write(const nlohmann::json& schema, int depth);
  void write_items(const nlohmann::json& schema, bool map, int depth);
  void write_decimal(const nlohmann::json& schema, bool fixed);
  void put_long(std::int64_t value);
  void put_text(const std::string& text);
  std::int64_t some_long();
  std::string some_text();

  std::mt19937 random_;
  int next_name_ = 0;
  std::vector<std::string> open_;      // records being defined
  std::vector<std::string> finished_;  // named types to use again
  std::vector<std::pair<std::string, nlohmann::json>> definitions_;
  Buffer out_;
  int writes_ = 0;
};

}  // namespace assay::reference
