// {version, id, schemaType, references: [{name, subject, version}], metadata, ruleSet, schema,
// schemaTagsToAdd, ...} Null means absent, and members that nobody knows are nobody's business: clients of
// every age send some.
#include <fmt/format.h>

#include <limits>

#include "registry/api/call.h"

namespace assay::registry::api {
namespace {

constexpr std::size_t kReferencesMax = 1'000;

const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

HttpResponse bad_member(std::string_view name, std::string_view wanted) {
  return problem(kBadRequest, fmt::format("\"{}\" must be {}", name, wanted));
}

// -1 and 0 stand for "not given", as in Confluent's clients.
bool read_number(const Json& object, const char* name, std::int32_t& out) {
  const Json* value = member(object, name);
  if (value == nullptr) return true;
  if (!value->is_number_integer()) return false;
  const bool fits = value->is_number_unsigned()
                        ? value->get<std::uint64_t>() <= std::numeric_limits<std::int32_t>::max()
                        : value->get<std::int64_t>() >= std::numeric_limits<std::int32_t>::min();
  if (!fits) return false;
  out = std::max(value->get<std::int32_t>(), 0);
  return true;
}

bool read_text(const Json& object, const char* name, std::string& out) {
  const Json* value = member(object, name);
  if (value == nullptr || !value->is_string()) return false;
  out = value->get<std::string>();
  return true;
}

bool read_references(const Call& call, const Json& list, std::vector<SchemaReference>& out) {
  if (!list.is_array() || list.size() > kReferencesMax) return false;
  for (const Json& item : list) {
    SchemaReference reference;
    if (!item.is_object() || !read_text(item, "name", reference.name) ||
        !read_text(item, "subject", reference.subject) || !read_number(item, "version", reference.version)) {
      return false;
    }
    reference.subject = call.qualified(reference.subject);
    out.push_back(std::move(reference));
  }
  return true;
}

// Members sorted: two writings of the same metadata are the same content.
bool read_object(const Json& object, const char* name, std::string& out) {
  const Json* value = member(object, name);
  if (value == nullptr) return true;
  if (!value->is_object()) return false;
  out = nlohmann::json(*value).dump();
  return true;
}

}  // namespace

boost::system::result<SchemaRequest, HttpResponse> parse_schema_request(const Call& call) {
  std::string why;
  const std::optional<Json> body = parse_body(call.request.body, why);
  if (!body) return problem(kBadRequest, why);
  SchemaRequest out;
  if (const Json* type = member(*body, "schemaType")) {
    const auto format = type->is_string() ? schema::parse_format(type->get<std::string>())
                                          : Result<schema::Format>(Error(ErrorCode::invalid, ""));
    if (!format) return problem(kInvalidSchema, fmt::format("Invalid schema type {}", type->dump()));
    out.content.format = *format;
  }
  const Json* text = member(*body, "schema");
  if (text != nullptr && !text->is_string())
    return bad_member("schema", "a string: the schema's text, quoted");
  if (text == nullptr || text->get_ref<const std::string&>().empty())
    return problem(kInvalidSchema, "Empty schema");
  out.content.text = text->get<std::string>();
  if (const Json* list = member(*body, "references")) {
    if (!read_references(call, *list, out.content.references)) {
      return bad_member("references", "a list of {name, subject, version}");
    }
  }
  if (!read_object(*body, "metadata", out.content.metadata_json)) return bad_member("metadata", "an object");
  if (!read_object(*body, "ruleSet", out.content.rule_set_json)) return bad_member("ruleSet", "an object");
  if (!read_number(*body, "id", out.id)) return bad_member("id", "a schema id");
  if (!read_number(*body, "version", out.version)) return bad_member("version", "a version");
  for (const char* tags : {"schemaTagsToAdd", "schemaTagsToRemove"}) {
    const Json* asked = member(*body, tags);
    if (asked != nullptr && !asked->empty()) {
      return problem(kNotImplemented, fmt::format("\"{}\" is not available in this registry", tags));
    }
  }
  return out;
}

}  // namespace assay::registry::api
