// The rules of a set by what their answers depend on.
#ifndef CUPEL_ANSWERS_ANSWER_GROUPS_H_
#define CUPEL_ANSWERS_ANSWER_GROUPS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "answers/answer_index.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"

namespace cupel {

// Rules that read the same externals: their answers are kept together, so that
// a few that ask for names do not make all others depend on them. Within a
// group a rule is known by its place among the digests; rules with one digest
// share it.
struct AnswerGroup {
  uint32_t externals = 0;  // bits, as in RuleIdentity
  std::shared_ptr<const RuleDigests> digests;
  // Indices of the rules of each place.
  std::vector<std::vector<uint32_t>> rules;
};

// What answers that were made with other rules say of those of a group.
struct GroupChange {
  static constexpr uint32_t kGone = UINT32_MAX;
  Digest digest = {};            // of those other rules
  std::vector<uint32_t> places;  // theirs to ours, or kGone
  std::vector<uint32_t> added;   // rules of which they say nothing
  size_t kept = 0;               // places that both have
};
GroupChange CompareRules(const RuleDigests& before, const AnswerGroup& group);

// Immutable.
class AnswerGroups {
 public:
  // Private rules are in no group: nobody asks for them.
  explicit AnswerGroups(const RuleSet& rules);

  std::span<const AnswerGroup> groups() const { return groups_; }
  // Rules whose answers are nothing to keep.
  const std::vector<uint32_t>& unsteady() const { return unsteady_; }
  // How many rules there are in groups.
  size_t size() const { return size_; }

  // The answer of a group out of that of all rules, and back. Matches of rules
  // that have no place are left out.
  std::string Encode(size_t group, std::span<const RuleMatch> matches) const;
  // Adds to `matches`; ids point into `answer`. False if it can't be read.
  bool Decode(size_t group, const GroupChange& change, std::string_view answer,
              std::vector<RuleMatch>* matches) const;

 private:
  struct Place {
    uint32_t group = UINT32_MAX;
    uint32_t place = 0;
  };
  std::vector<AnswerGroup> groups_;
  std::vector<Place> places_;  // by rule
  std::vector<uint32_t> unsteady_;
  size_t size_ = 0;
};

}  // namespace cupel

#endif  // CUPEL_ANSWERS_ANSWER_GROUPS_H_
