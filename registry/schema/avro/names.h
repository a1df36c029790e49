// Avro names (specification, "Names"): simple names, namespaces, full names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay::schema::avro {

// Why `name` is no simple name; nothing when it is one. Letters and digits are Unicode's of the basic plane,
// as Java's parser has it.
std::optional<std::string> name_problem(std::string_view name);

struct FullName {
  std::string space;  // empty: the null namespace
  std::string name;
  std::string text() const { return space.empty() ? name : space + "." + name; }
};

// The full name that `name` stands for inside `enclosing`; a name with a dot brings its namespace along.
FullName qualify(std::string_view name, std::string_view enclosing);

// Why this full name may not be defined.
std::optional<std::string> definition_problem(const FullName& name);

bool is_primitive(std::string_view name);

}  // namespace assay::schema::avro
