// What rules said of bytes, kept from scan to scan: a later scan asks only the
// rules that were added or changed since.
#ifndef CUPEL_ANSWERS_ANSWER_CACHE_H_
#define CUPEL_ANSWERS_ANSWER_CACHE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "answers/answer_groups.h"
#include "answers/answer_index.h"
#include "answers/answer_options.h"
#include "base/hash.h"
#include "crypto/digest.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"

namespace cupel {

// Where the answer of a scan is to be kept.
struct AnswerTicket {
  struct Slot {
    uint32_t group = 0;
    Digest key = {};
  };
  std::vector<Slot> slots;
};

struct KnownAnswer {
  enum class Extent : uint8_t {
    kNothing,  // all rules have to run
    kPart,     // those of `rest` have to run, the others are in `matches`
    kAll,
  };
  Extent extent = Extent::kNothing;
  std::vector<RuleMatch> matches;  // by rule
  // What their ids point into; null if there are none.
  std::shared_ptr<const void> texts;
  std::shared_ptr<const RuleSubset> rest;
  // For Store, when the rules have run; null if there is nothing to keep.
  std::unique_ptr<AnswerTicket> ticket;
};

// For one rule set. One thread at a time. What is wrong with the database only
// costs time: nothing is known then, and warnings() says why.
class AnswerCache {
 public:
  // Errors are those of a folder that can't be used.
  static absl::StatusOr<std::unique_ptr<AnswerCache>> Open(
      const AnswerCacheOptions& options, const RuleSet& rules);

  // `sha256` of the bytes; `max_strings` as in ScanRequest. Externals that no
  // rule reads may be left out.
  KnownAnswer Find(const Digest& sha256, const FileExternals& externals,
                   uint64_t max_strings);

  // The answer of all rules: what was found in the cache and what came out of
  // the rest. It must be whole: no time-out, nothing overflowing.
  void Store(const AnswerTicket& ticket, std::span<const RuleMatch> matches);

  // While nothing is asked: nothing is kept open for long.
  void Idle() { index_->Idle(); }
  // Writes what was stored, and lets go of the database until the next Find.
  void Flush() { index_->Flush(); }

  uint64_t stored() const { return index_->stored(); }
  const std::vector<std::string>& warnings() const {
    return index_->warnings();
  }

 private:
  AnswerCache(std::unique_ptr<AnswerIndex> index, const RuleSet& rules);

  // The row of a group that was of use: with which rules it was made, and how
  // those differ from today's.
  struct Base {
    int64_t rule_set = 0;
    std::shared_ptr<const GroupChange> change;  // null: there is no row
  };
  using Changes = HashMap<int64_t, std::shared_ptr<const GroupChange>>;

  Digest KeyOf(const AnswerGroup& group, const Digest& sha256,
               const FileExternals& externals, uint64_t max_strings) const;
  // How the rules of a row differ from the group's; null if it can't be said.
  std::shared_ptr<const GroupChange> ChangeOf(size_t group, int64_t rule_set);
  // True if the row was of use; tells what it says.
  bool Take(size_t group, const Digest& key, AnswerIndex::Row row,
            KnownAnswer* known);
  std::shared_ptr<const RuleSubset> RestOf();

  const std::unique_ptr<AnswerIndex> index_;
  const AnswerGroups groups_;
  const size_t rule_count_;
  const Digest context_;
  // Few: one for each version of the rules that there still are answers of.
  std::vector<Changes> changes_;  // by group
  HashMap<std::string, std::shared_ptr<const RuleSubset>> rests_;
  std::vector<Base> bases_;  // of each group, for the Find at hand
};

}  // namespace cupel

#endif  // CUPEL_ANSWERS_ANSWER_CACHE_H_
