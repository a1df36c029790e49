// What the owner of a topic wants judged, and what should follow. Filled from configuration by
// proxy/produce/policy.*; decisions: behaviour of policies in docs/operations.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/violation.h"

namespace assay::judge {

enum class SchemaMode : std::uint8_t { required, optional, off };
enum class SubjectStrategy : std::uint8_t { topic_name, record_name, topic_record_name, pinned };
// What bytes without a frame are taken for, where no schema is required of them.
enum class Unframed : std::uint8_t {
  automatic,  // JSON when a rule reads a field of it, text when a rule reads it whole, otherwise anything
  any,
  json,
  pinned,  // the pinned subject's schema
};
enum class OnUndecided : std::uint8_t { retry, accept, reject };
enum class Acks0 : std::uint8_t { keep_open, close };

// For a key or a value.
struct PartPolicy {
  SchemaMode schema = SchemaMode::off;
  SubjectStrategy strategy = SubjectStrategy::topic_name;
  std::string pinned_subject;       // for strategy pinned and for unframed pinned
  std::int32_t pinned_version = 0;  // 0: latest
  bool assert_formats = true;
  Unframed unframed = Unframed::automatic;
  bool operator==(const PartPolicy&) const = default;
};

struct TopicPolicy {
  PartPolicy key;
  PartPolicy value;
  bool reject_tombstones = false;
  bool enforce = true;  // false: `enforcement: observe` caps every action
  Action on_violation = Action::reject;
  OnUndecided on_undecided = OnUndecided::retry;
  Acks0 acks0 = Acks0::keep_open;
  std::vector<std::string> masked_paths;  // configured secrets, as rule paths
};

}  // namespace assay::judge
