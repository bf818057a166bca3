#include "queue_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "console.h"

namespace cli {
namespace {

constexpr uint64_t kTenYears = uint64_t{3653} * 24 * 3600 * 1000;

constexpr std::array<std::pair<std::string_view, uint64_t>, 5> kUnits = {
    {{"ms", 1},
     {"s", 1000},
     {"m", 60 * 1000},
     {"h", 3600 * 1000},
     {"d", 24 * 3600 * 1000}}};

}  // namespace

uint64_t ParseMillis(std::string_view text, std::string_view option) {
  const size_t digits =
      std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view unit = text.substr(digits);
  uint64_t factor = unit.empty() ? 1000 : 0;
  for (const auto& [name, value] : kUnits) {
    if (unit == name) factor = value;
  }
  uint64_t number = 0;
  for (const char c : text.substr(0, digits)) {
    number = std::min(number * 10 + static_cast<uint64_t>(c - '0'), kTenYears);
  }
  if (digits == 0 || factor == 0 || number > kTenYears / factor) {
    throw UsageError(fmt::format(
        "{} is '{}'; say seconds, or a number with ms, s, m, h or d, up to ten "
        "years",
        option, Printable(text)));
  }
  return number * factor;
}

uint64_t ParseSeconds(std::string_view text, std::string_view option) {
  return (ParseMillis(text, option) + 999) / 1000;
}

std::string FromNow(uint64_t millis) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const auto at = static_cast<uint64_t>(now.tv_sec) * 1000 +
                  static_cast<uint64_t>(now.tv_nsec) / 1'000'000 + millis;
  const auto seconds = static_cast<time_t>(at / 1000);
  tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                     parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec, at % 1000);
}

}  // namespace cli
