#include "answers/answer_cache.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "cupel/version.h"

namespace cupel {
namespace {

// More than this are of bytes that match everywhere, and rare.
constexpr size_t kMostAnswerBytes = 64 << 10;

// Versions of the rules that are kept in mind at once.
constexpr size_t kMostChanges = 64;
constexpr size_t kMostRests = 64;

std::string_view AsView(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string_view AsView(const uint64_t& number) {
  return {reinterpret_cast<const char*>(&number), sizeof(number)};
}

// What all answers depend on beside rules and bytes.
Digest ContextOf(const RuleSet& rules) {
  Blake2b hash;
  hash.UpdateFramed("cupel.answers/1");
  hash.UpdateFramed(CUPEL_VERSION_STRING);
  hash.UpdateFramed(RuleEngineVersion());
  static_cast<void>(rules);
  return hash.Finish();
}

std::array<std::string_view, 5> InOrder(const FileExternals& externals) {
  return {externals.filename, externals.filepath, externals.extension,
          externals.filetype, externals.owner};
}

}  // namespace

AnswerCache::AnswerCache(std::unique_ptr<AnswerIndex> index,
                         const RuleSet& rules)
    : index_(std::move(index)),
      groups_(rules),
      rule_count_(rules.rules().size()),
      context_(ContextOf(rules)),
      changes_(groups_.groups().size()) {}

absl::StatusOr<std::unique_ptr<AnswerCache>> AnswerCache::Open(
    const AnswerCacheOptions& options, const RuleSet& rules) {
  CUPEL_ASSIGN_OR_RETURN(
      std::unique_ptr<AnswerIndex> index,
      AnswerIndex::Open({options.folder, options.max_bytes}));
  return std::unique_ptr<AnswerCache>(new AnswerCache(std::move(index), rules));
}

Digest AnswerCache::KeyOf(const AnswerGroup& group, const Digest& sha256,
                          const FileExternals& externals,
                          uint64_t max_strings) const {
  Blake2b hash;
  hash.Update(AsView(context_));
  hash.Update(AsView(sha256));
  hash.Update(AsView(max_strings));
  hash.Update(AsView(uint64_t{group.externals}));
  if (group.externals != 0) {
    const auto texts = InOrder(externals);
    for (size_t i = 0; i < texts.size(); ++i) {
      if ((group.externals >> i & 1) != 0) hash.UpdateFramed(texts[i]);
    }
  }
  return hash.Finish();
}

std::shared_ptr<const GroupChange> AnswerCache::ChangeOf(size_t group,
                                                         int64_t rule_set) {
  Changes& changes = changes_[group];
  const auto found = changes.find(rule_set);
  if (found != changes.end()) return found->second;
  const std::shared_ptr<const RuleDigests> before = index_->RulesOf(rule_set);
  if (before == nullptr) return nullptr;
  auto change = std::make_shared<const GroupChange>(
      CompareRules(*before, groups_.groups()[group]));
  if (changes.size() >= kMostChanges) changes.clear();
  changes.emplace(rule_set, change);
  return change;
}

bool AnswerCache::Take(size_t group, const Digest& key, AnswerIndex::Row row,
                       KnownAnswer* known) {
  const std::shared_ptr<const GroupChange> change =
      ChangeOf(group, row.rule_set);
  if (change == nullptr || change->kept == 0 ||
      !AnswerIndex::Proves(row, key, change->digest)) {
    return false;
  }
  if (!row.answer.empty()) {
    auto text = std::make_shared<const std::string>(std::move(row.answer));
    if (!groups_.Decode(group, *change, *text, &known->matches)) return false;
    // One after the other keeps its own: what points into them is `matches`.
    known->texts =
        std::make_shared<const std::pair<std::shared_ptr<const void>,
                                         std::shared_ptr<const std::string>>>(
            std::move(known->texts), std::move(text));
  }
  bases_[group] = {row.rule_set, change};
  if (change->added.empty() && row.fading) {
    index_->Put(key, groups_.groups()[group].digests,
                groups_.Encode(group, known->matches));
  }
  return change->added.empty();
}

std::shared_ptr<const RuleSubset> AnswerCache::RestOf() {
  std::string key;
  for (const Base& base : bases_) {
    key += AsView(static_cast<uint64_t>(base.rule_set));
  }
  const auto found = rests_.find(key);
  if (found != rests_.end()) return found->second;
  std::vector<uint32_t> rules = groups_.unsteady();
  for (size_t i = 0; i < bases_.size(); ++i) {
    if (bases_[i].change != nullptr) {
      const std::vector<uint32_t>& added = bases_[i].change->added;
      rules.insert(rules.end(), added.begin(), added.end());
      continue;
    }
    for (const auto& same : groups_.groups()[i].rules) {
      rules.insert(rules.end(), same.begin(), same.end());
    }
  }
  std::sort(rules.begin(), rules.end());
  auto rest = std::make_shared<const RuleSubset>(std::move(rules), rule_count_);
  if (rests_.size() >= kMostRests) rests_.clear();
  rests_.emplace(std::move(key), rest);
  return rest;
}

KnownAnswer AnswerCache::Find(const Digest& sha256,
                              const FileExternals& externals,
                              uint64_t max_strings) {
  KnownAnswer known;
  const std::span<const AnswerGroup> groups = groups_.groups();
  bases_.assign(groups.size(), {});
  bool complete = groups_.unsteady().empty();
  for (uint32_t i = 0; i < groups.size(); ++i) {
    const Digest key = KeyOf(groups[i], sha256, externals, max_strings);
    std::optional<AnswerIndex::Row> row = index_->Find(key);
    if (row.has_value() && Take(i, key, *std::move(row), &known)) continue;
    complete = false;
    if (known.ticket == nullptr) {
      known.ticket = std::make_unique<AnswerTicket>();
    }
    known.ticket->slots.push_back({i, key});
  }
  if (complete) {
    known.extent = KnownAnswer::Extent::kAll;
  } else if (std::any_of(bases_.begin(), bases_.end(), [](const Base& base) {
               return base.change != nullptr;
             })) {
    known.extent = KnownAnswer::Extent::kPart;
    known.rest = RestOf();
  }
  std::sort(
      known.matches.begin(), known.matches.end(),
      [](const RuleMatch& a, const RuleMatch& b) { return a.rule < b.rule; });
  return known;
}

void AnswerCache::Store(const AnswerTicket& ticket,
                        std::span<const RuleMatch> matches) {
  for (const AnswerTicket::Slot& slot : ticket.slots) {
    std::string answer = groups_.Encode(slot.group, matches);
    if (answer.size() > kMostAnswerBytes) continue;
    index_->Put(slot.key, groups_.groups()[slot.group].digests,
                std::move(answer));
  }
  index_->FlushIfDue();
}

}  // namespace cupel
