#include "tests/property/json_schema/generate.h"

#include <fmt/format.h>

namespace assay::schema::json {
namespace {

constexpr std::string_view kNames[] = {
    "a", "b", "ab", "id", "lines", "quantity", "a-name-of-seventeen", "x y", "q\"", "\u20ac", ""};
constexpr std::string_view kNumbers[] = {"0",
                                         "1",
                                         "2",
                                         "-1",
                                         "1.0",
                                         "1e0",
                                         "0.1",
                                         "0.10",
                                         "1.5",
                                         "3",
                                         "100",
                                         "1e2",
                                         "-0.5",
                                         "9007199254740993",
                                         "9223372036854775807",
                                         "9223372036854775808",
                                         "18446744073709551616",
                                         "0.30000000000000004",
                                         "12345678.12345678",
                                         "-0"};
constexpr std::string_view kDivisors[] = {
    "1", "2", "0.1", "0.01", "3", "1.5", "0.30000000000000004", "9007199254740993"};
constexpr std::string_view kStrings[] = {"",   "a",      "ab",           "abc",        "AB",
                                         "a1", "\u20ac", "\u20ac\u20ac", "\U0001F600", "a b",
                                         "1",  "a\"b",   "a\\b",         "a/b"};
constexpr std::string_view kPatterns[] = {"^a",  "b$", "^[a-z]+$", "^[a-z]{1,2}$", "[0-9]",
                                          "a|1", "^$", "ab",       "^a?b*$",       "^1$|^a"};
constexpr std::string_view kNamePatterns[] = {"^a", "b$", "^[a-z]+$", "i"};
constexpr std::string_view kTypes[] = {"null", "boolean", "number", "integer", "string", "array", "object"};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string Generator::space() {
  constexpr std::string_view kSpaces[] = {"", "", "", "", " ", "\n", "\t", "\r\n "};
  return std::string(pick(kSpaces));
}

// The text as a JSON string, some characters of it as escapes.
std::string Generator::escaped(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    if (c == '"' || c == '\\' || (ascii && chance(4))) {
      out += c == '/' ? "\\/" : fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string Generator::name() {
  return chance(90) ? std::string(pick(kNames)) : "n" + std::to_string(below(50));
}

std::string Generator::scalar() {
  switch (below(8)) {
    case 0:
      return "null";
    case 1:
      return "true";
    case 2:
      return "false";
    case 3:
    case 4:
    case 5:
      return std::string(pick(kNumbers));
    default:
      return escaped(pick(kStrings));
  }
}

std::string Generator::value(int depth) {
  if (depth == 0 || chance(35)) return scalar();
  const bool array = chance(40);
  std::string out(1, array ? '[' : '{');
  const std::uint64_t size = chance(3) ? 40 : below(5);
  std::string names;
  for (std::uint64_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    out += space();
    if (!array) {
      // Each name once, mostly.
      std::string one = name();
      const std::string key = '\n' + one + '\n';
      if (names.find(key) != std::string::npos && (in_schema_ || !chance(2))) one = "m" + std::to_string(i);
      names += key;
      out += escaped(one) + space() + ':' + space();
    }
    out += value(size > 5 ? 0 : depth - 1) + space();
  }
  return out + (array ? ']' : '}');
}

void Generator::add_scalars(std::string& out, int depth) {
  if (chance(35)) {
    std::string types = quoted(pick(kTypes));
    if (chance(40)) types = '[' + types + ',' + quoted(pick(kTypes)) + ']';
    out += ",\"type\":" + types;
  }
  if (chance(8)) out += ",\"const\":" + value(depth > 1 ? 1 : 0);
  if (chance(10)) out += ",\"enum\":[" + scalar() + ',' + value(1) + ',' + scalar() + ']';
  for (const std::string_view bound : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}) {
    if (chance(8)) out += fmt::format(",\"{}\":{}", bound, pick(kNumbers));
  }
  if (chance(8)) out += fmt::format(",\"multipleOf\":{}", pick(kDivisors));
  if (chance(8)) out += ",\"minLength\":" + count();
  if (chance(8)) out += ",\"maxLength\":" + count();
  if (chance(10)) out += ",\"pattern\":" + quoted(pick(kPatterns));
}

void Generator::add_arrays(std::string& out, int depth) {
  if (chance(25)) {
    const std::string list = '[' + schemas(depth) + ']';
    if (is_2020_) {
      out += ",\"prefixItems\":" + list + (chance(50) ? ",\"items\":" + schema(depth) : "");
    } else {
      out += ",\"items\":" + list + (chance(50) ? ",\"additionalItems\":" + schema(depth) : "");
    }
  } else if (chance(40)) {
    out += ",\"items\":" + schema(depth);
  }
  if (chance(12)) out += ",\"contains\":" + schema(depth);
  if (chance(6)) out += ",\"minContains\":" + count();
  if (chance(6)) out += ",\"maxContains\":" + count();
  if (chance(8)) out += ",\"minItems\":" + count();
  if (chance(8)) out += ",\"maxItems\":" + count();
  if (chance(12)) out += ",\"uniqueItems\":true";
}

void Generator::add_objects(std::string& out, int depth) {
  const auto object_of = [&](auto key, auto entry) {
    std::string made;
    for (std::uint64_t i = 0, size = 1 + below(4); i < size; ++i) {
      const std::string one = quoted(key());
      if (made.find(one + ':') == std::string::npos) made += (made.empty() ? "" : ",") + one + ':' + entry();
    }
    return '{' + made + '}';
  };
  const auto any_name = [&] { return pick(kNames); };
  const auto names = [&] { return '[' + quoted(pick(kNames)) + ',' + quoted(pick(kNames)) + ']'; };
  if (chance(60)) out += ",\"properties\":" + object_of(any_name, [&] { return schema(depth); });
  if (chance(15)) {
    out += ",\"patternProperties\":" +
           object_of([&] { return pick(kNamePatterns); }, [&] { return schema(depth); });
  }
  if (chance(15)) out += ",\"additionalProperties\":" + (chance(30) ? "false" : schema(depth));
  if (chance(6)) out += ",\"propertyNames\":" + schema(0);
  if (chance(15)) out += ",\"required\":" + names();
  if (chance(6)) out += ",\"minProperties\":" + count();
  if (chance(6)) out += ",\"maxProperties\":" + count();
  if (chance(5))
    out += ",\"dependencies\":" + object_of(any_name, [&] { return chance(50) ? names() : schema(depth); });
  if (chance(5)) out += ",\"dependentRequired\":" + object_of(any_name, names);
  if (chance(5)) out += ",\"dependentSchemas\":" + object_of(any_name, [&] { return schema(depth); });
}

std::string Generator::schemas(int depth) {
  std::string out = schema(depth);
  for (std::uint64_t i = below(3); i > 0; --i) out += ',' + schema(depth);
  return out;
}

void Generator::add_branches(std::string& out, int depth) {
  for (const std::string_view keyword : {"allOf", "anyOf", "oneOf"}) {
    if (chance(10)) out += fmt::format(",\"{}\":[{}]", keyword, schemas(depth));
  }
  if (chance(6)) out += ",\"not\":" + schema(depth);
  if (chance(8)) {
    out += ",\"if\":" + schema(depth);
    if (chance(70)) out += ",\"then\":" + schema(depth);
    if (chance(70)) out += ",\"else\":" + schema(depth);
  }
}

std::string Generator::schema(int depth) {
  if (chance(6)) return chance(60) ? "true" : "false";
  // Downwards only, or below a member: no loop at one value.
  if (chance(6)) return "{\"$ref\":\"#/definitions/leaf\"}";
  if (depth <= 0) {
    std::string out = "\"title\":\"\"";
    add_scalars(out, depth);
    return '{' + out + '}';
  }
  std::string out = "\"title\":\"\"";
  if (chance(70)) add_scalars(out, depth - 1);
  if (chance(40)) add_arrays(out, depth - 1);
  if (chance(70)) add_objects(out, depth - 1);
  if (chance(40)) add_branches(out, depth - 1);
  return '{' + out + '}';
}

std::string Generator::document() {
  in_schema_ = true;
  is_2020_ = chance(50);
  std::string root = schema(3);
  if (root[0] != '{' || root.find("\"$ref\"") == 1) root = "{\"title\":\"x\"}";
  std::string leaf = "\"title\":\"leaf\"";
  add_scalars(leaf, 1);
  const std::string tree = fmt::format(
      R"({{"properties":{{"lines":{{"items":{{"$ref":"#/definitions/tree"}}}},"id":{{"$ref":"#/definitions/leaf"}}}},"required":["id"]}})");
  const std::string dialect = is_2020_ ? R"("$schema":"https://json-schema.org/draft/2020-12/schema",)" : "";
  const std::string extra =
      chance(20) ? R"(,"then":true,"dependencies":{"ab":{"$ref":"#/definitions/tree"}})" : "";
  const bool clashes =
      root.find("\"then\"") != std::string::npos || root.find("\"dependencies\"") != std::string::npos;
  in_schema_ = false;
  return fmt::format(R"({{{}"definitions":{{"leaf":{{{}}},"tree":{}}}{},{})", dialect, leaf, tree,
                     clashes ? "" : extra, root.substr(1));
}

std::string Generator::damaged(std::string text) {
  constexpr std::string_view kPieces[] = {
      "{", "}", "[",    "]",   ",", ":",    "\"",   "\\",  " ",       "\n",  "1",      "0",           "-",
      ".", "e", "true", "nul", "x", "\xc3", "\x01", "\\u", "\\ud800", "\\q", "\"a\":", "\xEF\xBB\xBF"};
  for (std::uint64_t i = 1 + below(3); i > 0; --i) {
    const std::size_t at = below(text.size() + 1);
    switch (below(4)) {
      case 0:
        text.insert(at, std::string(pick(kPieces)));
        break;
      case 1:
        text.erase(at, 1 + below(3));
        break;
      case 2:
        text.resize(at);
        break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
    }
  }
  return text;
}

}  // namespace assay::schema::json
