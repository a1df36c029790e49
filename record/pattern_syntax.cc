// ECMA-262 §22.2.1 with flag u, a little more lenient, since people write it so: a lone `]`, `{` or `}`,
// escaped punctuation and a hyphen beside a class stand for themselves.
//   pattern     = alternative *( "|" alternative )
//   alternative = *( "^" / "$" / "\b" / "\B" / atom [ quantifier ] )
//   atom        = character / "." / class / "(" [ "?:" / "?<" name ">" ] pattern ")" / "\" escape
//   quantifier  = ( "*" / "+" / "?" / "{" n [ "," [ m ] ] "}" ) [ "?" ]
#include "record/pattern_syntax.h"

#include <fmt/format.h>

#include <algorithm>

#include "record/pattern_class.h"

namespace assay {
namespace {

constexpr int kDepthMax = 200;
constexpr std::uint32_t kRepeatMax = 1000;  // RE2's own
constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ";

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<PatternSyntax> run() {
    if (!pattern(0)) return error_;
    if (at_ < text_.size()) return Error(ErrorCode::invalid, "unmatched )");
    PatternSyntax out;
    out.re2 = std::move(out_);
    if (is_simple_) {
      simple_.literal.emplace();
      for (const SimplePattern::Run& run : simple_.runs) add_literal(run);
      out.simple = std::move(simple_);
    }
    return out;
  }

 private:
  bool more() const { return at_ < text_.size(); }
  bool next_is(std::string_view token) const { return text_.substr(at_).starts_with(token); }
  bool take(std::string_view token) {
    if (!next_is(token)) return false;
    at_ += token.size();
    return true;
  }
  bool fail(ErrorCode code, std::string_view what) {
    error_ = Error(code, fmt::format("{} (column {})", what, at_ + 1));
    return false;
  }
  bool invalid(std::string_view what) { return fail(ErrorCode::invalid, what); }

  void add_literal(const SimplePattern::Run& run) {
    if (!simple_.literal) return;
    for (unsigned char c = 0; c < 0x80; ++c) {
      CharSet only;
      only.add_ascii(c);
      const bool same =
          only.bits[0] == run.set.bits[0] && only.bits[1] == run.set.bits[1] && !run.set.beyond_ascii;
      if (same && run.min == run.max) {
        simple_.literal->append(run.min, static_cast<char>(c));
        return;
      }
    }
    simple_.literal.reset();
  }

  bool pattern(int depth) {
    if (depth > kDepthMax) return fail(ErrorCode::too_large, "groups nested too deep");
    do {
      while (more() && !next_is("|") && !next_is(")")) {
        if (!term(depth)) return false;
      }
      if (!next_is("|")) return true;
      out_ += '|';
      is_simple_ = false;
    } while (take("|"));
    return true;
  }

  bool term(int depth) {
    if (simple_.at_end) is_simple_ = false;  // something behind the $
    if (next_is("^") || next_is("$")) {
      const char c = text_[at_++];
      out_ += c;
      if (depth > 0 || (c == '^' && (simple_.at_start || !simple_.runs.empty()))) is_simple_ = false;
      (c == '^' ? simple_.at_start : simple_.at_end) = true;
      return true;
    }
    if (next_is("\\b") || next_is("\\B")) {
      out_ += text_.substr(at_, 2);
      at_ += 2;
      is_simple_ = false;
      return true;
    }
    const std::size_t begin = out_.size();
    run_ = std::nullopt;
    if (!atom(depth)) return false;
    return quantifier(begin);
  }

  bool atom(int depth) {
    const char c = text_[at_];
    if (c == '(') return group(depth);
    if (c == '*' || c == '+' || c == '?') return invalid("nothing to repeat");
    CharClass set;
    if (c == '[') {
      if (!bracket(set)) return false;
    } else if (take(".")) {
      set = CharClass::dot();
    } else if (c == '\\') {
      ++at_;
      if (!escape(set, false)) return false;
    } else {
      const char32_t code = code_point();
      set.add(code, code);
    }
    out_ += set.re2();
    run_ = set.ascii();
    return true;
  }

  bool group(int depth) {
    is_simple_ = false;
    ++at_;
    if (next_is("?=") || next_is("?!") || next_is("?<=") || next_is("?<!")) {
      return fail(ErrorCode::unsupported, "look-around does not run in linear time");
    }
    if (take("?<")) {
      const std::size_t name = at_;
      while (more() && text_[at_] != '>') ++at_;
      if (at_ == name || !take(">")) return invalid("a group's name is not closed");
    } else if (next_is("?") && !take("?:")) {
      return invalid("unknown kind of group");
    }
    out_ += "(?:";
    if (!pattern(depth + 1)) return false;
    if (!take(")")) return invalid("unmatched (");
    out_ += ')';
    return true;
  }

  // A quantifier behind the atom that begins at out_[begin], and the end of that run.
  bool quantifier(std::size_t begin) {
    std::uint32_t min = 1;
    std::uint32_t max = 1;
    const std::size_t before = at_;
    if (take("*")) {
      min = 0, max = SimplePattern::kNoMax;
    } else if (take("+")) {
      max = SimplePattern::kNoMax;
    } else if (take("?")) {
      min = 0;
    } else if (!next_is("{") || !braces(min, max)) {
      if (error_.code() != ErrorCode::internal) return false;
      at_ = before;
    }
    if (at_ != before) {
      out_.insert(begin, "(?:");
      out_ += ')';
      out_ += max == SimplePattern::kNoMax ? fmt::format("{{{},}}", min) : fmt::format("{{{},{}}}", min, max);
      if (take("?")) out_ += '?';
      if (next_is("*") || next_is("+") || next_is("?")) return invalid("nothing to repeat");
    }
    if (!run_) {
      is_simple_ = false;
    } else {
      simple_.runs.push_back({*run_, min, max});
    }
    return true;
  }

  // {n}, {n,}, {n,m}; false without an error when it is none: then the brace is text.
  bool braces(std::uint32_t& min, std::uint32_t& max) {
    ++at_;
    if (!count(min)) return false;
    max = min;
    if (take(",")) {
      max = SimplePattern::kNoMax;
      if (!next_is("}") && !count(max)) return false;
    }
    if (!take("}")) return false;
    if (max < min) return invalid("a repetition whose maximum is below its minimum");
    if (min > kRepeatMax || (max != SimplePattern::kNoMax && max > kRepeatMax)) {
      return fail(ErrorCode::unsupported, "a repetition above 1,000");
    }
    return true;
  }

  bool count(std::uint32_t& out) {
    const std::size_t begin = at_;
    out = 0;
    while (more() && text_[at_] >= '0' && text_[at_] <= '9') {
      out = std::min<std::uint32_t>(out * 10 + static_cast<std::uint32_t>(text_[at_++] - '0'), 1'000'000);
    }
    return at_ > begin;
  }

  bool bracket(CharClass& set) {
    ++at_;
    const bool negated = take("^");
    while (more() && text_[at_] != ']') {
      char32_t first = 0;
      if (!bracket_item(set, first)) return false;
      if (!next_is("-") || at_ + 1 >= text_.size() || text_[at_ + 1] == ']') {
        if (first != kIsSet) set.add(first, first);
        continue;
      }
      ++at_;
      char32_t last = 0;
      if (!bracket_item(set, last)) return false;
      if (first == kIsSet || last == kIsSet) {  // [\\w-.]: the hyphen is text
        set.add('-', '-');
        for (const char32_t code : {first, last}) {
          if (code != kIsSet) set.add(code, code);
        }
        continue;
      }
      if (last < first) return invalid("a range out of order");
      set.add(first, last);
    }
    if (!take("]")) return invalid("unmatched [");
    if (negated) set.negate();
    return true;
  }

  static constexpr char32_t kIsSet = 0xFFFFFFFF;

  // One character of a class, or a class in it (then added, and `code` is kIsSet).
  bool bracket_item(CharClass& set, char32_t& code) {
    if (text_[at_] != '\\') {
      code = code_point();
      return true;
    }
    ++at_;
    if (take("b")) {
      code = '\b';
      return true;
    }
    if (!escape(set, true)) return false;
    code = escaped_;
    return true;
  }

  // Behind a backslash. Adds what it stands for to `set`; in brackets a single character goes to `escaped_`
  // instead.
  bool escape(CharClass& set, bool in_brackets) {
    if (!more()) return invalid("\\ at the end");
    escaped_ = kIsSet;
    const char c = text_[at_++];
    switch (c) {
      case 'd':
        return add_set(set, CharClass::digit(), false);
      case 'D':
        return add_set(set, CharClass::digit(), true);
      case 'w':
        return add_set(set, CharClass::word(), false);
      case 'W':
        return add_set(set, CharClass::word(), true);
      case 's':
        return add_set(set, CharClass::space(), false);
      case 'S':
        return add_set(set, CharClass::space(), true);
      case 'p':
      case 'P':
        return property(set, c == 'P');
      case 't':
        escaped_ = '\t';
        break;
      case 'n':
        escaped_ = '\n';
        break;
      case 'v':
        escaped_ = '\v';
        break;
      case 'f':
        escaped_ = '\f';
        break;
      case 'r':
        escaped_ = '\r';
        break;
      default:
        --at_;
        if (!character_escape(c)) return false;
    }
    if (!in_brackets) set.add(escaped_, escaped_);
    return true;
  }

  // text_[at_] is `c`: \cX, \0, \xHH, \uHHHH, \u{H}, or punctuation.
  bool character_escape(char c) {
    if (c >= '1' && c <= '9')
      return fail(ErrorCode::unsupported, "a back reference does not run in linear time");
    if (take("k<")) return fail(ErrorCode::unsupported, "a back reference does not run in linear time");
    if (take("0")) {
      if (more() && text_[at_] >= '0' && text_[at_] <= '9') return invalid("an octal escape");
      escaped_ = 0;
      return true;
    }
    if (take("c")) {
      const char letter = more() ? static_cast<char>(text_[at_] | 0x20) : '\0';
      if (letter < 'a' || letter > 'z') return invalid("\\c without a letter");
      ++at_;
      escaped_ = static_cast<char32_t>(letter & 0x1F);
      return true;
    }
    if (take("x")) return hex(2, escaped_);
    if (take("u")) return unicode_escape();
    if (kPunctuation.find(c) == std::string_view::npos) return invalid(fmt::format("unknown escape \\{}", c));
    ++at_;
    escaped_ = static_cast<char32_t>(c);
    return true;
  }

  bool unicode_escape() {
    if (take("{")) {
      const std::size_t close = text_.find('}', at_);
      if (close == std::string_view::npos || close == at_ || close - at_ > 6)
        return invalid("\\u{ without its }");
      if (!hex(close - at_, escaped_)) return false;
      ++at_;
      return escaped_ <= 0x10FFFF || invalid("a code point above 10FFFF");
    }
    if (!hex(4, escaped_)) return false;
    if (escaped_ >= 0xD800 && escaped_ < 0xDC00 && take("\\u")) {
      char32_t low = 0;
      if (!hex(4, low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return fail(ErrorCode::unsupported, "a lone surrogate");
      escaped_ = 0x10000 + ((escaped_ - 0xD800) << 10U) + (low - 0xDC00);
    }
    if (escaped_ >= 0xD800 && escaped_ < 0xE000) return fail(ErrorCode::unsupported, "a lone surrogate");
    return true;
  }

  bool hex(std::size_t digits, char32_t& out) {
    out = 0;
    for (std::size_t i = 0; i < digits; ++i, ++at_) {
      if (!more()) return invalid("a hexadecimal escape cut short");
      const char c = text_[at_];
      const char low = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9') {
        out = out << 4U | static_cast<char32_t>(c - '0');
      } else if (low >= 'a' && low <= 'f') {
        out = out << 4U | static_cast<char32_t>(low - 'a' + 10);
      } else {
        return invalid("a hexadecimal escape cut short");
      }
    }
    return true;
  }

  bool property(CharClass& set, bool negated) {
    const std::size_t close = text_.find('}', at_);
    if (!next_is("{") || close == std::string_view::npos) return invalid("\\p without {name}");
    const auto added = set.add_property(text_.substr(at_ + 1, close - at_ - 1), negated);
    if (!added) return fail(added.error().code(), added.error().message());
    at_ = close + 1;
    return true;
  }

  static bool add_set(CharClass& set, const CharClass& other, bool complement) {
    complement ? set.add_all_but(other) : set.add_all(other);
    return true;
  }

  // REQUIRES: more(). Valid UTF-8 is the caller's promise; a cut sequence ends with the text.
  char32_t code_point() {
    const auto lead = static_cast<unsigned char>(text_[at_++]);
    if (lead < 0x80) return lead;
    const int length = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    char32_t code = lead & (0x3FU >> static_cast<unsigned>(length));
    for (int i = 0; i < length && more(); ++i)
      code = code << 6U | (static_cast<unsigned char>(text_[at_++]) & 0x3FU);
    return code;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
  Error error_;
  bool is_simple_ = true;
  SimplePattern simple_;
  std::optional<CharSet> run_;
  char32_t escaped_ = 0;
};

}  // namespace

Result<PatternSyntax> parse_pattern(std::string_view ecma) {
  return Parser(ecma).run();
}

}  // namespace assay
