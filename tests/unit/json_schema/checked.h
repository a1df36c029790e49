// A schema and everything one wants to know about a body, in one call. For tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "record/slots.h"
#include "registry/schema/json_schema/json_schema.h"

namespace assay::schema::json {

// What a sink was offered, as text: "0 lines[1].q=5"; without paths from check().
class NotedLeaves : public LeafSink {
 public:
  void check(LeafId leaf, const Value& value) override {
    notes.push_back(std::to_string(leaf) + "=" + tell(value));
  }
  void explain(LeafId leaf, const Value& value, std::string_view path) override {
    notes.push_back(std::to_string(leaf) + "=" + tell(value));
    paths.emplace_back(path);
  }
  static std::string tell(const Value& value) {
    std::string scratch;
    switch (value.kind) {
      case Kind::string:
        return "string " + std::string(text_of(value, scratch));
      case Kind::integer:
        return "integer " + std::to_string(value.integer);
      case Kind::natural:
        return "natural " + std::to_string(value.natural);
      case Kind::number:
        return "number " + std::string(as_text(value.raw));
      case Kind::boolean:
        return value.boolean ? "true" : "false";
      case Kind::array:
        return "array " + std::to_string(value.count) + ' ' + std::string(as_text(value.raw));
      case Kind::object:
        return "object " + std::to_string(value.count) + ' ' + std::string(as_text(value.raw));
      default:
        return std::string(to_string(value.kind));
    }
  }
  std::vector<std::string> notes;
  std::vector<std::string> paths;
};

struct Judged {
  Walk walk = Walk::over_budget;
  std::vector<Violation> violations;
  std::vector<std::string> slots;
  std::vector<std::string> leaves;
  std::vector<std::string> leaf_paths;
};

class Checked {
 public:
  explicit Checked(std::string_view schema, const std::vector<PathRead>& reads = {},
                   CompileOptions options = {})
      : trie_(reads),
        validator_(parse(schema, {}, options.limits).value()->compile(trie_, options).value()),
        workspace_(validator_->make_workspace()) {}

  // Both passes; they have to agree.
  Judged judge(std::string_view body) {
    Judged out;
    std::vector<Value> slots(trie_.slot_count());
    const std::vector<std::uint8_t> exact(body.begin(), body.end());  // no byte behind it
    const Bytes bytes = exact;
    NotedLeaves walked;
    validator_->begin({&bytes, 1}, *workspace_);
    out.walk = validator_->walk(0, *workspace_, slots, walked);
    for (const Value& value : slots) out.slots.push_back(NotedLeaves::tell(value));
    reset(slots);
    NotedLeaves explained;
    EXPECT_EQ(validator_->explain(bytes, *workspace_, slots, explained, out.violations), out.walk) << body;
    EXPECT_EQ(out.walk == Walk::conforms || out.walk == Walk::over_budget, out.violations.empty()) << body;
    for (std::size_t i = 0; i < slots.size(); ++i)
      EXPECT_EQ(NotedLeaves::tell(slots[i]), out.slots[i]) << body;
    EXPECT_EQ(explained.notes, walked.notes) << body;
    out.leaves = explained.notes;
    out.leaf_paths = explained.paths;
    return out;
  }
  Walk walk(std::string_view body) { return judge(body).walk; }

  // "path: kind: reason", sorted as found.
  std::vector<std::string> why(std::string_view body) {
    std::vector<std::string> out;
    for (const Violation& one : judge(body).violations)
      out.push_back(one.path + ": " + one.kind + ": " + one.reason);
    return out;
  }

  const Validator& validator() const { return *validator_; }
  Workspace& workspace() { return *workspace_; }

 private:
  PathTrie trie_;
  std::shared_ptr<const Validator> validator_;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace assay::schema::json
