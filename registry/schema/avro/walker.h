// Runs a program over a body. One loop, no recursion, no allocation once the workspace has grown.
#pragma once

#include <string>
#include <vector>

#include "registry/schema/avro/program.h"
#include "registry/schema/avro/wire.h"
#include "registry/schema/schema.h"

namespace assay::schema::avro {

// A loop or a call that is under way.
struct Frame {
  const Op* op = nullptr;      // the loop's operation; of a call, where it goes on
  std::uint64_t left = 0;      // items of the block still to come
  std::uint64_t total = 0;     // items begun
  At block_end = nullptr;      // when the block said its size
  std::uint32_t base = 0;      // call: depth outside
  std::uint32_t seen = 0;      // map: first of its flags in WalkSpace::seen
  std::size_t path_bytes = 0;  // explaining: length of the loop's own path
};

struct WalkSpace final : Workspace {
  std::vector<Bytes> bodies;
  std::vector<Frame> frames;
  std::vector<std::uint8_t> seen;       // for each key that paths name, in each open map
  std::string path;                     // explaining
  std::vector<std::size_t> path_marks;  // explaining
};

struct WalkJob {
  const Program& program;
  const Limits& limits;
  WalkSpace& space;
  Slots slots;
  LeafSink& leaves;
};

Walk walk_body(const WalkJob& job, Bytes body);

// REQUIRES: the program was compiled for explaining.
Walk explain_body(const WalkJob& job, Bytes body, std::vector<Violation>& violations);

}  // namespace assay::schema::avro
