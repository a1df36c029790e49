#include "tests/conformance/json_schema/suite.h"

#include <simdjson.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace assay::schema::json {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string raw_text(simdjson::ondemand::value value) {
  switch (value.type().value()) {
    case simdjson::ondemand::json_type::array:
      return std::string(value.get_array().value().raw_json().value());
    case simdjson::ondemand::json_type::object:
      return std::string(value.get_object().value().raw_json().value());
    default:
      return std::string(value.raw_json_token());
  }
}

std::string with_dialect(std::string schema, const std::string& dialect) {
  if (schema.front() != '{' || nlohmann::json::parse(schema).contains("$schema")) return schema;
  const bool empty = schema.find_first_not_of(" \n\t", 1) == schema.rfind('}');
  return "{\"$schema\": \"" + dialect + '"' + (empty ? "" : ", ") + schema.substr(1);
}

SuiteGroup read_group(simdjson::ondemand::object group, const std::string& file, const std::string& dialect) {
  SuiteGroup out;
  out.file = file;
  const std::string title = file + ": " + std::string(std::string_view(group["description"]));
  out.schema = with_dialect(raw_text(group["schema"].value()), dialect);
  for (simdjson::ondemand::object one : group["tests"].get_array()) {
    SuiteCase made;
    made.name = title + ": " + std::string(std::string_view(one["description"]));
    made.data = raw_text(one["data"].value());
    made.valid = one["valid"].get_bool();
    out.cases.push_back(std::move(made));
  }
  return out;
}

}  // namespace

Suite::Suite(fs::path root) : root_(std::move(root)) {
  if (!found()) return;
  for (const auto& entry : fs::recursive_directory_iterator(root_ / "remotes")) {
    if (!entry.is_regular_file() || entry.path().extension() != ".json") continue;
    const std::string path = fs::relative(entry.path(), root_ / "remotes").string();
    if (path.starts_with("draft-next") || path.starts_with("draft3")) continue;
    known_.push_back({"http://localhost:1234/" + path, read_file(entry.path())});
  }
  for (const std::string draft : {"draft4", "draft6", "draft7"}) {
    const std::string text = read_file(root_ / "metaschemas" / draft / "metaschema.json");
    const auto json = nlohmann::json::parse(text);
    known_.push_back({json.value(draft == "draft4" ? "id" : "$id", ""), text});
  }
}

std::vector<SuiteGroup> Suite::groups(const std::string& folder, const std::string& dialect) const {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(root_ / "tests" / folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<SuiteGroup> out;
  for (const fs::path& path : files) {
    const simdjson::padded_string text(read_file(path));
    simdjson::ondemand::parser parser;
    auto document = parser.iterate(text).value();
    for (simdjson::ondemand::object group : document.get_array()) {
      out.push_back(read_group(group, folder + '/' + path.filename().string(), dialect));
    }
  }
  return out;
}

std::vector<Reference> Suite::references(const std::string& schema) const {
  std::vector<Reference> out;
  std::set<std::string> taken;
  const auto add = [&](const std::string& text) {
    bool more = false;
    for (const Reference& reference : known_) {
      const std::string name = reference.name.substr(reference.name.rfind('/') + 1);
      const std::string stem =
          name.ends_with('#') ? reference.name.substr(0, reference.name.size() - 1) : name;
      if (text.find(stem) == std::string::npos || !taken.insert(reference.name).second) continue;
      out.push_back(reference);
      more = true;
    }
    return more;
  };
  add(schema);
  for (std::size_t i = 0; i < out.size(); ++i) add(std::string(out[i].text));
  return out;
}

}  // namespace assay::schema::json
