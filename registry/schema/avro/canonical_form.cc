#include "registry/schema/avro/canonical_form.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace assay::schema::avro {
namespace {

std::string quote(std::string_view text) {
  return nlohmann::json(text).dump();
}

// Recursion follows anonymous types and first uses of named ones. References let first uses nest as deep as
// there are names, so the work waits on a stack of its own: each entry is a text to put, or a node to write.
class Canonical {
 public:
  explicit Canonical(const Model& model) : model_(model), written_(model.nodes.size()) {}

  std::string write() {
    waiting_.push_back({model_.root, {}});
    while (!waiting_.empty()) {
      const Piece piece = std::move(waiting_.back());
      waiting_.pop_back();
      if (piece.node == kText) {
        out_ += piece.text;
      } else {
        node(piece.node);
      }
    }
    return std::move(out_);
  }

 private:
  static constexpr NodeId kText = 0xffffffff;
  struct Piece {
    NodeId node = kText;
    std::string text;
  };

  // Pieces are put in reading order and taken from the back.
  void later(std::vector<Piece> pieces) {
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) waiting_.push_back(std::move(*piece));
  }

  void node(NodeId id) {
    const Node& node = model_.at(id);
    if (node.named()) {
      if (written_[id]) {
        out_ += quote(node.name);
      } else {
        written_[id] = true;
        named(node);
      }
      return;
    }
    switch (node.type) {
      case Type::array:
        return later({{kText, R"({"type":"array","items":)"}, {node.parts[0], {}}, {kText, "}"}});
      case Type::map:
        return later({{kText, R"({"type":"map","values":)"}, {node.parts[0], {}}, {kText, "}"}});
      case Type::union_of: {
        std::vector<Piece> pieces = {{kText, "["}};
        for (std::size_t i = 0; i < node.parts.size(); ++i) {
          if (i > 0) pieces.push_back({kText, ","});
          pieces.push_back({node.parts[i], {}});
        }
        pieces.push_back({kText, "]"});
        return later(std::move(pieces));
      }
      default:
        out_ += quote(type_name(node.type));
    }
  }

  void named(const Node& node) {
    out_ += fmt::format(R"({{"name":{},"type":"{}",)", quote(node.name), type_name(node.type));
    if (node.type == Type::fixed) {
      out_ += fmt::format(R"("size":{}}})", node.size);
      return;
    }
    if (node.type == Type::enumeration) {
      out_ += R"("symbols":[)";
      for (std::size_t i = 0; i < node.symbols.size(); ++i)
        out_ += (i > 0 ? "," : "") + quote(node.symbols[i]);
      out_ += "]}";
      return;
    }
    std::vector<Piece> pieces = {{kText, R"("fields":[)"}};
    for (std::size_t i = 0; i < node.fields.size(); ++i) {
      const Field& field = node.fields[i];
      pieces.push_back({kText, fmt::format(R"({}{{"name":{},"type":)", i > 0 ? "," : "", quote(field.name))});
      pieces.push_back({field.type, {}});
      pieces.push_back({kText, "}"});
    }
    pieces.push_back({kText, "]}"});
    later(std::move(pieces));
  }

  const Model& model_;
  std::vector<bool> written_;
  std::vector<Piece> waiting_;
  std::string out_;
};

}  // namespace

std::string canonical_text(const Model& model) {
  return Canonical(model).write();
}

}  // namespace assay::schema::avro
