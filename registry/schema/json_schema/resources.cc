#include "registry/schema/json_schema/resources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text_position.h"
#include "registry/schema/json_schema/uri.h"

namespace assay::schema::json {
namespace {

// Where schemas stand inside a schema, whatever the dialect.
constexpr std::array<std::string_view, 12> kSchemas = {"additionalItems",
                                                       "additionalProperties",
                                                       "contains",
                                                       "else",
                                                       "if",
                                                       "items",
                                                       "not",
                                                       "propertyNames",
                                                       "then",
                                                       "unevaluatedItems",
                                                       "unevaluatedProperties",
                                                       "contentSchema"};
constexpr std::array<std::string_view, 5> kLists = {"allOf", "anyOf", "items", "oneOf", "prefixItems"};
constexpr std::array<std::string_view, 6> kMaps = {"$defs",      "definitions",       "dependencies",
                                                   "properties", "patternProperties", "dependentSchemas"};

template <class Names>
bool is_among(std::string_view name, const Names& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// `$ref` makes its neighbours void up to draft-07.
bool only_refers(const Json& schema, Dialect dialect) {
  const Json* ref = schema.find("$ref");
  return dialect <= Dialect::draft7 && ref != nullptr && ref->is(Json::Type::string);
}

std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out += token[++i] == '0' ? '~' : '/';
    } else {
      out += token[i];
    }
  }
  return out;
}

const Json* child(const Json& json, const std::string& token) {
  if (json.is(Json::Type::object)) return json.find(token);
  if (!json.is(Json::Type::array) || token.empty() || token.size() > 9) return nullptr;
  std::size_t index = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') return nullptr;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  if ((token.size() > 1 && token[0] == '0') || index >= json.items.size()) return nullptr;
  return &json.items[index];
}

}  // namespace

std::optional<Dialect> dialect_named(std::string_view schema_uri) {
  if (schema_uri.ends_with('#')) schema_uri.remove_suffix(1);
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (schema_uri.starts_with(scheme)) schema_uri.remove_prefix(scheme.size());
  }
  if (schema_uri == "json-schema.org/draft-04/schema") return Dialect::draft4;
  if (schema_uri == "json-schema.org/draft-06/schema") return Dialect::draft6;
  if (schema_uri == "json-schema.org/draft-07/schema" || schema_uri == "json-schema.org/schema")
    return Dialect::draft7;
  if (schema_uri == "json-schema.org/draft/2019-09/schema") return Dialect::draft2019;
  if (schema_uri == "json-schema.org/draft/2020-12/schema") return Dialect::draft2020;
  return std::nullopt;
}

Result<Place> Resources::add(const Json& document, const std::string& uri, Dialect dialect) {
  Place place{&document, split_fragment(uri).uri, "", dialect};
  auto root = entered(place);
  if (!root) return root;
  resources_.insert_or_assign(place.base, *root);
  if (auto done = scan(*root); !done) return done.error();
  return *root;
}

// The place with its own `$schema`, `$id` and anchors taken into account.
Result<Place> Resources::entered(Place place) {
  const Json& schema = *place.schema;
  if (!schema.is(Json::Type::object)) return place;
  const Json* id = schema.find("$id");
  const Json* dialect = schema.find("$schema");
  if (dialect != nullptr && (place.pointer.empty() || id != nullptr)) {
    const auto known = dialect->is(Json::Type::string) ? dialect_named(dialect->text) : std::nullopt;
    if (!known) {
      return Error(ErrorCode::unsupported, fmt::format("{}#{}/$schema: {} is not a dialect that Assay knows",
                                                       place.base, place.pointer, describe(*dialect, 100)));
    }
    place.dialect = *known;
  }
  if (place.dialect == Dialect::draft4) id = schema.find("id");
  if (only_refers(schema, place.dialect)) return place;
  if (id != nullptr && id->is(Json::Type::string)) {
    const SplitUri split = split_fragment(resolve_uri(place.base, id->text));
    if (!split.fragment.empty() && place.dialect <= Dialect::draft7) {
      anchors_.emplace(split.uri + '#' + split.fragment, place);
    }
    if (!id->text.starts_with('#')) {
      place.base = split.uri;
      place.pointer.clear();
      resources_.insert_or_assign(place.base, place);
    }
  } else if (id != nullptr && !place.pointer.empty()) {
    return Error(ErrorCode::invalid, fmt::format("{}#{}: $id must be a string", place.base, place.pointer));
  }
  for (const std::string_view keyword : {"$anchor", "$dynamicAnchor"}) {
    const Json* anchor = schema.find(keyword);
    if (anchor != nullptr && anchor->is(Json::Type::string) && place.dialect >= Dialect::draft2019) {
      anchors_.emplace(place.base + '#' + anchor->text, place);
    }
  }
  return place;
}

Result<void> Resources::scan(const Place& place) {
  known_.insert_or_assign(place.schema, place);
  if (!place.schema->is(Json::Type::object) || only_refers(*place.schema, place.dialect)) {
    // Definitions beside a `$ref` can be pointed at all the same; their identifiers count for nothing up to
    // draft-07.
    return {};
  }
  const auto visit = [&](const Json& schema, const std::string& pointer) -> Result<void> {
    auto inner = entered(Place{&schema, place.base, place.pointer + pointer, place.dialect});
    return inner ? scan(*inner) : Result<void>(inner.error());
  };
  for (const auto& [name, value] : place.schema->members) {
    if (is_among(name, kSchemas) && !value.is(Json::Type::array)) {
      if (auto done = visit(value, '/' + name); !done) return done;
    } else if (is_among(name, kLists)) {
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (auto done = visit(value.items[i], fmt::format("/{}/{}", name, i)); !done) return done;
      }
    } else if (is_among(name, kMaps)) {
      for (const auto& [key, schema] : value.members) {
        if (auto done = visit(schema, '/' + name + '/' + pointer_token(key)); !done) return done;
      }
    }
  }
  return {};
}

Place Resources::below(const Place& parent, const Json& schema, const std::string& pointer) const {
  const auto at = known_.find(&schema);
  if (at != known_.end()) return at->second;
  return Place{&schema, parent.base, parent.pointer + pointer, parent.dialect};
}

Result<Place> Resources::at_pointer(const Place& resource, const std::string& pointer) const {
  Place place = resource;
  for (std::size_t at = 0; at < pointer.size();) {
    const std::size_t slash = std::min(pointer.find('/', at + 1), pointer.size());
    const std::string token = unescaped(std::string_view(pointer).substr(at + 1, slash - at - 1));
    const Json* next = child(*place.schema, token);
    if (next == nullptr) return Error(ErrorCode::invalid, "");
    place = below(place, *next, '/' + pointer_token(token));
    at = slash;
  }
  return place;
}

Result<Place> Resources::follow(const Place& from, const std::string& reference) const {
  const SplitUri target = split_fragment(resolve_uri(from.base, reference));
  auto resource = resources_.find(target.uri);
  // A registry's reference is known by the very text that `$ref` uses.
  if (resource == resources_.end()) resource = resources_.find(split_fragment(reference).uri);
  const auto nowhere = [&](std::string_view why) {
    return Error(ErrorCode::invalid,
                 fmt::format("{}#{}/$ref: \"{}\" {}", from.base, from.pointer, reference, why));
  };
  if (resource == resources_.end()) return nowhere("is not this schema, and not among its references");
  if (target.fragment.empty()) return resource->second;
  if (target.fragment.front() != '/') {
    const auto anchor = anchors_.find(resource->second.base + '#' + target.fragment);
    if (anchor == anchors_.end()) return nowhere("names no anchor");
    return anchor->second;
  }
  auto place = at_pointer(resource->second, target.fragment);
  if (!place) return nowhere("points to nothing");
  return place;
}

}  // namespace assay::schema::json
