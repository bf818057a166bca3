// Compiled rules, kept for the next job: the worker's own, and those of the
// last few jobs that brought theirs.
#ifndef CUPEL_ENGINE_RULE_SHELF_H_
#define CUPEL_ENGINE_RULE_SHELF_H_

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/rule_set.h"

namespace cupel {

// One thread at a time.
class RuleShelf {
 public:
  static constexpr size_t kKept = 4;

  explicit RuleShelf(RuleOptions options) : options_(std::move(options)) {}

  // Rules of these paths, compiled anew if a file of them has changed, come or
  // gone since. An included file that lies elsewhere counts from the next
  // Forget on.
  absl::StatusOr<std::shared_ptr<const RuleSet>> Get(
      const std::vector<std::string>& paths);
  // Compiles whatever is there now.
  absl::StatusOr<std::shared_ptr<const RuleSet>> Compile(
      const std::vector<std::string>& paths) const;
  void Forget() { kept_.clear(); }
  size_t kept() const { return kept_.size(); }

 private:
  struct Kept {
    std::string key;
    std::shared_ptr<const RuleSet> rules;
  };

  const RuleOptions options_;
  std::list<Kept> kept_;  // the latest first
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_RULE_SHELF_H_
