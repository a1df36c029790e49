#include "registry/schema/avro/compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "registry/schema/avro/emitter.h"

namespace assay::schema::avro {
namespace {

// Operations for each node that the limits allow: records in place repeat their operations.
constexpr std::size_t kOpsPerNode = 8;

class Compiler {
 public:
  Compiler(Program& program, const PathTrie& trie, bool explaining, const Limits& limits)
      : program_(program),
        model_(*program.model),
        emit_(program, trie),
        explaining_(explaining),
        limits_(limits) {}

  Result<void> compile() {
    const TrieSet root = {PathTrie::kRoot};
    if (model_.at(model_.root).type == Type::bytes) {
      bare(model_.at(model_.root), root);
    } else {
      value(model_.root, root, 0, std::numeric_limits<std::uint32_t>::max());
    }
    emit_.emit({.code = Code::end});
    for (std::size_t done = 0; done < waiting_.size() && !full(); ++done) {
      const auto [node, at] = waiting_[done];  // a copy: the vector grows
      entries_[done] = emit_.label();
      record(model_.at(node), at, 0);
      emit_.emit({.code = Code::ret});
    }
    if (full()) {
      return Error(ErrorCode::too_large,
                   fmt::format("the schema needs more than {} operations to be checked", ops_max()));
    }
    for (Op& op : program_.ops) {
      if (op.code == Code::call) op.x = entries_[op.x];
    }
    return {};
  }

 private:
  std::size_t ops_max() const { return kOpsPerNode * limits_.schema_nodes_max; }
  bool full() const { return program_.ops.size() > ops_max(); }

  // `depth`: containers around the value since the subroutine began; `parent`: see inlines().
  void value(NodeId id, const TrieSet& at, std::uint32_t depth, std::uint32_t parent) {
    if (full()) return;
    const Node& node = model_.at(id);
    switch (node.type) {
      case Type::record:
        if (inlines(node, parent) || emit_.here() == 0) return record(node, at, depth);
        return call(id, at, depth);
      case Type::union_of:
        return branches(node, at, depth, parent);
      case Type::array:
        return array(node, at, depth, parent);
      case Type::map:
        return map(node, at, depth, parent);
      default:
        scalar(id, node, at);
    }
    emit_.absent_members(at);
  }

  void scalar(NodeId id, const Node& node, const TrieSet& at) {
    const auto logical = static_cast<std::uint8_t>(logical_of(node));
    const bool read = emit_.reads(at);
    switch (node.type) {
      case Type::null:
        if (read) emit_.emit({.code = Code::null}, at);
        break;
      case Type::boolean:
        emit_.emit({.code = Code::boolean}, at);
        break;
      case Type::int32:
        emit_.emit({.code = node.meaning == Meaning::time_ms ? Code::time_ms : Code::int32, .a = logical},
                   at);
        break;
      case Type::int64:
        if (node.meaning == Meaning::time_us) {
          emit_.emit({.code = Code::time_us, .a = logical}, at);
        } else {
          emit_.emit({.code = read ? Code::int64 : Code::long_unread, .a = logical}, at);
        }
        break;
      case Type::float32:
        fixed_size(Code::float32, 4, 0, read, at);
        break;
      case Type::float64:
        fixed_size(Code::float64, 8, 0, read, at);
        break;
      case Type::fixed:
        if (node.meaning == Meaning::decimal) {
          emit_.emit(decimal(Code::fixed_decimal, node), at);
        } else {
          fixed_size(Code::fixed, node.size, logical, read, at);
        }
        break;
      case Type::bytes:
        emit_.emit(node.meaning == Meaning::decimal ? decimal(Code::decimal, node) : Op{.code = Code::bytes},
                   at);
        break;
      case Type::string:
        emit_.emit({.code = node.meaning == Meaning::uuid ? Code::uuid : Code::string, .a = logical}, at);
        break;
      default:
        emit_.emit({.code = Code::enumeration, .x = static_cast<std::uint32_t>(node.symbols.size()), .y = id},
                   at);
    }
  }

  void fixed_size(Code code, std::uint32_t bytes, std::uint8_t logical, bool read, const TrieSet& at) {
    if (read) {
      emit_.emit({.code = code, .a = logical, .x = bytes}, at);
    } else {
      emit_.skip(bytes);
    }
  }

  Op decimal(Code code, const Node& node) {
    return {.code = code,
            .a = static_cast<std::uint8_t>(node.scale),
            .x = emit_.bound(node.precision),
            .y = node.size};
  }

  void bare(const Node& node, const TrieSet& at) {
    emit_.emit(
        node.meaning == Meaning::decimal ? decimal(Code::bare_decimal, node) : Op{.code = Code::bare_bytes},
        at);
    emit_.absent_members(at);
  }

  void record(const Node& node, const TrieSet& at, std::uint32_t depth) {
    emit_.emit({.code = Code::enter, .x = static_cast<std::uint32_t>(node.fields.size()), .y = depth + 1},
               at);
    for (const Field& field : node.fields) {
      if (explaining_) emit_.emit({.code = Code::push_name, .x = emit_.name(field.name)});
      value(field.type, emit_.field(at, field.name), depth + 1, node.finished);
      if (explaining_) emit_.emit({.code = Code::pop_name});
    }
    std::vector<std::string_view> names;
    names.reserve(node.fields.size());
    for (const Field& field : node.fields) names.push_back(field.name);
    std::sort(names.begin(), names.end());
    emit_.absent_members(at, names);
  }

  void call(NodeId id, const TrieSet& at, std::uint32_t depth) {
    const auto [known, fresh] =
        pairs_.emplace(std::pair(id, at), static_cast<std::uint32_t>(waiting_.size()));
    if (fresh) {
      waiting_.emplace_back(id, at);
      entries_.push_back(0);
    }
    emit_.emit({.code = Code::call, .x = known->second, .y = depth});
  }

  void branches(const Node& node, const TrieSet& at, std::uint32_t depth, std::uint32_t parent) {
    const auto null = std::find_if(node.parts.begin(), node.parts.end(),
                                   [&](NodeId part) { return model_.at(part).type == Type::null; });
    if (node.parts.size() == 2 && null != node.parts.end()) {
      return optional(node, static_cast<std::uint8_t>(null - node.parts.begin()), at, depth, parent);
    }
    const auto first = static_cast<std::uint32_t>(program_.targets.size());
    const auto count = static_cast<std::uint32_t>(node.parts.size());
    emit_.emit({.code = Code::choose, .x = first, .y = count});
    program_.targets.resize(first + count);
    std::vector<std::uint32_t> jumps;
    for (std::uint32_t i = 0; i < count; ++i) {
      program_.targets[first + i] = emit_.label();
      value(node.parts[i], at, depth, parent);
      jumps.push_back(emit_.emit({.code = Code::jump}));
    }
    for (const std::uint32_t jump : jumps) emit_.land(jump);
    emit_.label();
  }

  void optional(const Node& node, std::uint8_t null, const TrieSet& at, std::uint32_t depth,
                std::uint32_t parent) {
    const std::uint32_t choice = emit_.emit({.code = Code::optional, .a = null});
    value(node.parts[1U - null], at, depth, parent);
    if (!emit_.reads(at) && !emit_.reads_below(at)) return emit_.land(choice);
    const std::uint32_t jump = emit_.emit({.code = Code::jump});
    emit_.land(choice);
    value(node.parts[null], at, depth, parent);
    emit_.land(jump);
  }

  void array(const Node& node, const TrieSet& at, std::uint32_t depth, std::uint32_t parent) {
    const Node& item = model_.at(node.parts[0]);
    const TrieSet below = emit_.each(at);
    const auto loop = add_loop({.item_bytes_min = item.bytes_min});
    const auto unread = below.empty() ? unread_item(item) : std::nullopt;
    if (unread) {
      program_.loops[loop].item = *unread;
      emit_.emit({.code = Code::unread_items, .x = loop, .y = depth + 1}, at);
    } else {
      emit_.emit({.code = Code::array, .x = loop, .y = depth + 1}, at);
      body(loop, node.parts[0], below, depth, parent);
      program_.loops[loop].exit = emit_.label();
    }
    emit_.absent_members(at);
  }

  // The one operation that reads an item nobody wants. Where an item can be wrong by itself, explaining needs
  // its index.
  std::optional<Op> unread_item(const Node& item) const {
    switch (item.type) {
      case Type::null:
        return Op{.code = Code::skip};
      case Type::float32:
        return Op{.code = Code::skip, .x = 4};
      case Type::float64:
        return Op{.code = Code::skip, .x = 8};
      case Type::fixed:
        if (item.meaning == Meaning::decimal) return std::nullopt;
        return Op{.code = Code::skip, .x = item.size};
      case Type::int32:
        if (explaining_ || item.meaning == Meaning::time_ms) return std::nullopt;
        return Op{.code = Code::int32};
      case Type::int64:
        if (explaining_ || item.meaning == Meaning::time_us) return std::nullopt;
        return Op{.code = Code::long_unread};
      case Type::string:
        if (explaining_ || item.meaning == Meaning::uuid) return std::nullopt;
        return Op{.code = Code::string};
      default:
        return std::nullopt;
    }
  }

  std::uint32_t body(std::uint32_t loop, NodeId item, const TrieSet& at, std::uint32_t depth,
                     std::uint32_t parent) {
    const std::uint32_t begin = emit_.label();
    program_.loops[loop].body = begin;
    value(item, at, depth + 1, parent);
    emit_.emit({.code = Code::next, .x = loop});
    return begin;
  }

  void map(const Node& node, const TrieSet& at, std::uint32_t depth, std::uint32_t parent) {
    const auto loop = add_loop({.map = true, .item_bytes_min = model_.at(node.parts[0]).bytes_min + 1});
    emit_.emit({.code = Code::map, .x = loop, .y = depth + 1}, at);
    const TrieSet each = emit_.each(at);
    for (std::string& name : emit_.field_names(at)) {
      const TrieSet named = emit_.field(at, name);
      KeyCase key{.name = std::move(name)};
      std::vector<Absence> absences;
      for (const TrieNodeId id : named) {
        emit_.add_absences(id, {key.name}, absences);
        emit_.add_slots(id, key.slots);
      }
      key.absent = emit_.absent_list(std::move(absences));
      TrieSet both = named;
      both.insert(both.end(), each.begin(), each.end());
      key.body = body(loop, node.parts[0], both, depth, parent);
      program_.loops[loop].keys.push_back(std::move(key));
    }
    body(loop, node.parts[0], each, depth, parent);
    program_.loops[loop].exit = emit_.label();
  }

  std::uint32_t add_loop(Loop loop) {
    program_.loops.push_back(std::move(loop));
    return static_cast<std::uint32_t>(program_.loops.size() - 1);
  }

  Program& program_;
  const Model& model_;
  Emitter emit_;
  bool explaining_;
  const Limits& limits_;
  std::map<std::pair<NodeId, TrieSet>, std::uint32_t> pairs_;
  std::vector<std::pair<NodeId, TrieSet>> waiting_;
  std::vector<std::uint32_t> entries_;  // where the subroutine of each waiting pair begins
};

}  // namespace

Result<Program> compile_program(std::shared_ptr<const Model> model, const PathTrie& reads, bool explaining,
                                const Limits& limits) {
  Program program;
  program.model = std::move(model);
  const auto compiled = Compiler(program, reads, explaining, limits).compile();
  if (!compiled) return compiled.error();
  return program;
}

}  // namespace assay::schema::avro
