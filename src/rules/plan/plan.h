// Which rules can match a file, found out in one pass over it.
#ifndef CUPEL_RULES_PLAN_PLAN_H_
#define CUPEL_RULES_PLAN_PLAN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "rules/plan/formula.h"

namespace cupel::plan {

struct PlanOptions {
  uint32_t threads = 0;      // 0: as many as processors
  Cancel* cancel = nullptr;  // may be null
  // Called from one thread at a time.
  std::function<void(size_t done, size_t total)> progress;
  // For tests of tests: may change a literal just before the matcher is built;
  // nothing else of the plan changes. From several threads.
  std::function<void(std::string* literal)> mutate_literal;
};

// For one thread; what Candidates works with.
class PlanScratch {
 public:
  virtual ~PlanScratch() = default;
};

struct Candidates {
  FileClass file_class = FileClass::kOther;
  // Rules that can match this file, ascending, without those of
  // Plan::always(file_class).
  std::vector<uint32_t> rules;
};

// Immutable; any number of threads may use one at once. It is one block of
// bytes without pointers, so that processes can share it as a mapped file.
class Plan {
 public:
  static absl::StatusOr<std::shared_ptr<const Plan>> Build(
      const PlanInput& input, const PlanOptions& options);

  // `bytes` are what image() gave, in whatever `owner` keeps alive; a mapped
  // file is not copied. `rules` is how many rules there have to be. Everything
  // is checked that could make a later read go astray; kDataLoss says what is
  // wrong. Bytes must be 8-aligned.
  static absl::StatusOr<std::shared_ptr<const Plan>> Open(
      std::string_view bytes, std::shared_ptr<const void> owner, size_t rules);

  virtual ~Plan() = default;
  virtual std::string_view image() const = 0;

  // Rules that may match any file of the class; nothing that is cheap to see
  // rules them out.
  virtual const std::vector<uint32_t>& always(FileClass file_class) const = 0;

  virtual absl::StatusOr<std::unique_ptr<PlanScratch>> NewScratch() const = 0;
  virtual void Find(const FileView& file, PlanScratch* scratch,
                    Candidates* out) const = 0;

  struct Explanation {
    std::string cover;    // what is searched for it, for people
    bool killed = false;  // cannot match in this class
    bool always = false;  // runs for every file of this class
  };
  virtual Explanation Explain(uint32_t rule, FileClass file_class) const = 0;
};

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_PLAN_H_
