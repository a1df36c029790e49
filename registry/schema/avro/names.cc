#include "registry/schema/avro/names.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace assay::schema::avro {
namespace {

constexpr std::array<std::string_view, 8> kPrimitives = {"null",  "boolean", "int",   "long",
                                                         "float", "double",  "bytes", "string"};

bool ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool plain(std::string_view name) {
  return ascii_letter(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
           return ascii_letter(c) || (c >= '0' && c <= '9');
         });
}

}  // namespace

std::optional<std::string> name_problem(std::string_view name) {
  if (name.empty()) return "a name is empty";
  if (plain(name)) return std::nullopt;
  static const re2::RE2 kUnicodeName("[\\pL_][\\pL\\p{Nd}_]*");
  const bool beyond_basic_plane =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xF0; });
  if (!beyond_basic_plane && re2::RE2::FullMatch(re2::StringPiece(name.data(), name.size()), kUnicodeName)) {
    return std::nullopt;
  }
  return "\"" + std::string(name) + "\" is no name: letters, digits and _, not beginning with a digit";
}

FullName qualify(std::string_view name, std::string_view enclosing) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return {std::string(enclosing), std::string(name)};
  return {std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))};
}

std::optional<std::string> definition_problem(const FullName& name) {
  if (auto problem = name_problem(name.name)) return problem;
  if (name.space.empty()) {
    if (is_primitive(name.name)) return "\"" + name.name + "\" is a primitive type and cannot be defined";
    return std::nullopt;
  }
  for (std::size_t begin = 0; begin <= name.space.size();) {
    const std::size_t dot = std::min(name.space.find('.', begin), name.space.size());
    if (auto problem = name_problem(std::string_view(name.space).substr(begin, dot - begin))) {
      return "namespace \"" + name.space + "\": " + *problem;
    }
    begin = dot + 1;
  }
  return std::nullopt;
}

bool is_primitive(std::string_view name) {
  return std::find(kPrimitives.begin(), kPrimitives.end(), name) != kPrimitives.end();
}

}  // namespace assay::schema::avro
