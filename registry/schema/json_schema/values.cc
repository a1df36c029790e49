#include "registry/schema/json_schema/values.h"

#include <algorithm>
#include <cstring>

#include "registry/schema/json_schema/names.h"

namespace assay::schema::json {
namespace {

// Up to here comparing each with each is quicker than hashing.
constexpr std::size_t kFewItems = 8;

}  // namespace

std::string_view Values::text_of(StringToken token, std::string& scratch) const {
  const bool escaped = escapes_ && std::memchr(token.begin, '\\', token.size()) != nullptr;
  return assay::text_of(string_value(token, escaped), scratch);
}

Place Values::behind(Place at) {
  std::size_t depth = 0;
  do {
    const std::uint8_t c = text_[*at++];
    ++steps_;
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  } while (depth > 0);
  return at;
}

Bytes Values::span(Place start, std::uint32_t end) const {
  const Token token = token_at(start);
  if (token == Token::string) return {text_ + *start, read_string(text_, start).end + 1};
  if (token == Token::array || token == Token::object) {
    std::size_t depth = 0;
    for (Place at = start; *at < end; ++at) {
      const std::uint8_t c = text_[*at];
      depth += c == '{' || c == '[' ? 1 : 0;
      depth -= c == '}' || c == ']' ? 1 : 0;
      if (depth == 0) return {text_ + *start, text_ + *at + 1};
    }
    return {text_ + *start, text_ + end - 1};
  }
  const std::uint8_t* last = text_ + *start;
  while (!kEndsToken[*last] && *last != '\0') ++last;
  return {text_ + *start, last};
}

Value Values::container(Kind kind, Place start, Place end, std::uint32_t count) const {
  Value value;
  value.kind = kind;
  value.count = count;
  value.raw = {text_ + *start, text_ + *(end - 1) + 1};
  return value;
}

Value Values::scalar(Place at) const {
  Value value;
  switch (token_at(at)) {
    case Token::boolean:
      value.kind = Kind::boolean;
      value.boolean = text_[*at] == 't';
      break;
    case Token::number:
      value = number_value(read_number(text_ + *at), text_ + *at);
      break;
    case Token::string: {
      const StringToken token = read_string(text_, at);
      value = string_value(token, escapes_ && std::memchr(token.begin, '\\', token.size()) != nullptr);
      break;
    }
    default:
      value.kind = Kind::null;
  }
  return value;
}

// The text is in the indexed text, so that 8 bytes can be read. Looks at all starts: which one it is cannot
// be predicted.
bool Values::is_among_few(const Constants& constants, std::string_view text) {
  const std::uint64_t head = load64(text.data());
  std::size_t found = constants.starts.size();
  for (std::size_t i = 0; i < constants.starts.size(); ++i) {
    const bool same_start = (head & constants.starts[i].mask) == constants.starts[i].head;
    found = same_start && constants.strings[i].size() == text.size() ? i : found;
  }
  if (found == constants.starts.size()) return false;
  if (text.size() <= 8 || constants.strings[found] == text) return true;
  return std::find(constants.strings.begin(), constants.strings.end(), text) != constants.strings.end();
}

bool Values::is_among(const Constants& constants, Place start, const Value& value) {
  switch (value.kind) {
    case Kind::null:
      return constants.null;
    case Kind::boolean:
      return value.boolean ? constants.yes : constants.no;
    case Kind::string: {
      if (constants.strings.empty()) return false;
      const std::string_view text =
          value.escaped ? assay::text_of(value, workspace_.text_a) : as_text(value.raw);
      if (!constants.many_strings.empty()) return constants.many_strings.contains(text);
      if (!value.escaped) return is_among_few(constants, text);
      return std::find(constants.strings.begin(), constants.strings.end(), text) != constants.strings.end();
    }
    case Kind::array:
    case Kind::object:
      return std::any_of(constants.containers.begin(), constants.containers.end(), [&](const Json* json) {
        Place at = start;
        return equals(*json, at);
      });
    case Kind::integer:
      return std::binary_search(constants.integers.begin(), constants.integers.end(), value.integer);
    default:
      return std::any_of(constants.numbers.begin(), constants.numbers.end(),
                         [&](const Number* number) { return compare(value, *number) == 0; });
  }
}

// Leaves `at` behind the value when it is equal, and anywhere in it otherwise.
bool Values::equals(const Json& json, Place& at) {
  if (!step()) return false;
  const Token token = token_at(at);
  switch (json.type) {
    case Json::Type::null:
      return token == Token::null && ++at != nullptr;
    case Json::Type::boolean:
      return token == Token::boolean && (text_[*at++] == 't') == json.boolean;
    case Json::Type::number:
      return token == Token::number && compare(scalar(at++), *json.number) == 0;
    case Json::Type::string:
      if (token != Token::string) return false;
      return text_of(read_string(text_, at++), workspace_.text_a) == json.text;
    case Json::Type::array: {
      if (token != Token::array) return false;
      ++at;
      for (const Json& item : json.items) {
        if (text_[*at] == ']' || !equals(item, at)) return false;
        if (text_[*at] == ',') ++at;
      }
      return text_[*at++] == ']';
    }
    case Json::Type::object:
      return token == Token::object && equals_object(json, at);
  }
  return false;
}

bool Values::equals_object(const Json& json, Place& at) {
  ++at;
  std::size_t count = 0;
  while (text_[*at] != '}') {
    const std::string_view name = text_of(read_string(text_, at), workspace_.text_a);
    const Json* wanted = json.find(name);
    at += 2;
    if (wanted == nullptr || !equals(*wanted, at)) return false;
    ++count;
    if (text_[*at] == ',') ++at;
  }
  ++at;
  return count == json.members.size();
}

bool Values::equal_scalars(Token token, Place a, Place b) {
  switch (token) {
    case Token::null:
      return true;
    case Token::boolean:
      return text_[*a] == text_[*b];
    case Token::string:
      return text_of(read_string(text_, a), workspace_.text_a) ==
             text_of(read_string(text_, b), workspace_.text_b);
    default:
      break;
  }
  const NumberToken x = read_number(text_ + *a);
  const NumberToken y = read_number(text_ + *b);
  if (x.integer && y.integer && x.exact && y.exact) {
    return x.mantissa == y.mantissa && (x.negative == y.negative || x.mantissa == 0);
  }
  workspace_.text_a.clear();
  workspace_.text_b.clear();
  append_canonical(text_ + *a, x.end, workspace_.text_a);
  append_canonical(text_ + *b, y.end, workspace_.text_b);
  return workspace_.text_a == workspace_.text_b;
}

bool Values::equal(Place& a, Place& b) {
  const Token token = token_at(a);
  if (!step() || token != token_at(b)) return false;
  if (token == Token::object) return equal_objects(a, b);
  if (token != Token::array) return equal_scalars(token, a++, b++);
  ++a;
  ++b;
  while (text_[*a] != ']') {
    if (text_[*b] == ']' || !equal(a, b)) return false;
    if (text_[*a] == ',') ++a;
    if (text_[*b] == ',') ++b;
  }
  ++a;
  return text_[*b++] == ']';
}

// Each member of `a` is looked for in `b`. Objects with a name twice are refused elsewhere.
bool Values::equal_objects(Place& a, Place& b) {
  std::size_t count = 0;
  for (++a; text_[*a] != '}';) {
    const StringToken name = read_string(text_, a);
    a += 2;
    bool found = false;
    for (Place at = b + 1; text_[*at] != '}' && step();) {
      const bool here =
          text_of(name, workspace_.text_a) == text_of(read_string(text_, at), workspace_.text_b);
      at += 2;
      if (here) {
        if (!equal(a, at)) return false;
        found = true;
        break;
      }
      at = behind(at);
      if (text_[*at] == ',') ++at;
    }
    if (!found) return false;
    ++count;
    if (text_[*a] == ',') ++a;
  }
  ++a;
  for (++b; text_[*b] != '}'; --count) {
    if (count == 0) return false;
    b = behind(b + 2);
    if (text_[*b] == ',') ++b;
  }
  ++b;
  return count == 0;
}

std::uint64_t Values::hash_text(std::string_view text) const {
  std::uint64_t hash = kNameSeed ^ text.size();
  for (; text.size() > 8; text.remove_prefix(8)) hash = mix(hash ^ load64(text.data()), 0x9E3779B97F4A7C15);
  std::uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  return mix(hash ^ rest, 0x9E3779B97F4A7C15);
}

// Equal values have equal hashes. Leaves `at` behind the value.
std::uint64_t Values::hash(Place& at) {
  const Token token = token_at(at);
  ++steps_;
  const auto kind = static_cast<std::uint64_t>(token);
  switch (token) {
    case Token::string:
      return hash_text(text_of(read_string(text_, at++), workspace_.text_a)) + kind;
    case Token::number: {
      workspace_.text_a.clear();
      append_canonical(text_ + *at, read_number(text_ + *at).end, workspace_.text_a);
      ++at;
      return hash_text(workspace_.text_a) + kind;
    }
    case Token::array: {
      std::uint64_t out = kind;
      for (++at; text_[*at] != ']';) {
        out = mix(out ^ hash(at), 0x9E3779B97F4A7C15);
        if (text_[*at] == ',') ++at;
      }
      ++at;
      return out;
    }
    case Token::object: {
      std::uint64_t out = kind;
      for (++at; text_[*at] != '}';) {
        const std::uint64_t name = hash_text(text_of(read_string(text_, at), workspace_.text_a));
        at += 2;
        out += mix(name ^ hash(at), 0x9E3779B97F4A7C15);
        if (text_[*at] == ',') ++at;
      }
      ++at;
      return out;
    }
    default:
      return kNameSeed + text_[*at++];
  }
}

bool Values::all_different(std::size_t first) {
  auto& items = workspace_.items;
  if (items.size() - first <= kFewItems) {
    for (std::size_t i = first; i < items.size(); ++i) {
      for (std::size_t j = i + 1; j < items.size(); ++j) {
        Place a = items[i];
        Place b = items[j];
        if (equal(a, b)) return false;
      }
    }
    return true;
  }
  auto& hashes = workspace_.hashes;
  hashes.clear();
  for (std::size_t i = first; i < items.size(); ++i) {
    Place at = items[i];
    const std::uint64_t hashed = hash(at);
    hashes.emplace_back(hashed, items[i]);
  }
  std::sort(hashes.begin(), hashes.end());
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    for (std::size_t j = i + 1; j < hashes.size() && hashes[j].first == hashes[i].first; ++j) {
      Place a = hashes[i].second;
      Place b = hashes[j].second;
      if (equal(a, b)) return false;
    }
  }
  return true;
}

}  // namespace assay::schema::json
