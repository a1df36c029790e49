// Reading: one pass over the document. What needs every name at hand is in definitions_check.cc.
#include "registry/schema/avro/definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "base/text_position.h"
#include "registry/schema/avro/annotations.h"
#include "registry/schema/avro/pending.h"

namespace assay::schema::avro {
namespace {

using Json = nlohmann::json;

// Goes one or more steps down in a JSON Pointer, for as long as it lives.
class Down {
 public:
  Down(std::string& pointer, std::string_view token) : pointer_(pointer), length_(pointer.size()) {
    pointer_ += '/';
    pointer_ += pointer_token(token);
  }
  Down(std::string& pointer, std::size_t index) : Down(pointer, std::to_string(index)) {}
  ~Down() { pointer_.resize(length_); }
  Down(const Down&) = delete;
  Down& operator=(const Down&) = delete;

 private:
  std::string& pointer_;
  std::size_t length_;
};

// The member when it is a text; nothing otherwise.
const std::string* text_member(const Json& json, const char* name) {
  const auto at = json.find(name);
  return at != json.end() && at->is_string() ? &at->get_ref<const std::string&>() : nullptr;
}

}  // namespace

Result<NodeId> Definitions::read(Json document, std::string label) {
  documents_.push_back(std::move(document));
  label_ = std::move(label);
  pointer_.clear();
  return read_schema(documents_.back(), "");
}

Result<NodeId> Definitions::read_schema(const Json& json, const std::string& space) {
  if (json.is_string()) return read_name(json.get_ref<const std::string&>(), space);
  if (json.is_array()) return read_union(json, space);
  if (json.is_object()) return read_object(json, space);
  return fail("a schema is a name, an object or an array of branches");
}

Result<NodeId> Definitions::read_object(const Json& json, const std::string& space) {
  const std::string* type = text_member(json, "type");
  if (type == nullptr) return fail("\"type\" is missing, or no name");
  if (is_primitive(*type)) return read_primitive(*type, json);
  if (*type == "record" || *type == "error") return read_named(json, Type::record, space);
  if (*type == "enum") return read_named(json, Type::enumeration, space);
  if (*type == "fixed") return read_named(json, Type::fixed, space);
  if (*type == "array") return read_container(json, Type::array, space);
  if (*type == "map") return read_container(json, Type::map, space);
  const Down down(pointer_, "type");
  return read_name(*type, space);
}

Result<NodeId> Definitions::read_primitive(const std::string& name, const Json& json) {
  Node node;
  for (int type = 0; type <= static_cast<int>(Type::string); ++type) {
    if (type_name(static_cast<Type>(type)) == name) node.type = static_cast<Type>(type);
  }
  if (json.is_object()) read_logical_type(json, node);
  if (node.meaning != Meaning::none) return add(std::move(node));
  const auto known = primitives_.find(name);
  if (known != primitives_.end()) return known->second;
  auto id = add(std::move(node));
  if (id) primitives_.emplace(name, *id);
  return id;
}

Result<NodeId> Definitions::read_name(const std::string& name, const std::string& space) {
  if (is_primitive(name)) return read_primitive(name, Json());
  FullName full = qualify(name, space);
  const auto known = names_.find(full.text());
  if (known != names_.end()) return known->second;
  if (const auto counted = count(1); !counted) return counted.error();
  pending_.push_back({std::move(full), here()});
  return pending_id(pending_.size() - 1);
}

Result<NodeId> Definitions::read_union(const Json& json, const std::string& space) {
  Node node;
  node.type = Type::union_of;
  auto id = add(std::move(node));
  if (!id) return id;
  const auto counted = count(json.size());
  if (!counted) return counted.error();
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Down down(pointer_, i);
    if (json[i].is_array()) return fail("a union stands directly inside a union");
    auto part = read_schema(json[i], space);
    if (!part) return part;
    model_.nodes[*id].parts.push_back(*part);
  }
  unions_.emplace_back(*id, here());
  return id;
}

Result<NodeId> Definitions::read_container(const Json& json, Type type, const std::string& space) {
  const char* member = type == Type::array ? "items" : "values";
  const auto at = json.find(member);
  if (at == json.end()) return fail(fmt::format("\"{}\" is missing", member));
  Node node;
  node.type = type;
  auto id = add(std::move(node));
  if (!id) return id;
  const Down down(pointer_, member);
  auto part = read_schema(*at, space);
  if (part) model_.nodes[*id].parts.push_back(*part);
  return part ? id : part;
}

Result<NodeId> Definitions::read_named(const Json& json, Type type, const std::string& space) {
  const std::string* name = text_member(json, "name");
  if (name == nullptr) return fail("\"name\" is missing, or no text");
  const std::string* own_space = text_member(json, "namespace");
  const FullName full = qualify(*name, own_space != nullptr ? *own_space : space);
  if (const auto problem = definition_problem(full)) return fail(*problem);
  Node node;
  node.type = type;
  node.name = full.text();
  node.tags = read_tags(json);
  auto aliases = read_aliases(json, true);
  if (!aliases) return aliases.error();
  node.aliases = std::move(*aliases);
  auto id = add(std::move(node));
  if (!id) return id;
  const auto [defined, first] = names_.emplace(full.text(), *id);
  if (!first) redefinitions_.push_back({defined->second, *id, here()});
  const auto read = type == Type::record        ? read_record(json, *id, full.space)
                    : type == Type::enumeration ? read_enumeration(json, *id)
                                                : read_fixed(json, *id);
  if (!read) return read.error();
  model_.nodes[*id].finished = ++finished_;
  return defined->second;
}

Result<void> Definitions::read_record(const Json& json, NodeId id, const std::string& space) {
  const auto fields = json.find("fields");
  if (fields == json.end() || !fields->is_array()) return fail("\"fields\" is missing, or no array");
  auto counted = count(fields->size());
  if (!counted) return counted;
  std::unordered_set<std::string> seen;
  const Down into_fields(pointer_, "fields");
  std::uint32_t ops = 2;
  for (std::size_t i = 0; i < fields->size(); ++i) {
    const Down into_field(pointer_, i);
    auto field = read_field((*fields)[i], space);
    if (!field) return field.error();
    if (!seen.insert(field->name).second)
      return fail(fmt::format("the field \"{}\" is there twice", field->name));
    ops = std::min(ops + ops_of(model_, field->type, finished_ + 1), 1U << 20);
    model_.nodes[id].fields.push_back(std::move(*field));
  }
  model_.nodes[id].inline_ops = ops;
  return {};
}

Result<Field> Definitions::read_field(const Json& json, const std::string& space) {
  if (!json.is_object()) return fail("a field is an object");
  const std::string* name = text_member(json, "name");
  if (name == nullptr) return fail("\"name\" is missing, or no text");
  if (const auto problem = name_problem(*name)) return fail(*problem);
  const auto type = json.find("type");
  if (type == json.end()) return fail(fmt::format("the field \"{}\" has no \"type\"", *name));
  Field field;
  field.name = *name;
  field.tags = read_tags(json);
  auto aliases = read_aliases(json, false);
  if (!aliases) return aliases.error();
  field.aliases = std::move(*aliases);
  if (json.contains("order")) {
    const std::string* order = text_member(json, "order");
    std::string lower = order != nullptr ? *order : std::string();
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower != "ascending" && lower != "descending" && lower != "ignore") {
      return fail("\"order\" is not ascending, descending or ignore");
    }
    if (lower != "ascending") field.order = lower;
  }
  {
    const Down down(pointer_, "type");
    const auto id = read_schema(*type, space);
    if (!id) return id.error();
    field.type = *id;
  }
  const auto value = json.find("default");
  if (value != json.end()) {
    field.default_json = value->dump();
    const Down down(pointer_, "default");
    defaults_.push_back({field.type, &*value, field.name, here()});
  }
  return field;
}

Result<void> Definitions::read_enumeration(const Json& json, NodeId id) {
  const auto symbols = json.find("symbols");
  if (symbols == json.end() || !symbols->is_array()) return fail("\"symbols\" is missing, or no array");
  auto counted = count(symbols->size());
  if (!counted) return counted;
  std::unordered_set<std::string> seen;
  const Down into_symbols(pointer_, "symbols");
  for (std::size_t i = 0; i < symbols->size(); ++i) {
    const Down down(pointer_, i);
    if (!(*symbols)[i].is_string()) return fail("a symbol is a text");
    const auto& symbol = (*symbols)[i].get_ref<const std::string&>();
    if (const auto problem = name_problem(symbol)) return fail(*problem);
    if (!seen.insert(symbol).second) return fail(fmt::format("the symbol \"{}\" is there twice", symbol));
    model_.nodes[id].symbols.push_back(symbol);
  }
  const std::string* fallback = text_member(json, "default");
  if (fallback == nullptr) return {};
  if (!seen.contains(*fallback)) return fail(fmt::format("the default \"{}\" is no symbol", *fallback));
  model_.nodes[id].default_symbol = *fallback;
  return {};
}

Result<void> Definitions::read_fixed(const Json& json, NodeId id) {
  const auto size = json.find("size");
  if (size == json.end() || !size->is_number_unsigned() ||
      size->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) {
    return fail("\"size\" is missing, or no count of bytes below 2^31");
  }
  model_.nodes[id].size = size->get<std::uint32_t>();
  read_logical_type(json, model_.nodes[id]);
  return {};
}

Result<std::vector<std::string>> Definitions::read_aliases(const Json& json, bool names_checked) {
  std::vector<std::string> aliases;
  const auto at = json.find("aliases");
  if (at == json.end() || at->is_null()) return aliases;
  const Down into_aliases(pointer_, "aliases");
  if (!at->is_array()) return fail("aliases are an array");
  for (std::size_t i = 0; i < at->size(); ++i) {
    const Down down(pointer_, i);
    if (!(*at)[i].is_string()) return fail("an alias is a text");
    const auto& alias = (*at)[i].get_ref<const std::string&>();
    const auto problem = names_checked ? name_problem(qualify(alias, "").name) : std::nullopt;
    if (problem) return fail(*problem);
    aliases.push_back(alias);
  }
  return aliases;
}

Result<NodeId> Definitions::add(Node node) {
  const auto counted = count(1);
  if (!counted) return counted.error();
  model_.nodes.push_back(std::move(node));
  return static_cast<NodeId>(model_.nodes.size() - 1);
}

Result<void> Definitions::count(std::size_t things) {
  things_ += things;
  if (things_ <= limits_.schema_nodes_max) return {};
  return Error(ErrorCode::too_large, fmt::format("the schema has more than {} types, fields and symbols",
                                                 limits_.schema_nodes_max));
}

Error Definitions::fail(const Place& place, std::string_view why) {
  std::string where = place.pointer.empty() ? "the whole schema" : place.pointer;
  if (!place.label.empty()) where = place.label + ": " + where;
  return Error(ErrorCode::invalid, fmt::format("{}: {}", where, why));
}

}  // namespace assay::schema::avro
