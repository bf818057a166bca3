// Texts of rules that are read when somebody needs them.
#ifndef CUPEL_RULES_LAZY_TEXTS_H_
#define CUPEL_RULES_LAZY_TEXTS_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "rules/rule_texts.h"

namespace cupel {

// Thread-safe.
class LazyTexts {
 public:
  using Result = absl::StatusOr<std::shared_ptr<const RuleTexts>>;
  using Loader = std::function<Result()>;

  explicit LazyTexts(std::shared_ptr<const RuleTexts> texts)
      : size_(texts->size()), result_(std::move(texts)) {}
  // `loader` is called once at most; what it gives must be of `size` rules.
  LazyTexts(size_t size, Loader loader)
      : size_(size), loader_(std::move(loader)) {}
  LazyTexts(const LazyTexts&) = delete;
  LazyTexts& operator=(const LazyTexts&) = delete;

  // Others wait while one loads. A failure is the answer for good.
  Result Get() {
    const std::lock_guard lock(mutex_);
    if (!result_.has_value()) {
      result_ = std::exchange(loader_, nullptr)();
      if (result_->ok() && (**result_)->size() != size_) {
        result_ = DataLoss("there are texts of {} rules where {} were said",
                           (**result_)->size(), size_);
      }
    }
    return *result_;
  }

 private:
  const size_t size_;
  std::mutex mutex_;
  Loader loader_;                 // guarded by mutex_
  std::optional<Result> result_;  // guarded by mutex_
};

}  // namespace cupel

#endif  // CUPEL_RULES_LAZY_TEXTS_H_
