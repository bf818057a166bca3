// Running compiled rules over bytes.
#ifndef CUPEL_YARA_RULE_SCANNER_H_
#define CUPEL_YARA_RULE_SCANNER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "yara/compiled_rules.h"
#include "yara/library.h"

namespace cupel {

struct YaraStringMatch {
  std::string_view id;  // lives as long as the rules
  uint64_t offset = 0;
  uint32_t length = 0;
  std::optional<uint8_t> xor_key;  // of a string with the modifier `xor`
};

struct YaraMatch {
  uint32_t rule = 0;
  uint64_t total_strings = 0;
  std::vector<YaraStringMatch> strings;  // by offset, then id
};

// A string that libyara stopped counting.
struct YaraOverflow {
  uint32_t rule = 0;
  std::string text;  // "ns.rule: $a"
};

struct YaraScan {
  // kDeadlineExceeded: out of time. kCancelled: Interrupt. libyara reports
  // rules after it has evaluated all of them, so a scan that ran out of time
  // has no matches; what was reported before an interrupt is kept.
  absl::Status status;
  std::vector<YaraMatch> matches;  // by rule
  std::vector<YaraOverflow> overflowing;
};

// One thread at a time, but for Interrupt. Costs tens of microseconds to make
// with thousands of rules: keep one per thread.
class YaraScanner {
 public:
  // kOnlyConditions is for rules that have no strings and don't refer to
  // `entrypoint`: libyara would step through all bytes for nothing.
  enum class Search : uint8_t { kStrings, kOnlyConditions };
  static absl::StatusOr<std::unique_ptr<YaraScanner>> New(
      std::shared_ptr<const YaraRules> rules, Search search = Search::kStrings);

  virtual ~YaraScanner() = default;

  // Stays until it is defined again. kNotFound: the rules know no such
  // variable. Text is cut at the first NUL.
  virtual absl::Status Define(const char* name, const YaraValue& value) = 0;
  virtual absl::Status DefineString(const char* name, const char* value) = 0;

  virtual YaraScan Scan(std::string_view bytes, uint64_t timeout_ns,
                        uint64_t max_strings_per_rule) = 0;

  // From any thread: ends the running scan and every later one until Reset.
  virtual void Interrupt() = 0;
  virtual void Reset() = 0;
};

}  // namespace cupel

#endif  // CUPEL_YARA_RULE_SCANNER_H_
