#include "rules/lazy_rules.h"

#include <utility>

#include "base/status.h"

namespace cupel {

LazyRules::LazyRules(std::shared_ptr<YaraRules> rules)
    : size_(rules->size()), rules_(std::move(rules)), loaded_(true) {}

LazyRules::LazyRules(size_t size, Loader loader)
    : size_(size), loader_(std::move(loader)) {}

absl::StatusOr<std::shared_ptr<YaraRules>> LazyRules::Get() {
  const std::lock_guard lock(mutex_);
  if (rules_ != nullptr) return rules_;
  if (!failure_.ok()) return failure_;
  auto rules = std::exchange(loader_, nullptr)();
  if (rules.ok() && (*rules)->size() != size_) {
    rules = DataLoss("compiled rules hold {} rules where {} were said",
                     (*rules)->size(), size_);
  }
  if (!rules.ok()) {
    failure_ = rules.status();
    return failure_;
  }
  rules_ = *std::move(rules);
  loaded_.store(true, std::memory_order_release);
  return rules_;
}

}  // namespace cupel
