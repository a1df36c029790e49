#include "record/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "record/pattern_syntax.h"

namespace assay {
namespace {

// A greedy run never has to give back: what may follow it shares no character with it.
bool runs_greedily(const SimplePattern& pattern) {
  if (!pattern.at_start) return false;
  const auto& runs = pattern.runs;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].min == runs[i].max) continue;
    for (std::size_t j = i + 1; j < runs.size(); ++j) {
      if (runs[i].set.meets(runs[j].set)) return false;
      if (runs[j].min > 0) break;
    }
  }
  return true;
}

std::size_t code_point_bytes(unsigned char lead) {
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

// A pattern of a fixed number of characters, each of one ASCII range: "^ORD-[0-9]{8}$". Compared 16 at a
// time; the last 16 (or 8, or 4) overlap those before them, so that nothing behind the text is read.
class FixedPattern {
 public:
  // Nothing when the pattern is not of that kind, or too short or long for it.
  static std::optional<FixedPattern> made_from(const SimplePattern& pattern) {
    std::vector<std::pair<std::uint8_t, std::uint8_t>> ranges;
    for (const SimplePattern::Run& run : pattern.runs) {
      const auto range = range_of(run.set);
      if (run.min != run.max || !range || ranges.size() + run.min > kSizeMax) return std::nullopt;
      ranges.insert(ranges.end(), run.min, *range);
    }
    if (ranges.size() < 4) return std::nullopt;
    FixedPattern out;
    out.size_ = ranges.size();
    out.to_end_ = pattern.at_end;
    out.for_each_block([&](std::size_t from, std::size_t bytes) {
      Block block{};
      for (std::size_t i = 0; i < bytes; ++i) {
        block.low[i] = ranges[from + i].first;
        block.span[i] = static_cast<std::uint8_t>(ranges[from + i].second - ranges[from + i].first);
      }
      for (std::size_t i = bytes; i < 16; ++i) block.span[i] = 0xFF;
      out.blocks_.push_back(block);
      return true;
    });
    return out;
  }

  bool matches(std::string_view text) const {
    if (to_end_ ? text.size() != size_ : text.size() < size_) return false;
    std::size_t block = 0;
    return for_each_block([&](std::size_t from, std::size_t bytes) {
      return matches_block(blocks_[block++], text.data() + from, bytes);
    });
  }

 private:
  static constexpr std::size_t kSizeMax = 64;
  struct Block {
    alignas(16) std::array<std::uint8_t, 16> low;
    std::array<std::uint8_t, 16> span;
  };

  // The one range of ASCII that a set is, if it is one.
  static std::optional<std::pair<std::uint8_t, std::uint8_t>> range_of(const CharSet& set) {
    std::uint8_t first = 0;
    while (first < 0x80 && !set.has_ascii(first)) ++first;
    std::uint8_t last = 0x7F;
    while (last > first && !set.has_ascii(last)) --last;
    for (std::uint8_t c = first; c <= last && c < 0x80; ++c) {
      if (!set.has_ascii(c)) return std::nullopt;
    }
    if (first >= 0x80 || set.beyond_ascii) return std::nullopt;
    return std::pair(first, last);
  }

  // Blocks of 16, 8 or 4 bytes that cover the whole.
  template <class Visit>
  bool for_each_block(Visit visit) const {
    const std::size_t bytes = size_ >= 16 ? 16 : size_ >= 8 ? 8 : 4;
    for (std::size_t from = 0; from + bytes < size_; from += bytes) {
      if (!visit(from, bytes)) return false;
    }
    return visit(size_ - bytes, bytes);
  }

  static bool matches_block(const Block& block, const char* text, std::size_t bytes) {
#if defined(__SSE2__)
    __m128i value;
    if (bytes == 16) {
      value = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
    } else {
      std::uint64_t word = 0;
      bytes == 8 ? std::memcpy(&word, text, 8) : std::memcpy(&word, text, 4);
      value = _mm_cvtsi64_si128(static_cast<long long>(word));
    }
    const __m128i low = _mm_load_si128(reinterpret_cast<const __m128i*>(block.low.data()));
    const __m128i span = _mm_load_si128(reinterpret_cast<const __m128i*>(block.span.data()));
    const __m128i above = _mm_sub_epi8(value, low);
    return _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(above, span), above)) == 0xFFFF;
#else
    bool all = true;
    for (std::size_t i = 0; i < bytes; ++i) {
      all &= static_cast<std::uint8_t>(static_cast<std::uint8_t>(text[i]) - block.low[i]) <= block.span[i];
    }
    return all;
#endif
  }

  std::size_t size_ = 0;
  bool to_end_ = false;
  std::vector<Block> blocks_;
};

bool matches_runs(const SimplePattern& pattern, std::string_view text) {
  std::size_t at = 0;
  for (const SimplePattern::Run& run : pattern.runs) {
    std::uint32_t count = 0;
    while (count < run.max && at < text.size()) {
      const auto c = static_cast<unsigned char>(text[at]);
      if (c < 0x80 ? !run.set.has_ascii(c) : !run.set.beyond_ascii) break;
      at += code_point_bytes(c);
      ++count;
    }
    if (count < run.min) return false;
  }
  return !pattern.at_end || at == text.size();
}

}  // namespace

struct Pattern::Program {
  enum class How : std::uint8_t { re2, everything, prefix, suffix, contains, equals, fixed, runs };
  std::string text;
  How how = How::re2;
  std::string literal;
  SimplePattern simple;
  std::optional<FixedPattern> fixed;
  std::unique_ptr<re2::RE2> re2;

  void choose(SimplePattern pattern) {
    if (pattern.literal) {
      literal = *pattern.literal;
      how = pattern.at_start ? (pattern.at_end ? How::equals : How::prefix)
                             : (pattern.at_end ? How::suffix : How::contains);
      if (literal.empty() && how != How::equals) how = How::everything;
    } else if (runs_greedily(pattern)) {
      fixed = FixedPattern::made_from(pattern);
      how = fixed ? How::fixed : How::runs;
      simple = std::move(pattern);
    } else if (pattern.runs.size() == 1 && pattern.runs[0].min == 0 && !pattern.at_start && !pattern.at_end) {
      how = How::everything;  // "x*"
    }
  }
};

Result<Pattern> Pattern::compile(std::string_view ecma, std::size_t memory_bytes_max) {
  auto syntax = parse_pattern(ecma);
  if (!syntax) return syntax.error().within(fmt::format("pattern \"{}\"", ecma));
  auto program = std::make_shared<Program>();
  program->text = ecma;
  if (syntax->simple) program->choose(std::move(*syntax->simple));
  if (program->how == Program::How::re2) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(static_cast<std::int64_t>(memory_bytes_max));
    program->re2 =
        std::make_unique<re2::RE2>(re2::StringPiece(syntax->re2.data(), syntax->re2.size()), options);
    if (!program->re2->ok()) {
      const bool large = program->re2->error_code() == re2::RE2::ErrorPatternTooLarge ||
                         program->re2->error_code() == re2::RE2::ErrorRepeatSize;
      return Error(large ? ErrorCode::too_large : ErrorCode::unsupported,
                   fmt::format("pattern \"{}\": {}", ecma, program->re2->error()));
    }
  }
  return Pattern(std::move(program));
}

bool Pattern::search(std::string_view text) const {
  const Program& program = *program_;
  switch (program.how) {
    case Program::How::everything:
      return true;
    case Program::How::prefix:
      return text.starts_with(program.literal);
    case Program::How::suffix:
      return text.ends_with(program.literal);
    case Program::How::contains:
      return text.find(program.literal) != std::string_view::npos;
    case Program::How::equals:
      return text == program.literal;
    case Program::How::fixed:
      return program.fixed->matches(text);
    case Program::How::runs:
      return matches_runs(program.simple, text);
    case Program::How::re2:
      break;
  }
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *program.re2);
}

const std::string& Pattern::text() const {
  return program_->text;
}
bool Pattern::simple() const {
  return program_->how != Program::How::re2;
}

Result<std::string> re2_syntax_of(std::string_view ecma) {
  auto syntax = parse_pattern(ecma);
  if (!syntax) return syntax.error();
  return std::move(syntax->re2);
}

}  // namespace assay
