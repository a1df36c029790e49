// How one part (key or value) of one record is to be read: by which schema, as JSON, as text or not at all.
#pragma once

#include <optional>
#include <string>

#include "proxy/produce/snapshot.h"
#include "record/record_view.h"
#include "record/violation.h"

namespace assay::proxy {

struct PartReading {
  enum class State : std::uint8_t {
    ready,      // reading, name and body are set
    violates,   // `violation` says why: the frame, the schema id or its subject
    undecided,  // `why`
    wanted,     // something was added to Wanted
  } state = State::ready;
  judge::Reading reading = judge::Reading::nothing;
  SchemaName schema;
  std::int32_t schema_id = -1;
  std::string subject;
  std::optional<Bytes> body;
  std::optional<Violation> violation;
  std::string why;
  bool sensitive = false;  // the schema that it names has fields with a sensitive tag
  // Two readings of one reader that have the same number differ in their body only.
  std::uint32_t settled = 0;
};

// Reads one part of the records of a batch, one after another. Pure look-ups in the snapshot; a record that
// names the same schema as the one before costs none. `now_ms` tells which entries have expired; with
// `last_try` what is missing is undecided instead of wanted (an expired "no" stays a no).
class PartReader {
 public:
  PartReader(Part part, const TopicEntry& topic, const Snapshot& snapshot, EpochMs now_ms, bool last_try,
             Wanted& wanted);

  // Valid until the next call.
  const PartReading& read(const RecordView& record);

 private:
  void settle(const schema::Frame& frame);
  void settle_framed(const schema::SchemaRef& ref);
  void settle_unframed();
  void check_subject(const schema::SchemaRef& ref, const KnownSchema& known);
  std::string subject_of(const KnownSchema& known) const;
  const KnownSchema* look_up(const SchemaName& name);
  void undecided(std::string why);
  void violates(std::string_view kind, std::string reason);

  Part part_;
  const TopicEntry& topic_;
  const judge::PartPolicy& policy_;
  const Snapshot& snapshot_;
  EpochMs now_ms_;
  bool last_try_;
  Wanted& wanted_;
  PartReading null_;  // what a null part reads as: nothing
  PartReading out_;
  // What `out_` was settled for.
  std::uint32_t settled_ = 0;  // how often
  schema::Frame::State settled_state_ = schema::Frame::State::none;
  schema::SchemaRef settled_ref_;
};

}  // namespace assay::proxy
