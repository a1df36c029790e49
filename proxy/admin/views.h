// What the HTTP API shows, as JSON. Field names are those of docs/operations.md and the OpenAPI document.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/produce/snapshot.h"
#include "record/violation.h"
#include "rejects/row.h"
#include "rules/rule_set.h"

namespace assay::proxy {

using Json = nlohmann::ordered_json;

// One line, UTF-8 repaired where a record's bytes are not.
std::string to_text(const Json& json);

// Bytes as a person reads them: UTF-8 as text, anything else as {"base64": "…"}; null as null.
Json bytes_view(const std::optional<Buffer>& bytes);

Json violation_view(const Violation& violation);
Json row_view(const rejects::RejectRow& row);
Json stats_view(const rejects::StatsRow& row);
// With the topics where a schema in use has no such field: [{topic, why}].
Json rule_view(const rules::Rule& rule, const Json& unbound);
// What `unbound` of each rule is, by the plans of the snapshot.
std::map<const rules::Rule*, Json> unbound_views(const Snapshot& snapshot);
Json topic_view(const TopicEntry& topic);
Json problem_view(const rules::Problem& problem);

}  // namespace assay::proxy
