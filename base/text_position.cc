#include "base/text_position.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace assay {
namespace {

// A cursor over well-formed JSON that can skip values and stop at one. It does not check; the parser before
// it did.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) { skip_space(); }

  std::size_t offset() const { return at_; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void advance() {
    ++at_;
    skip_space();
  }

  // The raw text of a string, without its quotes; the cursor moves behind it.
  std::string_view take_string() {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    const auto raw = text_.substr(begin, std::min(at_, text_.size()) - begin);
    advance();
    return raw;
  }

  void skip_value() {
    std::size_t depth = 0;
    do {
      const char c = peek();
      if (c == '"') {
        take_string();
      } else if (c == '{' || c == '[') {
        ++depth;
        advance();
      } else if (c == '}' || c == ']') {
        --depth;
        advance();
      } else if (c == ',' || c == ':') {
        advance();
      } else {
        while (at_ < text_.size() &&
               std::string_view(",]}: \t\r\n").find(text_[at_]) == std::string_view::npos)
          ++at_;
        skip_space();
      }
    } while (depth > 0 && at_ < text_.size());
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // '/'
    const auto end = std::min(pointer.find('/'), pointer.size());
    std::string token;
    for (std::size_t i = 0; i < end; ++i) {
      const bool escape = pointer[i] == '~' && i + 1 < end;
      token += escape ? (pointer[++i] == '1' ? '/' : '~') : pointer[i];
    }
    tokens.push_back(std::move(token));
    pointer.remove_prefix(end);
  }
  return tokens;
}

// Moves into the member or element that `token` names; the offset of its name is left in `key_offset`.
bool descend(JsonCursor& cursor, const std::string& token, std::size_t& key_offset) {
  const bool object = cursor.peek() == '{';
  if (!object && cursor.peek() != '[') return false;
  cursor.advance();
  std::size_t index = 0, wanted = 0;
  if (!object) std::from_chars(token.data(), token.data() + token.size(), wanted);
  while (cursor.peek() != '}' && cursor.peek() != ']' && cursor.peek() != '\0') {
    key_offset = cursor.offset();
    bool found = !object && index++ == wanted;
    if (object) {
      found = cursor.take_string() == token;
      cursor.advance();  // ':'
    }
    if (found) return true;
    cursor.skip_value();
    if (cursor.peek() == ',') cursor.advance();
  }
  return false;
}

}  // namespace

TextPosition position_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line_start = before.rfind('\n');
  return {static_cast<std::uint32_t>(1 + std::count(before.begin(), before.end(), '\n')),
          static_cast<std::uint32_t>(before.size() -
                                     (line_start == std::string_view::npos ? 0 : line_start + 1) + 1)};
}

std::optional<TextPosition> position_of_pointer(std::string_view json, std::string_view pointer,
                                                PointerTarget target) {
  JsonCursor cursor(json);
  std::size_t key_offset = cursor.offset();
  for (const auto& token : tokens_of(pointer)) {
    if (!descend(cursor, token, key_offset)) return std::nullopt;
  }
  return position_of(json, target == PointerTarget::key ? key_offset : cursor.offset());
}

std::string pointer_token(std::string_view name) {
  std::string token;
  for (const char c : name) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) return limit + 1;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j - 1] + 1, above + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return std::min(row[b.size()], limit + 1);
}

}  // namespace assay
