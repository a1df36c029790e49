// Any text is refused with a message, or is a schema that compiles, has facts, and comes back from its
// canonical form.
#include <cstdlib>

#include "record/path.h"
#include "registry/schema/avro/avro_schema.h"

namespace {

using namespace assay;

class NoLeaves final : public LeafSink {
 public:
  void check(LeafId, const Value&) override {}
  void explain(LeafId, const Value&, std::string_view) override {}
};

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Limits limits;
  limits.schema_nodes_max = 5'000;
  limits.steps_per_record_max = 20'000;
  limits.depth_max = 64;
  const auto schema = schema::avro::parse(as_text(Bytes(data, size)), {}, limits);
  if (!schema) {
    require(!schema.error().message().empty());
    return 0;
  }
  std::vector<PathRead> reads;
  for (const std::string& text : (*schema)->facts().paths(8)) {
    const auto path = parse_path(text);
    require(path.has_value());
    require((*schema)->facts().type_at(*path).presence != Presence::impossible || text.empty());
    PathRead read{*path};
    read.leaf = path->many();
    read.id = static_cast<std::uint16_t>(reads.size());
    reads.push_back(std::move(read));
  }
  const std::string canonical = schema::avro::canonical_form(**schema);
  const auto again = schema::avro::parse(canonical, {}, limits);
  // An unused definition disappears, and a decimal's scale with it: only what is refused for its size may
  // differ.
  require(again.has_value() || again.error().code() == ErrorCode::too_large);
  if (again) require(schema::avro::canonical_form(**again) == canonical);
  const auto validator = (*schema)->compile(PathTrie(reads), {.limits = limits});
  if (!validator) return 0;
  const auto workspace = (*validator)->make_workspace();
  std::vector<Value> slots(reads.size());
  NoLeaves leaves;
  const std::uint8_t zeros[64] = {};
  const Bytes body(zeros);
  (*validator)->begin({&body, 1}, *workspace);
  const auto walk = (*validator)->walk(0, *workspace, slots, leaves);
  std::vector<Violation> violations;
  reset(slots);
  require((*validator)->explain(body, *workspace, slots, leaves, violations) == walk);
  return 0;
}
