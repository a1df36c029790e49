// The official JSON Schema test suite, as scripts/fetch-json-schema-suite leaves it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "registry/schema/schema.h"

namespace assay::schema::json {

struct SuiteCase {
  std::string name;  // "draft7/ref.json: root pointer ref: match"
  std::string data;  // the texts as they stand in the file: numbers keep their digits
  bool valid = false;
};

struct SuiteGroup {
  std::string file;    // "draft7/ref.json"
  std::string schema;  // with the dialect written into it where the suite leaves it to the folder
  std::vector<SuiteCase> cases;
};

class Suite {
 public:
  explicit Suite(std::filesystem::path root);
  bool found() const { return std::filesystem::exists(root_ / "tests"); }

  // The groups of tests/<folder>/*.json; `dialect`: the URI for `$schema`.
  std::vector<SuiteGroup> groups(const std::string& folder, const std::string& dialect) const;
  // The documents that `schema` mentions, and those that they mention.
  std::vector<Reference> references(const std::string& schema) const;

 private:
  std::filesystem::path root_;
  std::vector<Reference> known_;
};

}  // namespace assay::schema::json
