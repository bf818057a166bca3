// The cost of rules over files of one's own: collecting them and telling it.
#ifndef CUPEL_ENGINE_PROFILE_H_
#define CUPEL_ENGINE_PROFILE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "pipeline/scan.h"
#include "rules/rule_set.h"

namespace cupel {

// Payloads kept in memory, because each of them meets every rule alone. Holds a
// bounded number of bytes: what comes after that is counted and left out, which
// changes what a profile is about but not what it says of it. One thread.
class Corpus {
 public:
  static constexpr uint64_t kDefaultMaxBytes = uint64_t{256} << 20;

  explicit Corpus(uint64_t max_bytes = kDefaultMaxBytes)
      : max_bytes_(max_bytes) {}

  // Adds what a scan of `inputs` would hand to the rules.
  absl::Status Collect(const std::vector<ScanInput>& inputs,
                       const ScanOptions& options, Cancel* cancel);

  const std::vector<std::string>& payloads() const { return payloads_; }
  uint64_t bytes() const { return bytes_; }
  uint64_t left_out_payloads() const { return left_out_payloads_; }
  uint64_t left_out_bytes() const { return left_out_bytes_; }

 private:
  void Add(std::string_view bytes);

  uint64_t max_bytes_;
  std::vector<std::string> payloads_;
  uint64_t bytes_ = 0;
  uint64_t left_out_payloads_ = 0;
  uint64_t left_out_bytes_ = 0;
};

// {"schema":"cupel.profile/1", "digest":…, "engine":…,
//  "payloads":…, "bytes":…, "left_out":{"payloads":…,"bytes":…},
//  "whole_ns":…, "baseline_ns":…, "whole_timeouts":…,
//  "rules":[{"name":…,"namespace":…,"file":…,"line":…,"cpu_ns":…,"share":…,
//            "files":…,"strings":…,"timeouts":…,"always":["text",…]}, …]}
// The dearest rule comes first. `share` is its part of what all rules cost when
// they are run alone, from 0 to 1; `always` are the classes of files for each
// of which it is run, whatever is in them.
absl::StatusOr<std::string> ProfileJson(
    const RuleSet& rules, const Corpus& corpus, Cancel* cancel,
    const std::function<bool(uint64_t done, uint64_t total)>& progress);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PROFILE_H_
