// Compiled rules that are loaded when somebody needs them.
#ifndef CUPEL_RULES_LAZY_RULES_H_
#define CUPEL_RULES_LAZY_RULES_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "yara/compiled_rules.h"

namespace cupel {

// Thread-safe.
class LazyRules {
 public:
  using Loader = std::function<absl::StatusOr<std::shared_ptr<YaraRules>>()>;

  explicit LazyRules(std::shared_ptr<YaraRules> rules);
  // `loader` is called once at most, by the first Get, and freed then; what it
  // gives must hold `size` rules.
  LazyRules(size_t size, Loader loader);

  LazyRules(const LazyRules&) = delete;
  LazyRules& operator=(const LazyRules&) = delete;

  // The rules; others wait while one loads. A failure is the answer for good.
  absl::StatusOr<std::shared_ptr<YaraRules>> Get();

  size_t size() const { return size_; }
  bool loaded() const { return loaded_.load(std::memory_order_acquire); }

 private:
  const size_t size_;
  std::mutex mutex_;
  Loader loader_;         // guarded by mutex_; empty once it was called
  absl::Status failure_;  // guarded by mutex_
  std::shared_ptr<YaraRules> rules_;  // guarded by mutex_
  std::atomic<bool> loaded_{false};
};

}  // namespace cupel

#endif  // CUPEL_RULES_LAZY_RULES_H_
