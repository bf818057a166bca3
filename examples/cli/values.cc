#include "values.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "cupel/cupel.hpp"

namespace cli {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr double kKilo = 1024;
constexpr Unit kSizes[] = {
    {"", 1},
    {"B", 1},
    {"K", kKilo},
    {"M", kKilo* kKilo},
    {"G", kKilo* kKilo* kKilo},
    {"T", kKilo* kKilo* kKilo* kKilo},
    {"KiB", kKilo},
    {"MiB", kKilo* kKilo},
    {"GiB", kKilo* kKilo* kKilo},
    {"TiB", kKilo* kKilo* kKilo* kKilo},
    {"kB", 1e3},
    {"KB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"TB", 1e12},
    {"k", kKilo},
    {"m", kKilo* kKilo},
    {"g", kKilo* kKilo* kKilo},
};
constexpr Unit kTimes[] = {
    {"ns", 1},   {"us", 1e3},   {"ms", 1e6},    {"s", 1e9},
    {"m", 60e9}, {"min", 60e9}, {"h", 3'600e9}, {"d", 86'400e9},
};

// A decimal number, perhaps with a fraction, and one of `units`.
template <size_t kCount>
std::optional<uint64_t> Parse(std::string_view text,
                              const Unit (&units)[kCount]) {
  if (text == "off") return cupel::kUnlimited;
  const size_t end = text.find_first_not_of("0123456789.");
  const std::string_view number = text.substr(0, end);
  std::string_view unit = end == std::string_view::npos ? "" : text.substr(end);
  if (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  double value = 0;
  const auto [last, error] =
      std::from_chars(number.data(), number.data() + number.size(), value,
                      std::chars_format::fixed);
  if (error != std::errc() || last != number.data() + number.size()) return {};
  for (const Unit& known : units) {
    if (known.name != unit) continue;
    const double product = std::round(value * known.factor);
    // 2^63: far more than any machine has, and exact as a double.
    if (!(product >= 1 && product <= 9223372036854775808.0)) return {};
    return static_cast<uint64_t>(product);
  }
  return {};
}

}  // namespace

std::optional<uint64_t> ParseCount(std::string_view text) {
  if (text == "off") return cupel::kUnlimited;
  uint64_t value = 0;
  const auto [last, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || last != text.data() + text.size()) return {};
  if (value == 0) return {};
  return value;
}

std::optional<uint64_t> ParseSize(std::string_view text) {
  return Parse(text, kSizes);
}

std::optional<uint64_t> ParseDuration(std::string_view text) {
  return Parse(text, kTimes);
}

std::string FormatCount(uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string FormatSize(uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  static constexpr std::array<std::string_view, 6> kUnits = {
      "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return value == std::floor(value)
             ? fmt::format("{:.0f} {}", value, kUnits[unit])
             : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string FormatDuration(uint64_t nanos) {
  const double seconds = static_cast<double>(nanos) / 1e9;
  if (nanos < 1'000) return fmt::format("{} ns", nanos);
  if (nanos < 1'000'000) return fmt::format("{:.0f} us", seconds * 1e6);
  if (nanos < 1'000'000'000) return fmt::format("{:.0f} ms", seconds * 1e3);
  if (nanos < 60'000'000'000) return fmt::format("{:.1f} s", seconds);
  const uint64_t whole = nanos / 1'000'000'000;
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string FormatPlural(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", FormatCount(count), noun,
                     count == 1 ? "" : "s");
}

bool GlobMatch(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace cli
