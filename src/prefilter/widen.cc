#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

#include "prefilter/regex.h"

namespace cupel::prefilter {
namespace {

// More than this of a repetition is not counted: counting is what Hyperscan
// takes its time for, to compile and to search.
constexpr uint32_t kMostCounted = 32;

struct Repetition {
  uint32_t least = 0;
  std::optional<uint32_t> most;  // nothing: any number
  size_t size = 0;               // of the text that says so
};

std::optional<uint32_t> ReadNumber(std::string_view* text) {
  uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc()) return std::nullopt;
  text->remove_prefix(static_cast<size_t>(end - text->data()));
  return number;
}

// {n}, {n,} or {n,m} at the beginning of `text`.
std::optional<Repetition> ReadRepetition(std::string_view text) {
  std::string_view rest = text.substr(1);
  const auto least = ReadNumber(&rest);
  if (!least) return std::nullopt;
  Repetition out{*least, least, 0};
  if (rest.starts_with(',')) {
    rest.remove_prefix(1);
    out.most = ReadNumber(&rest);
  }
  if (!rest.starts_with('}')) return std::nullopt;
  out.size = text.size() - rest.size() + 1;
  return out;
}

// In these, braces and brackets may be something else than they seem.
constexpr std::string_view kUnusual[] = {"[]", "[^]", "[:", "\\Q", "(?#"};

size_t SizeOfEscape(std::string_view text) {
  constexpr std::string_view kWithBraces = "xopPgkN";  // \x{41}
  if (text.size() < 3 || text[2] != '{' ||
      kWithBraces.find(text[1]) == std::string_view::npos) {
    return std::min<size_t>(2, text.size());
  }
  const size_t end = text.find('}');
  return end == std::string_view::npos ? text.size() : end + 1;
}

}  // namespace

std::string Widen(std::string_view expression) {
  for (const std::string_view unusual : kUnusual) {
    if (expression.find(unusual) != std::string_view::npos) {
      return std::string(expression);
    }
  }
  std::string out;
  bool in_set = false;
  while (!expression.empty()) {
    const char c = expression[0];
    size_t take = 1;
    if (c == '\\') {
      take = SizeOfEscape(expression);
    } else if (c == '[' || c == ']') {
      in_set = c == '[';
    } else if (c == '{' && !in_set) {
      const auto repetition = ReadRepetition(expression);
      if (repetition &&
          repetition->most.value_or(repetition->least) > kMostCounted) {
        out += "{" + std::to_string(std::min(repetition->least, kMostCounted)) +
               ",}";
        expression.remove_prefix(repetition->size);
        continue;
      }
    }
    out += expression.substr(0, take);
    expression.remove_prefix(take);
  }
  return out;
}

}  // namespace cupel::prefilter
