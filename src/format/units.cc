#include "format/units.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace cupel {

std::string FormatBytes(uint64_t bytes) {
  static constexpr std::array<std::string_view, 6> kUnits = {
      "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
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

std::string FormatCount(uint64_t count) {
  const std::string digits = fmt::format("{}", count);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

}  // namespace cupel
