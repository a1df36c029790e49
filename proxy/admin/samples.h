// Records to try rules on, as people write them: in files for `assay check`, in the body of POST
// /v1/validations.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "judge/plan.h"
#include "proxy/catalog/catalog_service.h"
#include "record/record_view.h"

namespace assay::proxy {

// A bare JSON value is a record's value; {"$record": {"key": …, "value": …, "headers": {…}}} is all of one,
// where texts are taken as they are, other JSON values as JSON text, and {"base64": "…"} as bytes.
struct Sample {
  std::optional<Buffer> key;
  std::optional<Buffer> value;
  std::vector<std::pair<std::string, std::optional<Buffer>>> headers;
};

// One line of a sample file, or one element of `samples`.
Result<Sample> parse_sample(std::string_view json);

// Puts the frame of that schema id before the value.
void frame_value(Sample& sample, std::int32_t schema_id);

struct SampleVerdict {
  enum class State : std::uint8_t { conforms, violates, undecided } state = State::conforms;
  std::vector<Violation> violations;
  std::string undecided_why;
};

// Judges samples exactly as records produced to `topic` would be. Waits for schemas, each wait at most
// `timeout`. Not for a connection's thread.
std::vector<SampleVerdict> judge_samples(const std::string& topic, const std::vector<Sample>& samples,
                                         CatalogService& catalog, std::chrono::milliseconds timeout,
                                         const Limits& limits, const Clock& clock);

}  // namespace assay::proxy
