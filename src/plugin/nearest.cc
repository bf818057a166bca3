#include "plugin/nearest.h"

#include <algorithm>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {

size_t EditDistance(std::string_view a, std::string_view b, size_t most) {
  if (a.size() > b.size() + most || b.size() > a.size() + most) return most + 1;
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return std::min(row.back(), most + 1);
}

std::string_view Nearest(std::string_view name,
                         const std::vector<std::string>& known) {
  constexpr size_t kMost = 2;
  // Nobody misspells what is longer, and the time is the product of the sizes.
  if (name.size() > 256) return {};
  std::string_view nearest;
  size_t least = kMost + 1;
  for (const std::string& candidate : known) {
    const size_t distance = EditDistance(name, candidate, kMost);
    if (distance < least && 2 * distance <= candidate.size()) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string IsItNearest(std::string_view name,
                        const std::vector<std::string>& known) {
  const std::string_view nearest = Nearest(name, known);
  if (nearest.empty()) return "";
  return fmt::format(" Is it '{}'?", EscapePrintable(nearest));
}

}  // namespace cupel
