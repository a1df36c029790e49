// A JSON document against a JSON Schema, by Assay's own engine: for tests that hold published schemas to
// what they describe.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "registry/schema/schema.h"

namespace assay::schema {

class SchemaCheck {
 public:
  explicit SchemaCheck(std::string_view text) {
    auto parsed = parse_schema(Format::json, text, {}, limits_);
    if (!parsed) {
      ADD_FAILURE() << "the schema does not parse: " << parsed.error().message();
      return;
    }
    auto compiled = (*parsed)->compile(PathTrie(), {true, limits_});
    if (!compiled) {
      ADD_FAILURE() << "the schema does not compile: " << compiled.error().message();
      return;
    }
    validator_ = *compiled;
    workspace_ = validator_->make_workspace();
  }

  // "path: reason" of each violation; empty when the document conforms.
  std::vector<std::string> problems(std::string_view json) {
    if (validator_ == nullptr) return {"the schema cannot be used"};
    const std::vector<std::uint8_t> exact(json.begin(), json.end());
    std::vector<Violation> violations;
    NoLeaves leaves;
    const auto walk = validator_->explain(exact, *workspace_, {}, leaves, violations);
    std::vector<std::string> out;
    for (const Violation& one : violations) out.push_back(one.path + ": " + one.reason);
    if (out.empty() && walk != Walk::conforms) out.push_back("not judged");
    return out;
  }

 private:
  class NoLeaves : public LeafSink {
   public:
    void check(LeafId, const Value&) override {}
    void explain(LeafId, const Value&, std::string_view) override {}
  };

  Limits limits_;
  std::shared_ptr<const Validator> validator_;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace assay::schema
