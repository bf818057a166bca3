// The scanners of one thread, over units that all threads share.
#ifndef CUPEL_RULES_UNIT_SCANNERS_H_
#define CUPEL_RULES_UNIT_SCANNERS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "rules/unit_store.h"
#include "yara/rule_scanner.h"

namespace cupel {

// A unit and what scans with it.
struct UnitScanner {
  std::shared_ptr<const ExactUnit> unit;
  std::unique_ptr<YaraScanner> scanner;
};

// Takes no lock for a unit that this thread has had and the store still has.
class UnitScanners {
 public:
  // For the `rules` rules of part `part` of the store, which outlives it.
  UnitScanners(UnitStore* store, uint32_t part, size_t rules)
      : store_(store), part_(part), singles_(rules) {}

  // Null if it is not here.
  const UnitScanner* Find(const std::vector<uint32_t>& rules) const;
  const UnitScanner* Find(uint32_t rule) const { return singles_[rule].get(); }

  // Makes it if it is not here; good until the next call of any of these.
  absl::StatusOr<const UnitScanner*> Get(const std::vector<uint32_t>& rules);
  // One for the caller to keep.
  absl::StatusOr<std::unique_ptr<UnitScanner>> GetPinned(
      const std::vector<uint32_t>& rules) const {
    return Make(rules, true);
  }
  // Likewise, but the store may forget it and make another one for the next.
  absl::StatusOr<std::unique_ptr<UnitScanner>> GetOwn(
      const std::vector<uint32_t>& rules) const {
    return Make(rules, false);
  }

  // Frees what the store has dropped, if that has become much.
  void LetGo() {
    if (store_->drops() - drops_seen_ >= kManyDrops) LetGoNow();
  }

 private:
  static constexpr uint64_t kManyDrops = 16;

  absl::StatusOr<std::unique_ptr<UnitScanner>> Make(
      const std::vector<uint32_t>& rules, bool pinned) const;
  void LetGoNow();

  UnitStore* const store_;
  const uint32_t part_;
  std::vector<std::unique_ptr<UnitScanner>> singles_;  // by rule
  HashMap<std::vector<uint32_t>, std::unique_ptr<UnitScanner>> groups_;
  uint64_t drops_seen_ = 0;
};

}  // namespace cupel

#endif  // CUPEL_RULES_UNIT_SCANNERS_H_
