// What Dragonfly makes of the findings of one package: docs/dragonfly.md.
#ifndef CUPEL_COMPAT_DRAGONFLY_PACKAGE_SCORE_H_
#define CUPEL_COMPAT_DRAGONFLY_PACKAGE_SCORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "report/report.h"

namespace cupel::dragonfly {

// One distribution, as far as its archive is a container. What stands in
// archives within it counts as well, under the name of the outermost member:
// that is what can be looked at. The archive's own bytes count for nothing.
struct DistributionScore {
  int64_t score = 0;  // over distinct (name, weight) of rules
  bool has_files = false;
  // Raw name of the member with the highest score: of equals the last one,
  // also if all of them are 0. Empty without files.
  std::string top_file;
  std::vector<std::string> rules;  // names, sorted, each once
};

DistributionScore ScoreDistribution(const Report& report,
                                    const Distribution& distribution);

// The distributions of a package, in the order in which they were given.
struct PackageScore {
  int64_t score = 0;               // the highest; 0 without distributions
  int32_t winner = -1;             // index; of equals the last one; -1: none
  std::vector<std::string> rules;  // of all of them, sorted, each once
};

PackageScore ScorePackage(const std::vector<DistributionScore>& distributions);

// Why a distribution can't be called clean although nothing was found in it:
// one line, or empty if its archive was taken apart to the end and each of its
// members was looked at as a whole. What could not be taken out of archives
// within it is no reason: their own bytes were looked at.
std::string WhyIncomplete(const Report& report,
                          const Distribution& distribution);

}  // namespace cupel::dragonfly

#endif  // CUPEL_COMPAT_DRAGONFLY_PACKAGE_SCORE_H_
