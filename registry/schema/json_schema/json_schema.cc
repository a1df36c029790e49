#include "registry/schema/json_schema/json_schema.h"

#include <fmt/format.h>

#include "registry/schema/json_schema/facts.h"
#include "registry/schema/json_schema/graph.h"
#include "registry/schema/json_schema/program.h"
#include "registry/schema/json_schema/walker.h"

namespace assay::schema::json {
namespace {

// Telling why takes more steps than saying no, since branches are walked again.
constexpr std::uint64_t kExplainFactor = 16;

class IgnoreLeaves : public LeafSink {
 public:
  void check(LeafId, const Value&) override {}
  void explain(LeafId, const Value&, std::string_view) override {}
};

Violation schema_violation(std::string kind, std::string reason) {
  Violation violation;
  violation.rule = kSchemaRule;
  violation.path = "$";
  violation.kind = std::move(kind);
  violation.reason = std::move(reason);
  return violation;
}

bool is_too_large(simdjson::error_code error) {
  return error == simdjson::CAPACITY || error == simdjson::MEMALLOC;
}

class JsonValidator : public Validator {
 public:
  JsonValidator(std::shared_ptr<const Program> program, const Limits& limits)
      : program_(std::move(program)), limits_(limits) {}

  std::unique_ptr<schema::Workspace> make_workspace() const override { return std::make_unique<Workspace>(); }

  void begin(std::span<const Bytes> bodies, schema::Workspace& workspace) const override {
    own(workspace).batch.begin(bodies);
  }

  Walk walk(std::size_t index, schema::Workspace& workspace, Slots slots, LeafSink& leaves) const override {
    Workspace& mine = own(workspace);
    const IndexedText body = mine.batch.open(index);
    if (body.error != simdjson::SUCCESS)
      return is_too_large(body.error) ? Walk::over_budget : Walk::malformed;
    Walker walker(limits_, limits_.steps_per_record_max, mine, body, slots, leaves, nullptr);
    const Walk out = walker.run<Mode::judge>(*program_->root);
    if (walker.end() != nullptr) mine.batch.walked_to(walker.end());
    return out;
  }

  Walk explain(Bytes bytes, schema::Workspace& workspace, Slots slots, LeafSink& leaves,
               std::vector<Violation>& violations) const override {
    Workspace& mine = own(workspace);
    mine.single.begin({&bytes, 1});
    const IndexedText body = mine.single.open(0);
    if (is_too_large(body.error)) return Walk::over_budget;
    if (body.error != simdjson::SUCCESS) {
      const Fault fault = find_fault(bytes);
      violations.push_back(schema_violation(
          "schema.malformed", fmt::format("is not JSON at byte {}: {}", fault.offset, fault.what)));
      return Walk::malformed;
    }
    const std::size_t before = violations.size();
    Walker teller(limits_, limits_.steps_per_record_max * kExplainFactor, mine, body, slots, leaves,
                  &violations);
    Walk out = teller.run<Mode::explain>(*program_->root);
    // The verdict is that of the yes/no pass, which takes no step that this one does not take.
    if (out == Walk::over_budget || teller.steps() > limits_.steps_per_record_max) {
      IgnoreLeaves ignored;
      Walker judge(limits_, limits_.steps_per_record_max, mine, body, slots, ignored, nullptr);
      out = judge.run<Mode::judge>(*program_->root);
    }
    if (out == Walk::over_budget) {
      violations.resize(before);
      return out;
    }
    if (out != Walk::conforms && violations.size() == before) {
      violations.push_back(
          schema_violation("schema.invalid", "breaks the schema, and it takes too long to say where"));
    }
    return out;
  }

 private:
  static Workspace& own(schema::Workspace& workspace) { return static_cast<Workspace&>(workspace); }

  const std::shared_ptr<const Program> program_;
  const Limits limits_;
};

class JsonSchema : public Schema {
 public:
  JsonSchema(std::shared_ptr<const Graph> graph, const Limits& limits)
      : graph_(std::move(graph)), facts_(graph_), limits_(limits) {}

  Format format() const override { return Format::json; }
  std::string record_name() const override { return graph_->nodes[graph_->root].title; }
  const SchemaFacts& facts() const override { return facts_; }

  Result<std::shared_ptr<const Validator>> compile(const PathTrie& reads,
                                                   const CompileOptions& options) const override {
    auto program = lower(graph_, reads, options);
    if (!program) return program.error();
    return std::shared_ptr<const Validator>(
        std::make_shared<JsonValidator>(std::move(*program), options.limits));
  }

  Result<std::string> to_json(Bytes body) const override {
    Workspace workspace;
    workspace.single.begin({&body, 1});
    const IndexedText text = workspace.single.open(0);
    if (is_too_large(text.error)) return Error(ErrorCode::too_large, "a body that large is not shown");
    if (text.error != simdjson::SUCCESS) return Error(ErrorCode::invalid, "not JSON");
    IgnoreLeaves ignored;
    Walker walker(limits_, limits_.steps_per_record_max, workspace, text, {}, ignored, nullptr);
    const Walk walk = walker.run<Mode::judge>(Check{});
    if (walk == Walk::malformed) return Error(ErrorCode::invalid, "not JSON");
    if (walk == Walk::over_budget) return Error(ErrorCode::too_large, "nested too deep, or too many values");
    return std::string(as_text(body));
  }

 private:
  const std::shared_ptr<const Graph> graph_;
  const Facts facts_;
  const Limits limits_;
};

}  // namespace

Result<std::shared_ptr<const Schema>> parse(std::string_view text, std::span<const Reference> references,
                                            const Limits& limits) {
  auto graph = read_graph(text, references, limits);
  if (!graph) return graph.error();
  return std::shared_ptr<const Schema>(std::make_shared<JsonSchema>(std::move(*graph), limits));
}

}  // namespace assay::schema::json
