// A schema of any format, parsed once, and the validator it becomes for one set of paths to read.
// START HERE for this room: `parse_schema` -> Schema::compile -> Validator::begin, then walk for each record.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "record/path_trie.h"
#include "record/schema_facts.h"
#include "record/slots.h"
#include "record/violation.h"

namespace assay::schema {

enum class Format : std::uint8_t { avro, json, protobuf };

// The names of the Confluent registry API: AVRO, JSON, PROTOBUF.
std::string_view to_string(Format format);
Result<Format> parse_format(std::string_view name);

// A schema that another one refers to, already fetched. `name` is how the text refers to it (Avro full name,
// JSON `$ref` URI, Protobuf import).
struct Reference {
  std::string name;
  std::string text;
};

struct CompileOptions {
  bool assert_formats = true;  // JSON Schema `format`: false only annotates
  Limits limits;
};

// How the walk of one body ended. Ordered: later is worse.
enum class Walk : std::uint8_t {
  conforms,
  violates,     // well-formed, but the schema says no; slots and leaves are complete
  malformed,    // not this format, or bytes left over; slots and leaves are as far as the walk came
  over_budget,  // a limit on steps or depth: not judged
};

// What a walk needs beside the bytes: arenas, indexes, stacks. One per thread and format, reused; made by
// Validator::make_workspace of any validator of the format.
class Workspace {
 public:
  virtual ~Workspace() = default;
};

// Immutable, shared by all threads. Walks allocate nothing once the workspace has grown.
class Validator {
 public:
  virtual ~Validator() = default;
  virtual std::unique_ptr<Workspace> make_workspace() const = 0;

  // Prepares the bodies of a batch (JSON: stage 1 runs once over all). The bodies stay valid until the last
  // walk.
  virtual void begin(std::span<const Bytes> bodies, Workspace& workspace) const = 0;

  // Yes or no for one body of the batch. REQUIRES: begin; index in order, each at most once; `slots` reset
  // and of the trie's slot_count. Slot values are views of the body (or of the workspace) until the next
  // begin.
  virtual Walk walk(std::size_t index, Workspace& workspace, Slots slots, LeafSink& leaves) const = 0;

  // The slow pass over one body, without begin: every violation of the schema (at most
  // limits.violations_per_record_max), with rule "schema", kind "schema.<keyword>" ("schema.malformed" when
  // it does not decode) and its concrete path. Fills slots and explains leaves as `walk` does. conforms
  // exactly when `walk` says so, and then adds nothing.
  virtual Walk explain(Bytes body, Workspace& workspace, Slots slots, LeafSink& leaves,
                       std::vector<Violation>& violations) const = 0;
};

// Immutable, shared by all threads.
class Schema {
 public:
  virtual ~Schema() = default;
  virtual Format format() const = 0;
  // Avro full name of the top-level named type; JSON Schema `title`; Protobuf full name of the first message.
  // May be empty. What RecordNameStrategy calls the record.
  virtual std::string record_name() const = 0;
  virtual const SchemaFacts& facts() const = 0;
  virtual Result<std::shared_ptr<const Validator>> compile(const PathTrie& reads,
                                                           const CompileOptions& options) const = 0;
  // The body as JSON text, for people: `GET /v1/rejects/{id}`. `invalid` when it does not decode.
  virtual Result<std::string> to_json(Bytes body) const = 0;
};

// Errors are for the person who wrote the schema: `invalid` (with what and where), `unsupported` (a keyword
// or feature Assay does not check; never ignored), `too_large`. References of references are in `references`
// too.
Result<std::shared_ptr<const Schema>> parse_schema(Format format, std::string_view text,
                                                   std::span<const Reference> references,
                                                   const Limits& limits);

}  // namespace assay::schema
