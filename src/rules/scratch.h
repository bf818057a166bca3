// The per-thread half of a rule set.
#ifndef CUPEL_RULES_SCRATCH_H_
#define CUPEL_RULES_SCRATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace cupel {

// Values of the per-file externals. Bytes; cut at the first NUL, because
// libyara's externals are C strings.
struct FileExternals {
  std::string_view filename;   // last component: "index.js"
  std::string_view filepath;   // folder: "pkg.tgz!/package"
  std::string_view extension;  // with its dot, lower case: ".js"
  std::string_view filetype;   // upper case: "ZIP"
  std::string_view owner;      // of a file on disk; else empty
};

struct StringMatch {
  std::string_view id;  // "$a"; lives as long as the rule set
  uint64_t offset = 0;
  uint32_t length = 0;
  std::optional<uint8_t> xor_key;  // of a string with the modifier `xor`
};

struct RuleMatch {
  uint32_t rule = 0;                 // index into RuleSet::rules()
  uint64_t total_strings = 0;        // all string matches, listed or not
  std::vector<StringMatch> strings;  // by offset, then id; the first ones
};

// Some rules of a set. Immutable: shared by scans and threads.
class RuleSubset {
 public:
  // Indices below `size`, in any order.
  RuleSubset(std::vector<uint32_t> rules, size_t size)
      : rules_(std::move(rules)), has_(size) {
    for (const uint32_t rule : rules_) has_[rule] = true;
  }
  bool Has(uint32_t rule) const { return rule < has_.size() && has_[rule]; }
  const std::vector<uint32_t>& rules() const { return rules_; }

 private:
  std::vector<uint32_t> rules_;
  std::vector<bool> has_;
};

struct ScanRequest {
  std::string_view bytes;
  FileExternals externals;
  uint64_t timeout_ns = UINT64_MAX;
  uint64_t max_strings_per_rule = 1000;
  // Only these are asked for: no other rule is in the answer's matches. null:
  // all. Borrowed.
  const RuleSubset* only = nullptr;
};

struct ScanAnswer {
  // kDeadlineExceeded: out of time; kCancelled: Interrupt was called. Matches
  // reported until then are kept; libyara reports the rules that were compiled
  // together only when it has evaluated all of them, so there may be none.
  // Anything else is an engine error.
  absl::Status status;
  std::vector<RuleMatch> matches;  // public rules only, by index
  // Strings that libyara itself stopped counting ("ns.rule: $a"): conditions
  // that need all of them may be wrong.
  std::vector<std::string> overflowing;
};

// One thread at a time, but for Interrupt. Made once per thread and reused for
// every file. Keeps its rule set alive.
class Scratch {
 public:
  virtual ~Scratch() = default;
  virtual ScanAnswer Scan(const ScanRequest& request) = 0;

  // Makes a running Scan, and every later one until Reset, end with kCancelled.
  // Any thread.
  virtual void Interrupt() = 0;
  virtual void Reset() = 0;
};

}  // namespace cupel

#endif  // CUPEL_RULES_SCRATCH_H_
