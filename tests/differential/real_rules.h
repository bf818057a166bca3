// Rules that are there, over files made of their strings and files that are
// there.
#ifndef CUPEL_TESTS_DIFFERENTIAL_REAL_RULES_H_
#define CUPEL_TESTS_DIFFERENTIAL_REAL_RULES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/differential/compare.h"
#include "tests/differential/draw.h"
#include "tests/differential/make_files.h"

namespace cupel::differential {

// Rules of files and folders, and what their strings look like.
class RealRules {
 public:
  static absl::StatusOr<std::unique_ptr<RealRules>> Load(
      const std::vector<std::string>& paths, uint64_t seed);

  // A file that is mostly about one rule; `rule` counts on from 0.
  MadeFile File(Draw* draw, size_t rule,
                const std::vector<std::string>& heads) const;

  // What differs, with a file as small as it gets; empty if nothing does.
  std::string Compare(const MadeFile& file);

  // The rules that plain libyara says match.
  std::vector<uint32_t> Matching(const MadeFile& file);

  // How many rules have matched, of how many that are reported.
  size_t matched() const;
  size_t reported() const;
  size_t rules() const { return groups_.size(); }

 private:
  std::unique_ptr<EnginePair> pair_;
  std::vector<std::vector<MadeString>> strings_;
  std::vector<StringGroup> groups_;  // into strings_, one for each rule
  std::vector<bool> matched_;
};

// The program's second form: gives the exit code.
int RunRealRules(const std::vector<std::string>& paths,
                 const std::vector<std::string>& folders, uint64_t seed,
                 uint64_t seconds);

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_REAL_RULES_H_
