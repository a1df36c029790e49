// Avro (specification 1.11 and 1.12): the schema parsed whole, and the validator it becomes.
// START HERE for this folder: schema_parser -> model -> compiler -> walker; facts, json_text and
// canonical_form look at the model beside that.
//
// What a schema must be is what Java's org.apache.avro parser (1.12) takes; what a body must be is stricter
// than most decoders: nothing trailing, varints that fit, booleans of 0 and 1, UTF-8, block sizes that are
// true, and logical types that hold. Confluent writes a top-level `bytes` bare, without its length: so it is
// read. Duplicate map keys are legal in Avro; the last one wins, as in every Avro library: a path sees the
// last, a path with [*] sees each, in order.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "registry/schema/schema.h"

namespace assay::schema::avro {

// `invalid` tells what and where, as a JSON Pointer into `text` (or into the text of a reference, which is
// then named). `references` may stand in any order; each defines named types that `text` and the others can
// use by their full names.
Result<std::shared_ptr<const Schema>> parse(std::string_view text, std::span<const Reference> references,
                                            const Limits& limits);

// The parsing canonical form of the specification: what fingerprints are made of. REQUIRES: `schema` came
// from avro::parse.
std::string canonical_form(const Schema& schema);

}  // namespace assay::schema::avro
