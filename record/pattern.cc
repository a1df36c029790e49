#include "record/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <optional>

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
  enum class How : std::uint8_t { re2, everything, prefix, suffix, contains, equals, runs };
  std::string text;
  How how = How::re2;
  std::string literal;
  SimplePattern simple;
  std::unique_ptr<re2::RE2> re2;

  void choose(SimplePattern pattern) {
    if (pattern.literal) {
      literal = *pattern.literal;
      how = pattern.at_start ? (pattern.at_end ? How::equals : How::prefix)
                             : (pattern.at_end ? How::suffix : How::contains);
      if (literal.empty() && how != How::equals) how = How::everything;
    } else if (runs_greedily(pattern)) {
      how = How::runs;
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
