// Searching for regular expressions, by Hyperscan where there is one.
#ifndef CUPEL_PREFILTER_REGEX_H_
#define CUPEL_PREFILTER_REGEX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "prefilter/prefilter.h"

namespace cupel::prefilter {

bool HasRegexes();

// An expression that occurs wherever the given one does and is cheaper: long
// repetitions have no end, and no more than a few times that they need.
std::string Widen(std::string_view expression);

// What OpenRegexes reads; empty if all were refused. The size is a multiple of
// 8. `refused` gets the indices of those that can't be searched for, ascending.
// kResourceExhausted if memory ran out.
absl::StatusOr<std::string> BuildRegexes(
    const std::vector<PrefilterRegex>& regexes, std::vector<uint32_t>* refused);

// Immutable and thread-safe.
class RegexSearch {
 public:
  virtual ~RegexSearch() = default;
  virtual absl::StatusOr<std::unique_ptr<Prefilter::Scratch>> NewScratch()
      const = 0;
  // Adds `first_id` + index of all that occur. `scratch` is one of ours.
  virtual void Find(std::string_view text, Prefilter::Scratch* scratch,
                    PrefilterHits* hits) const = 0;
};

// `image` (not empty) must outlive the result. Of `count` regexes.
absl::StatusOr<std::unique_ptr<RegexSearch>> OpenRegexes(std::string_view image,
                                                         uint32_t first_id,
                                                         uint32_t count);

}  // namespace cupel::prefilter

#endif  // CUPEL_PREFILTER_REGEX_H_
