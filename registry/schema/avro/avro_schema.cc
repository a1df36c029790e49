#include "registry/schema/avro/avro_schema.h"

#include "registry/schema/avro/canonical_form.h"
#include "registry/schema/avro/compiler.h"
#include "registry/schema/avro/facts.h"
#include "registry/schema/avro/json_text.h"
#include "registry/schema/avro/schema_parser.h"
#include "registry/schema/avro/walker.h"

namespace assay::schema::avro {
namespace {

class AvroValidator final : public Validator {
 public:
  AvroValidator(Program fast, Program explaining, const Limits& limits)
      : fast_(std::move(fast)), explaining_(std::move(explaining)), limits_(limits) {}

  std::unique_ptr<Workspace> make_workspace() const override { return std::make_unique<WalkSpace>(); }

  void begin(std::span<const Bytes> bodies, Workspace& workspace) const override {
    space(workspace).bodies.assign(bodies.begin(), bodies.end());
  }

  Walk walk(std::size_t index, Workspace& workspace, Slots slots, LeafSink& leaves) const override {
    WalkSpace& walk_space = space(workspace);
    return walk_body({fast_, limits_, walk_space, slots, leaves}, walk_space.bodies[index]);
  }

  Walk explain(Bytes body, Workspace& workspace, Slots slots, LeafSink& leaves,
               std::vector<Violation>& violations) const override {
    return explain_body({explaining_, limits_, space(workspace), slots, leaves}, body, violations);
  }

 private:
  static WalkSpace& space(Workspace& workspace) { return static_cast<WalkSpace&>(workspace); }

  Program fast_;
  Program explaining_;
  Limits limits_;
};

class AvroSchema final : public Schema {
 public:
  AvroSchema(std::shared_ptr<const Model> model, const Limits& limits)
      : model_(std::move(model)), facts_(model_), limits_(limits) {}

  Format format() const override { return Format::avro; }
  std::string record_name() const override { return model_->at(model_->root).name; }
  const SchemaFacts& facts() const override { return facts_; }

  Result<std::shared_ptr<const Validator>> compile(const PathTrie& reads,
                                                   const CompileOptions& options) const override {
    auto fast = compile_program(model_, reads, false, options.limits);
    if (!fast) return fast.error();
    auto explaining = compile_program(model_, reads, true, options.limits);
    if (!explaining) return explaining.error();
    return std::make_shared<AvroValidator>(std::move(*fast), std::move(*explaining), options.limits);
  }

  Result<std::string> to_json(Bytes body) const override { return to_json_text(*model_, body, limits_); }
  const Model& model() const { return *model_; }

 private:
  std::shared_ptr<const Model> model_;
  AvroFacts facts_;
  Limits limits_;
};

}  // namespace

Result<std::shared_ptr<const Schema>> parse(std::string_view text, std::span<const Reference> references,
                                            const Limits& limits) {
  auto model = parse_model(text, references, limits);
  if (!model) return model.error();
  return std::make_shared<AvroSchema>(std::make_shared<const Model>(std::move(*model)), limits);
}

std::string canonical_form(const Schema& schema) {
  return canonical_text(static_cast<const AvroSchema&>(schema).model());
}

}  // namespace assay::schema::avro
