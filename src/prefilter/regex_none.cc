// Where there is no Hyperscan.
#include <numeric>

#include "base/status.h"
#include "prefilter/regex.h"

namespace cupel::prefilter {

bool HasRegexes() { return false; }

absl::StatusOr<std::string> BuildRegexes(
    const std::vector<PrefilterRegex>& regexes,
    std::vector<uint32_t>* refused) {
  refused->resize(regexes.size());
  std::iota(refused->begin(), refused->end(), 0);
  return std::string();
}

absl::StatusOr<std::unique_ptr<RegexSearch>> OpenRegexes(std::string_view,
                                                         uint32_t, uint32_t) {
  return DataLoss("prefilter: it has regexes, which this build can't search");
}

}  // namespace cupel::prefilter
