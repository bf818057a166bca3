#include "answers/answer_groups.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "answers/answer_text.h"

namespace cupel {
namespace {

uint32_t PlaceOf(const RuleDigests& digests, const Digest& digest) {
  const auto found =
      std::lower_bound(digests.rules.begin(), digests.rules.end(), digest);
  return static_cast<uint32_t>(found - digests.rules.begin());
}

}  // namespace

GroupChange CompareRules(const RuleDigests& before, const AnswerGroup& group) {
  GroupChange change;
  change.digest = before.digest;
  change.places.assign(before.rules.size(), GroupChange::kGone);
  size_t old = 0;
  for (uint32_t place = 0; place < group.digests->rules.size(); ++place) {
    const Digest& digest = group.digests->rules[place];
    while (old < before.rules.size() && before.rules[old] < digest) ++old;
    if (old < before.rules.size() && before.rules[old] == digest) {
      change.places[old] = place;
      ++change.kept;
    } else {
      const std::vector<uint32_t>& rules = group.rules[place];
      change.added.insert(change.added.end(), rules.begin(), rules.end());
    }
  }
  return change;
}

AnswerGroups::AnswerGroups(const RuleSet& rules) {
  const std::span<const RuleInfo> infos = rules.rules();
  const std::span<const RuleIdentity> identities = rules.identities();
  std::map<uint32_t, std::vector<uint32_t>> by_externals;
  places_.resize(infos.size());
  for (uint32_t i = 0; i < infos.size(); ++i) {
    if (infos[i].is_private) continue;
    // Of a rule that nothing is told of nothing is kept.
    if (i >= identities.size() || !identities[i].steady) {
      unsteady_.push_back(i);
    } else {
      by_externals[identities[i].externals].push_back(i);
      ++size_;
    }
  }
  for (const auto& [externals, members] : by_externals) {
    const auto index = static_cast<uint32_t>(groups_.size());
    AnswerGroup& group = groups_.emplace_back();
    group.externals = externals;
    std::vector<Digest> digests;
    for (const uint32_t rule : members) {
      digests.push_back(identities[rule].digest);
    }
    group.digests = std::make_shared<const RuleDigests>(std::move(digests));
    group.rules.resize(group.digests->rules.size());
    for (const uint32_t rule : members) {
      const uint32_t place = PlaceOf(*group.digests, identities[rule].digest);
      group.rules[place].push_back(rule);
      places_[rule] = {index, place};
    }
  }
}

std::string AnswerGroups::Encode(size_t group,
                                 std::span<const RuleMatch> matches) const {
  std::vector<RuleMatch> own;
  for (const RuleMatch& match : matches) {
    const Place& place = places_[match.rule];
    // The first rule of a digest speaks for all of them.
    if (place.group != group ||
        groups_[group].rules[place.place].front() != match.rule) {
      continue;
    }
    own.push_back(match);
    own.back().rule = place.place;
  }
  return EncodeMatches(own);
}

bool AnswerGroups::Decode(size_t group, const GroupChange& change,
                          std::string_view answer,
                          std::vector<RuleMatch>* matches) const {
  std::optional<std::vector<RuleMatch>> own = DecodeMatches(answer);
  if (!own.has_value()) return false;
  for (RuleMatch& match : *own) {
    if (match.rule >= change.places.size()) return false;
    const uint32_t place = change.places[match.rule];
    if (place == GroupChange::kGone) continue;
    for (const uint32_t rule : groups_[group].rules[place]) {
      match.rule = rule;
      matches->push_back(match);
    }
  }
  return true;
}

}  // namespace cupel
