// Bodies written by hand, walked and explained at once: every test of this folder goes through here, so that
// each one also shows that both passes say the same.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "record/path.h"
#include "registry/schema/avro/avro_schema.h"

namespace assay::schema::avro {

class BodyWriter {
 public:
  BodyWriter& raw(std::initializer_list<int> bytes) {
    for (const int byte : bytes) buffer_.push_back(static_cast<std::uint8_t>(byte));
    return *this;
  }
  BodyWriter& integer(std::int64_t value) {
    auto bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    for (; bits >= 0x80; bits >>= 7) buffer_.push_back(static_cast<std::uint8_t>(bits | 0x80));
    buffer_.push_back(static_cast<std::uint8_t>(bits));
    return *this;
  }
  BodyWriter& text(std::string_view value) {
    integer(static_cast<std::int64_t>(value.size()));
    append(buffer_, as_bytes(value));
    return *this;
  }
  template <class Number>
  BodyWriter& real(Number value) {
    std::uint8_t bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    buffer_.insert(buffer_.end(), bytes, bytes + sizeof value);
    return *this;
  }
  operator Buffer() const { return buffer_; }

 private:
  Buffer buffer_;
};

// A leaf as it was offered: by the walk (no path), or when explaining.
struct Offer {
  LeafId leaf;
  Value value;
  std::string path;
};

class Collector final : public LeafSink {
 public:
  void check(LeafId leaf, const Value& value) override { offers.push_back({leaf, value, {}}); }
  void explain(LeafId leaf, const Value& value, std::string_view path) override {
    offers.push_back({leaf, value, std::string(path)});
  }
  std::vector<Offer> offers;
};

struct Outcome {
  Walk walk = Walk::conforms;
  std::vector<Value> slots;
  std::vector<Offer> offers;  // with paths
  std::vector<Violation> violations;
  std::shared_ptr<const Buffer> body;  // what the values view

  std::string kind() const { return violations.empty() ? "" : violations[0].kind; }
  std::string where() const { return violations.empty() ? "" : violations[0].path; }
  std::string reason() const { return violations.empty() ? "" : violations[0].reason; }
};

inline std::string text(const Value& value) {
  return describe(value, 1000);
}

// A schema compiled for paths: those with [*] are leaves, in their order; the others are slots, in theirs.
class Checked {
 public:
  explicit Checked(std::string_view schema, const std::vector<std::string>& paths = {},
                   const Limits& limits = {})
      : schema_(parse(schema, {}, limits).value()) {
    std::vector<PathRead> reads;
    std::uint16_t leaves = 0;
    for (const std::string& path : paths) {
      PathRead read{parse_path(path).value()};
      read.leaf = read.path.many();
      read.id = read.leaf ? leaves++ : static_cast<std::uint16_t>(slot_count_++);
      reads.push_back(std::move(read));
    }
    validator_ = schema_->compile(PathTrie(reads), {.limits = limits}).value();
    workspace_ = validator_->make_workspace();
  }

  Outcome run(const Buffer& bytes) const {
    Outcome outcome;
    // On the heap, and not a byte longer than it is: a sanitizer sees what reads behind it.
    outcome.body = std::make_shared<const Buffer>(bytes.begin(), bytes.end());
    const Bytes body(outcome.body->data(), outcome.body->size());
    outcome.slots.resize(slot_count_);
    Collector walked, explained;
    validator_->begin({&body, 1}, *workspace_);
    outcome.walk = validator_->walk(0, *workspace_, outcome.slots, walked);
    std::vector<Value> again(slot_count_);
    EXPECT_EQ(validator_->explain(body, *workspace_, again, explained, outcome.violations), outcome.walk);
    EXPECT_EQ(outcome.violations.empty(),
              outcome.walk == Walk::conforms || outcome.walk == Walk::over_budget);
    for (std::size_t i = 0; i < slot_count_; ++i) EXPECT_EQ(text(outcome.slots[i]), text(again[i]));
    EXPECT_EQ(walked.offers.size(), explained.offers.size());
    for (std::size_t i = 0; i < std::min(walked.offers.size(), explained.offers.size()); ++i) {
      EXPECT_EQ(walked.offers[i].leaf, explained.offers[i].leaf);
      EXPECT_EQ(text(walked.offers[i].value), text(explained.offers[i].value));
    }
    outcome.offers = std::move(explained.offers);
    return outcome;
  }

  Walk walk(const Buffer& bytes) const { return run(bytes).walk; }
  const Schema& schema() const { return *schema_; }

 private:
  std::shared_ptr<const Schema> schema_;
  std::shared_ptr<const Validator> validator_;
  std::unique_ptr<Workspace> workspace_;
  std::size_t slot_count_ = 0;
};

// The message of a schema that is refused; empty when it is taken.
inline std::string refusal(std::string_view schema, std::span<const Reference> references = {},
                           const Limits& limits = {}) {
  const auto parsed = parse(schema, references, limits);
  return parsed ? "" : parsed.error().message();
}

}  // namespace assay::schema::avro
