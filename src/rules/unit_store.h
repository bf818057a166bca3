// Small rule sets, each cut from the whole and compiled when a file needs it.
#ifndef CUPEL_RULES_UNIT_STORE_H_
#define CUPEL_RULES_UNIT_STORE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "base/mutex.h"
#include "rules/lazy_texts.h"
#include "rules/rule_set.h"
#include "rules/rule_texts.h"
#include "yara/compiled_rules.h"

namespace cupel {

// Compiled rules that answer for some of the rules of a part; immutable but
// for the marks.
class ExactUnit {
 public:
  std::shared_ptr<const YaraRules> rules;
  std::vector<uint32_t>
      to_part;             // of each compiled rule: its index in the part
  uint32_t externals = 0;  // bits of kFileExternals
  bool searches = true;    // false: YaraScanner::Search::kOnlyConditions
  size_t bytes = 0;        // memory, with that of scanners

  // What `id`, of a match of these rules, is called for as long as the store
  // lives.
  std::string_view LastingId(std::string_view id) const;

  // Tells the store that somebody uses it. Cheap if it has been told.
  void Touch() const {
    if (!touched_.load(std::memory_order_relaxed)) {
      touched_.store(true, std::memory_order_relaxed);
    }
  }
  // The store has no room for it any more: let go of it.
  bool dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  friend class UnitStore;
  // By address of the identifier within `rules`.
  std::vector<std::pair<const char*, std::string_view>> ids_;
  mutable std::atomic<bool> touched_{true};
  mutable std::atomic<bool> dropped_{false};
};

// Which rules: ascending indices into a part.
struct UnitKey {
  uint32_t part = 0;
  std::vector<uint32_t> rules;
  bool operator==(const UnitKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const UnitKey& key) {
    return H::combine(std::move(h), key.part, key.rules);
  }
};

// The units of a rule set, for all its threads, within a budget. Thread-safe.
//
// Who uses a unit holds it, and so doesn't come here for each file; a unit that
// was dropped goes away with its last holder. Which one to drop is decided as a
// clock does: one that nobody has used since the hand came by last.
class UnitStore {
 public:
  // What units of a part are made from. `defines` are the values of the
  // externals beside kFileExternals.
  struct Part {
    std::shared_ptr<LazyTexts> texts;  // null: there are none
    Defines defines;
  };
  static constexpr size_t kDefaultBudget = size_t{32} << 20;

  UnitStore(std::vector<Part> parts, size_t budget_bytes)
      : parts_(std::move(parts)), budget_(budget_bytes) {}
  UnitStore(const UnitStore&) = delete;
  UnitStore& operator=(const UnitStore&) = delete;

  // The unit; compiled by the first that asks, while others that want the same
  // one wait. A pinned one is never dropped. An error means that these rules
  // cannot be had on their own, now or later.
  absl::StatusOr<std::shared_ptr<const ExactUnit>> Get(const UnitKey& key,
                                                       bool pinned);

  absl::StatusOr<std::shared_ptr<const RuleTexts>> TextsOf(uint32_t part) const;

  // The same text, for as long as the store lives.
  std::string_view LastingId(std::string_view id);

  // Grows with each unit that is dropped.
  uint64_t drops() const { return drops_.load(std::memory_order_relaxed); }

  struct Statistics {
    size_t units = 0;
    size_t bytes = 0;
    uint64_t compiled = 0;  // since the beginning
  };
  Statistics statistics() const;

 private:
  struct Slot {
    std::mutex building;
    std::optional<absl::StatusOr<std::shared_ptr<const ExactUnit>>> result;
  };
  struct Entry {
    UnitKey key;
    std::shared_ptr<const ExactUnit> unit;
    bool pinned = false;
  };

  absl::StatusOr<std::shared_ptr<const ExactUnit>> Compile(const UnitKey& key);
  void KeepIds(ExactUnit* unit);
  std::string_view Keep(std::string_view id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Admit(const UnitKey& key, std::shared_ptr<const ExactUnit> unit,
             bool pinned);
  void MakeRoom(size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::vector<Part> parts_;
  const size_t budget_;
  std::atomic<uint64_t> drops_{0};

  mutable Mutex mutex_;
  HashMap<UnitKey, std::shared_ptr<Slot>> slots_ ABSL_GUARDED_BY(mutex_);
  std::list<Entry> ring_ ABSL_GUARDED_BY(mutex_);
  std::list<Entry>::iterator hand_ ABSL_GUARDED_BY(mutex_) = ring_.end();
  HashSet<std::string> ids_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t compiled_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace cupel

#endif  // CUPEL_RULES_UNIT_STORE_H_
