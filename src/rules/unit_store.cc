#include "rules/unit_store.h"

#include <algorithm>
#include <functional>

#include "base/status.h"
#include "rules/compiled_set.h"
#include "yara/rule_compiler.h"

namespace cupel {
namespace {

// What libyara's scanner takes for a few rules; two threads have one each.
constexpr size_t kScannerBytes = size_t{2} * 2560;

absl::StatusOr<std::shared_ptr<YaraRules>> CompileExtract(
    const RuleExtract& extract, const UnitStore::Part& part) {
  CUPEL_ASSIGN_OR_RETURN(auto compiler,
                         YaraCompiler::New(YaraCompiler::Rules::kFew));
  for (const char* name : kFileExternals) {
    CUPEL_RETURN_IF_ERROR(compiler->Define(name, std::string()));
  }
  for (const auto& [name, value] : part.defines) {
    CUPEL_RETURN_IF_ERROR(compiler->Define(name, value));
  }
  for (const auto& [ns, text] : extract.texts) {
    std::vector<YaraMessage> messages;
    if (compiler->Add(text, ns, &messages)) continue;
    const auto error =
        std::find_if(messages.begin(), messages.end(),
                     [](const YaraMessage& message) { return message.error; });
    return Internal("rules of '{}' do not compile without the others: {}", ns,
                    error == messages.end() ? "" : error->text);
  }
  return compiler->Finish();
}

}  // namespace

std::string_view ExactUnit::LastingId(std::string_view id) const {
  const auto found =
      std::lower_bound(ids_.begin(), ids_.end(), id.data(),
                       [](const auto& entry, const char* p) {
                         return std::less<const char*>()(entry.first, p);
                       });
  return found->second;
}

absl::StatusOr<std::shared_ptr<const RuleTexts>> UnitStore::TextsOf(
    uint32_t part) const {
  if (parts_[part].texts == nullptr) {
    return FailedPrecondition("there are no texts of these rules");
  }
  return parts_[part].texts->Get();
}

absl::StatusOr<std::shared_ptr<const ExactUnit>> UnitStore::Get(
    const UnitKey& key, bool pinned) {
  std::shared_ptr<Slot> slot;
  {
    const MutexLock lock(mutex_);
    std::shared_ptr<Slot>& found = slots_[key];
    if (found == nullptr) found = std::make_shared<Slot>();
    slot = found;
  }
  const std::lock_guard building(slot->building);
  if (!slot->result.has_value()) {
    slot->result = Compile(key);
    if (slot->result->ok()) Admit(key, **slot->result, pinned);
  }
  return *slot->result;
}

absl::StatusOr<std::shared_ptr<const ExactUnit>> UnitStore::Compile(
    const UnitKey& key) {
  CUPEL_ASSIGN_OR_RETURN(const auto texts, TextsOf(key.part));
  RuleExtract extract = texts->Extract(key.rules);
  CUPEL_ASSIGN_OR_RETURN(auto rules, CompileExtract(extract, parts_[key.part]));
  if (rules->size() != extract.rules.size()) {
    return Internal("{} rules were compiled where {} were asked for",
                    rules->size(), extract.rules.size());
  }
  auto unit = std::make_shared<ExactUnit>();
  unit->searches = extract.search;
  unit->externals = extract.externals;
  unit->to_part = std::move(extract.rules);
  unit->rules = std::move(rules);
  KeepIds(unit.get());
  unit->bytes = sizeof(ExactUnit) + unit->rules->memory_bytes() +
                unit->to_part.size() * sizeof(uint32_t) +
                unit->ids_.size() * sizeof(unit->ids_[0]) + kScannerBytes;
  return unit;
}

std::string_view UnitStore::Keep(std::string_view id) {
  auto kept = ids_.find(id);
  if (kept == ids_.end()) kept = ids_.emplace(id).first;
  return *kept;
}

std::string_view UnitStore::LastingId(std::string_view id) {
  const MutexLock lock(mutex_);
  return Keep(id);
}

void UnitStore::KeepIds(ExactUnit* unit) {
  const std::vector<std::string_view> ids = unit->rules->StringIds();
  unit->ids_.reserve(ids.size());
  {
    const MutexLock lock(mutex_);
    for (const std::string_view id : ids) {
      unit->ids_.emplace_back(id.data(), Keep(id));
    }
  }
  // Strings of the same name share it.
  std::sort(unit->ids_.begin(), unit->ids_.end(),
            [](const auto& a, const auto& b) {
              return std::less<const char*>()(a.first, b.first);
            });
  unit->ids_.erase(std::unique(unit->ids_.begin(), unit->ids_.end(),
                               [](const auto& a, const auto& b) {
                                 return a.first == b.first;
                               }),
                   unit->ids_.end());
}

void UnitStore::Admit(const UnitKey& key, std::shared_ptr<const ExactUnit> unit,
                      bool pinned) {
  const MutexLock lock(mutex_);
  ++compiled_;
  MakeRoom(unit->bytes);
  bytes_ += unit->bytes;
  // Behind the hand, which comes to it last.
  ring_.insert(hand_, Entry{key, std::move(unit), pinned});
}

void UnitStore::MakeRoom(size_t bytes) {
  // In two rounds the hand has met each untouched.
  for (size_t steps = 2 * ring_.size(); steps != 0 && bytes_ + bytes > budget_;
       --steps) {
    if (hand_ == ring_.end()) hand_ = ring_.begin();
    if (hand_->pinned ||
        hand_->unit->touched_.exchange(false, std::memory_order_relaxed)) {
      ++hand_;
      continue;
    }
    hand_->unit->dropped_.store(true, std::memory_order_relaxed);
    drops_.fetch_add(1, std::memory_order_relaxed);
    bytes_ -= hand_->unit->bytes;
    slots_.erase(hand_->key);
    hand_ = ring_.erase(hand_);
  }
}

UnitStore::Statistics UnitStore::statistics() const {
  const MutexLock lock(mutex_);
  return {ring_.size(), bytes_, compiled_};
}

}  // namespace cupel
