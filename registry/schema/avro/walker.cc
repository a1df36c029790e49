#include "registry/schema/avro/walker.h"

#include "registry/schema/avro/run.h"
#include "registry/schema/avro/run_loops.h"
#include "registry/schema/avro/run_values.h"

namespace assay::schema::avro {
namespace {

// Where an empty body begins: a null cursor means that the walk is over.
constexpr std::uint8_t kNothing = 0;

}  // namespace

template <bool kExplain>
Run<kExplain>::Run(const WalkJob& job, Bytes body, std::vector<Violation>* violations)
    : program_(job.program),
      limits_(job.limits),
      space_(job.space),
      slots_(job.slots.data()),
      leaves_(job.leaves),
      violations_(violations),
      begin_(body.empty() ? &kNothing : body.data()),
      end_(begin_ + body.size()) {
  space_.frames.clear();
  space_.seen.clear();
  if constexpr (kExplain) {
    space_.path.clear();
    space_.path_marks.clear();
  }
}

template <bool kExplain>
At Run<kExplain>::enter(const Op& op, At at) {
  if (too_deep(op.y) || !spend(std::uint64_t{op.x} + 1)) return over_budget();
  deliver(op, Counted{Kind::object, op.x});
  return at;
}

template <bool kExplain>
auto Run<kExplain>::optional(const Op& op, At at, const Op* pc) -> Step {
  if (at != end_ && *at == 2 - 2 * op.a) [[likely]]
    return {at + 1, pc};
  if (at != end_ && *at == 2 * op.a) return {at + 1, program_.ops.data() + op.x};
  const Varint read = read_int(at, end_);
  const std::int64_t index = zigzag(read.raw);
  if (read.at == nullptr || index < 0 || index > 1) {
    return {refuse("schema.union", at,
                   [&] {
                     return read.at == nullptr ? std::string("has no branch")
                                               : fmt::format("takes branch {} of 2", index);
                   }),
            pc};
  }
  return {read.at, index == op.a ? program_.ops.data() + op.x : pc};
}

template <bool kExplain>
auto Run<kExplain>::choose(const Op& op, At at) -> Step {
  const Varint read = read_int(at, end_);
  const std::int64_t index = zigzag(read.raw);
  if (read.at == nullptr || index < 0 || index >= op.y) [[unlikely]] {
    return {refuse("schema.union", at,
                   [&] {
                     return read.at == nullptr ? std::string("has no branch")
                                               : fmt::format("takes branch {} of {}", index, op.y);
                   }),
            nullptr};
  }
  return {read.at, program_.ops.data() + program_.targets[op.x + static_cast<std::uint32_t>(index)]};
}

template <bool kExplain>
auto Run<kExplain>::call(const Op& op, At at, const Op* pc) -> Step {
  Frame& frame = space_.frames.emplace_back();
  frame.op = pc;
  frame.base = base_;
  base_ += op.y;
  // A record that holds itself without a way out reads nothing: only depth ends it.
  return {at, program_.ops.data() + op.x};
}

template <bool kExplain>
auto Run<kExplain>::ret(At at) -> Step {
  const Frame frame = space_.frames.back();
  space_.frames.pop_back();
  base_ = frame.base;
  return {at, frame.op};
}

template <bool kExplain>
Walk Run<kExplain>::done(At at) {
  if (at != end_) {
    refuse("schema.trailing", at,
           [&] { return fmt::format("has {} bytes left over behind the value", left(at)); });
  }
  return status_;
}

template <bool kExplain>
void Run<kExplain>::deliver_many(const Op& op, const Value& value) {
  const Delivery& delivery = program_.deliveries[op.z];
  for (const SlotId slot : delivery.slots) slots_[slot] = value;
  for (const LeafId leaf : delivery.leaves) {
    if constexpr (kExplain) {
      leaves_.explain(leaf, value, path());
    } else {
      leaves_.check(leaf, value);
    }
  }
}

template <bool kExplain>
void Run<kExplain>::offer_absent(std::uint32_t list) {
  for (const Absence& absence : program_.absents[list]) {
    if constexpr (kExplain) {
      std::string place = space_.path;
      for (const std::string& step : absence.steps) append_step(place, step);
      leaves_.explain(absence.leaf, Value{}, place);
    } else {
      leaves_.check(absence.leaf, Value{});
    }
  }
}

template <bool kExplain>
Walk Run<kExplain>::walk() {  // NOLINT(readability-function-size): a case per instruction
  const Op* pc = program_.ops.data();
  At at = begin_;
  const auto go = [&](Step step) {
    at = step.at;
    pc = step.pc;
  };
  for (;;) {
    const Op& op = *pc++;
    switch (op.code) {
      case Code::end:
        return done(at);
      case Code::ret:
        go(ret(at));
        break;
      case Code::call:
        go(call(op, at, pc));
        break;
      case Code::jump:
        pc = program_.ops.data() + op.x;
        break;
      case Code::enter:
        at = enter(op, at);
        break;
      case Code::skip:
        at = skip(op, at);
        break;
      case Code::null:
        deliver(op, [](Value& value) { value.kind = Kind::null; });
        break;
      case Code::boolean:
        at = boolean(op, at);
        break;
      case Code::int32:
        at = int32(op, at);
        break;
      case Code::int64:
        at = int64(op, at);
        break;
      case Code::long_unread:
        at = long_unread(at);
        break;
      case Code::time_ms:
      case Code::time_us:
        at = time_of_day(op, at);
        break;
      case Code::float32:
      case Code::float64:
        at = real(op, at);
        break;
      case Code::fixed:
        at = fixed(op, at);
        break;
      case Code::bytes:
        at = blob(op, at);
        break;
      case Code::string:
      case Code::uuid:
        at = string(op, at);
        break;
      case Code::decimal:
      case Code::fixed_decimal:
        at = decimal(op, at);
        break;
      case Code::bare_bytes:
      case Code::bare_decimal:
        at = bare(op, at);
        break;
      case Code::enumeration:
        at = enumeration(op, at);
        break;
      case Code::optional:
        go(optional(op, at, pc));
        break;
      case Code::choose:
        go(choose(op, at));
        break;
      case Code::array:
      case Code::map:
        go(begin_loop(op, at));
        break;
      case Code::unread_items:
        at = unread_items(op, at);
        break;
      case Code::next:
        go(next(at));
        break;
      case Code::absent:
        offer_absent(op.x);
        break;
      case Code::push_name:
        space_.path_marks.push_back(space_.path.size());
        append_step(space_.path, program_.names[op.x]);
        break;
      case Code::pop_name:
        space_.path.resize(space_.path_marks.back());
        space_.path_marks.pop_back();
        break;
      default:
        __builtin_unreachable();  // saves the check of the jump table
    }
    if (at == nullptr) [[unlikely]]
      return status_;
  }
}

Walk walk_body(const WalkJob& job, Bytes body) {
  return Run<false>(job, body, nullptr).walk();
}

Walk explain_body(const WalkJob& job, Bytes body, std::vector<Violation>& violations) {
  return Run<true>(job, body, &violations).walk();
}

}  // namespace assay::schema::avro
