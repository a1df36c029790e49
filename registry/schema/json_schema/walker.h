// The second stage: walks the token offsets of one body and checks the program on the way.
//
// Modes. The walk of the instance checks that the text is JSON, reads slots and leaves, and goes on after a
// violation:
//   judge     yes or no
//   explain   every violation, with its path
// Branches (allOf, oneOf, contains ...) re-walk a value that the instance's walk has been through: nothing is
// read, and
//   branch    stops at the first violation
//   retell    finds all violations of a branch that has to hold and does not
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "record/slots.h"
#include "record/violation.h"
#include "registry/schema/json_schema/names.h"
#include "registry/schema/json_schema/program.h"
#include "registry/schema/json_schema/token.h"
#include "registry/schema/json_schema/values.h"
#include "registry/schema/json_schema/workspace.h"

namespace assay::schema::json {

enum class Mode : std::uint8_t { judge, explain, branch, retell };

constexpr bool is_instance(Mode mode) {
  return mode == Mode::judge || mode == Mode::explain;
}
constexpr bool tells(Mode mode) {
  return mode == Mode::explain || mode == Mode::retell;
}

class Walker {
 public:
  // `violations`: for Mode::explain. `steps_max`: of this walk.
  Walker(const Limits& limits, std::uint64_t steps_max, Workspace& workspace, const IndexedText& body,
         Slots slots, LeafSink& leaves, std::vector<Violation>* violations);

  // REQUIRES: the first stage found no error. Mode::judge or Mode::explain.
  template <Mode M>
  Walk run(const Check& root);
  // Where the walk ended, for TextIndex::walked_to; nothing when it ended early.
  Place end() const { return last_; }
  // How many it has taken.
  std::uint64_t steps() const { return values_.steps(); }

 private:
  // Each takes the place of a value and returns the place behind it; nothing when the walk is to stop: the
  // text is no JSON, the budget is spent, or (Mode::branch) the schema says no.
  template <Mode M>
  Place value(const Check& check, Place at);
  // The same, for loops: what Mode::judge meets most often is done without a call.
  template <Mode M>
  Place next_value(const Check& check, Place at);
  template <Mode M>
  Place by_token(const Check& check, Place at);
  template <Mode M>
  Place literal(const Check& check, Place at, Token token);
  template <Mode M>
  Place number(const Check& check, Place at);
  Place short_number(const Check& check, Place at);
  Place short_string(const Check& check, Place at);
  template <Mode M>
  Place string(const Check& check, Place at);
  template <Mode M>
  Place array(const Check& check, Place at);
  template <Mode M>
  Place object(const Check& check, Place at);
  template <Mode M>
  Place any_value(Place at);

  // What is in a container, from behind its opening bracket to behind its closing one.
  template <Mode M>
  Place items(const ArrayChecks& checks, Place start, std::uint32_t& count);
  template <Mode M>
  Place same_items(const Check& check, Place at, std::uint32_t& count);
  template <Mode M>
  Place any_items(Place at, std::uint32_t& count);
  template <Mode M>
  Place members(const ObjectChecks& checks, Place start, std::uint32_t& count);
  template <Mode M>
  Place any_members(Place at, std::uint32_t& count);

  // What a value must fulfil as a whole; false when the walk is to stop.
  template <Mode M>
  bool wrong_type(const Check& check, Place start);
  template <Mode M>
  bool bounds_checks(const NumberChecks& checks, const NumberToken& token, Place start);
  template <Mode M>
  bool divisor_holds(const NumberChecks& checks, const NumberToken& token, Place start);
  template <Mode M>
  bool number_checks(const NumberChecks& checks, const NumberToken& token, Place start);
  template <Mode M>
  bool string_checks(const StringChecks& checks, std::string_view text, Place start);
  template <Mode M>
  bool array_checks(const ArrayChecks& checks, Place start, std::uint32_t count, std::uint64_t contained);
  template <Mode M>
  bool finish(const Check& check, Place start, const Value& value);
  template <Mode M>
  bool in_place(const InPlace& branches, Place start);
  template <Mode M>
  bool alternatives(const InPlace& branches, Place start);
  template <Mode M>
  bool must_hold(const Check& check, Place start);
  bool holds(const Check& check, Place start);

  // Members of one object, as far as they have been seen.
  struct Seen {
    std::uint64_t first = 0;                // properties 0..63
    std::size_t bits = 0;                   // where the others begin in Workspace::bits
    std::size_t names = 0;                  // where names that are no properties begin in Workspace::names
    std::array<std::uint64_t, 4> filter{};  // of their hashes: one bit of 256 for each
  };
  bool has(const Seen& seen, std::size_t property) const;
  bool add(Seen& seen, std::size_t property);  // false: was there already
  // Any member: where it ends, and the property that mostly comes next.
  struct Member {
    Place next = nullptr;
    const Property* expected = nullptr;
  };
  template <Mode M>
  Member unexpected_member(const ObjectChecks& checks, Place name_at, Seen& seen, const Property* expected);
  const Property* likely_property(const ObjectChecks& checks, const Property* expected, Place name_at) const;
  // No member begins there.
  Place no_member(Place at);
  template <Mode M>
  Place known_member(const ObjectChecks& checks, const Property& property, bool again, Place value_at);
  template <Mode M>
  Place other_member(const ObjectChecks& checks, Place name_at, Place value_at);
  template <Mode M>
  bool object_checks(const ObjectChecks& checks, Place start, std::uint32_t count, const Seen& seen);
  template <Mode M>
  bool dependents(const ObjectChecks& checks, Place start, const Seen& seen);
  // A name as it is written, with the hash of what it means.
  template <Mode M>
  bool read_name(Place at, SeenName& out);  // false: malformed
  std::string_view text_of(const SeenName& name, std::string& scratch) const;
  const Property* find_property(const ObjectChecks& checks, const SeenName& name);
  template <Mode M>
  bool read_escaped_name(StringToken token, SeenName& out);
  template <Mode M>
  bool note_name(SeenName name, Seen& seen);
  template <Mode M>
  bool is_repeated(SeenName name, const Seen& seen);
  template <Mode M>
  bool end_names(const Seen& seen);
  bool same_name(const SeenName& a, const SeenName& b);

  void read(const Reads& reads, const Value& value, bool explain);
  void read_absent(const std::vector<AbsentLeaf>& leaves, bool explain);
  void read_missing(const ObjectChecks& checks, const Seen& seen, bool explain);

  // Endings; the bool is what the caller returns: whether to go on.
  template <Mode M, class Reason>
  bool violates(std::string_view keyword, Place start, Reason&& reason);
  // Where the walk is: "lines[2].quantity", or "$". Until the next call.
  std::string_view path();
  void tell(std::string_view keyword, Place start, std::string reason);
  Place malformed(std::uint32_t offset, std::string_view what);
  bool stop() {
    over_ = true;
    return false;
  }
  Place over_budget() {
    over_ = true;
    return nullptr;
  }

  const Limits& limits_;
  Workspace& workspace_;
  const std::uint8_t* const text_;
  const Place first_;
  const std::uint32_t begin_;
  const std::uint32_t end_;
  const bool escapes_;
  const TypeMask plain_string_;  // kString, unless escapes have to be looked for
  Slots slots_;
  LeafSink& leaves_;
  std::vector<Violation>* violations_;
  Values values_;
  Place last_ = nullptr;
  std::uint32_t depth_ = 0;    // of the text
  std::uint32_t nesting_ = 0;  // of branches in branches
  bool ok_ = true;
  bool over_ = false;
  std::string_view never_;  // the keyword by which the schema `false` got here
};

// Tells where bytes stop being JSON that the first stage refuses, for people: "a string is not closed" at
// byte 17.
struct Fault {
  std::size_t offset = 0;
  std::string_view what;
};
Fault find_fault(Bytes body);

}  // namespace assay::schema::json
