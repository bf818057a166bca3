#include "rules/part_scanner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

// A plan for a rule takes about as long as the plan of all rules takes for so
// many bytes.
constexpr uint64_t kBytesPerPlannedRule = 16 << 10;

// Answers of several versions of the rules leave as many subsets to run.
constexpr size_t kMostSubsets = 8;

// The first error is what is told.
void Note(absl::Status status, absl::Status* first) {
  if (first->ok()) *first = std::move(status);
}

// Nothing that follows would have a time left, or be wanted.
bool EndsAll(const absl::Status& status) {
  return absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

template <typename Rename, typename Id>
void AddMatches(const YaraScan& scan, Rename index_of, Id lasting,
                std::vector<RuleMatch>* out) {
  for (const YaraMatch& match : scan.matches) {
    RuleMatch& to = out->emplace_back();
    to.rule = index_of(match.rule);
    to.total_strings = match.total_strings;
    to.strings.reserve(match.strings.size());
    for (const YaraStringMatch& s : match.strings) {
      to.strings.push_back({lasting(s.id), s.offset, s.length, s.xor_key});
    }
  }
}

}  // namespace

PartScanner::PartScanner(const RuleSetImpl* rules, uint32_t part,
                         Interrupts* interrupts)
    : rules_(*rules),
      index_(part),
      part_(rules->compiled().parts[part]),
      interrupts_(interrupts) {}

absl::Status PartScanner::Init() {
  if (part_.texts != nullptr) {
    units_.emplace(&rules_.units(), index_, part_.whole->size());
  }
  if (part_.plan != nullptr) return InitPlan();
  return MakeWhole();
}

absl::Status PartScanner::InitPlan() {
  all_.plan = part_.plan;
  CUPEL_ASSIGN_OR_RETURN(all_.scratch, part_.plan->NewScratch());
  broken_.resize(part_.whole->size());
  return absl::OkStatus();
}

absl::Status PartScanner::Scan(const FileScan& file) {
  if (units_.has_value()) units_->LetGo();
  if (file.request.only != nullptr) return ScanSome(file);
  return part_.plan != nullptr ? ScanPlanned(file, &all_)
                               : RunWhole(file, nullptr);
}

absl::Status PartScanner::ScanSome(const FileScan& file) {
  Some& some = SomeOf(*file.request.only);
  if (some.rules.empty()) return absl::OkStatus();
  if (part_.plan == nullptr) return RunSome(file, &some);
  if (some.view.has_value()) return ScanPlanned(file, &*some.view);
  absl::Status status = ScanPlanned(file, &all_);
  some.bytes += file.request.bytes.size();
  // Behind the file, whose time is not to be spent on it.
  if (some.bytes >= some.rules.size() * kBytesPerPlannedRule && AreFew(some) &&
      !some.failed) {
    MakeView(&some);
  }
  return status;
}

// Without a plan: these rules compiled together, instead of all of them.
absl::Status PartScanner::RunSome(const FileScan& file, Some* some) {
  if (units_.has_value() && AreFew(*some) && !some->failed) {
    if (some->unit == nullptr) {
      auto made = units_->GetOwn(some->rules);
      if (made.ok()) some->unit = *std::move(made);
      some->failed = !made.ok();
    }
    if (some->unit != nullptr) return RunUnit(file, *some->unit);
  }
  return RunWhole(file, nullptr);
}

PartScanner::Some& PartScanner::SomeOf(const RuleSubset& only) {
  const auto found = std::find_if(
      some_.begin(), some_.end(),
      [&only](const auto& some) { return some->subset == only.rules(); });
  if (found != some_.end()) {
    std::rotate(some_.begin(), found, found + 1);
    return *some_.front();
  }
  auto some = std::make_unique<Some>();
  some->subset = only.rules();
  for (const uint32_t rule : some->subset) {
    if (rule >= part_.first_rule &&
        rule - part_.first_rule < part_.whole->size()) {
      some->rules.push_back(rule - part_.first_rule);
    }
  }
  std::sort(some->rules.begin(), some->rules.end());
  if (some_.size() >= kMostSubsets) some_.pop_back();
  some_.insert(some_.begin(), std::move(some));
  return *some_.front();
}

// Of many, a plan or a compilation costs nearly what that of all does.
bool PartScanner::AreFew(const Some& some) const {
  return some.rules.size() <= part_.whole->size() / 4;
}

void PartScanner::MakeView(Some* some) {
  some->failed = true;
  const auto made = rules_.some_plans().Get(part_, index_, some->rules);
  if (!made.ok()) return;
  View view;
  view.plan = (*made)->plan;
  view.to_part = &(*made)->to_part;
  view.owner = *made;
  auto scratch = view.plan->NewScratch();
  if (!scratch.ok()) return;
  view.scratch = *std::move(scratch);
  some->view.emplace(std::move(view));
}

void PartScanner::Find(const FileScan& file, View* view) {
  view->plan->Find({file.request.bytes, &file.externals}, view->scratch.get(),
                   &found_);
  if (view->to_part == nullptr) return;
  for (uint32_t& rule : found_.rules) rule = (*view->to_part)[rule];
}

std::vector<uint32_t> PartScanner::AlwaysRules(const View& view) const {
  std::vector<uint32_t> always = view.plan->always(found_.file_class);
  if (view.to_part != nullptr) {
    for (uint32_t& rule : always) rule = (*view.to_part)[rule];
  }
  return always;
}

absl::Status PartScanner::ScanPlanned(const FileScan& file, View* view) {
  const size_t matches = file.answer->matches.size();
  const size_t overflowing = file.answer->overflowing.size();
  Find(file, view);
  FindWanted(file);
  absl::Status status;
  const bool asks_always = AsksAlways(file, *view);
  if (!wanted_.empty() || asks_always) {
    if (!choice_.has_value()) {
      // Who has no texts is told so by whoever asked for all to be loaded.
      CUPEL_ASSIGN_OR_RETURN(texts_, rules_.units().TextsOf(index_));
      choice_.emplace(texts_);
    }
    Always& always = AlwaysOf(file, view);
    const ExactWay way = Choose(file, always);
    if (way == ExactWay::kWhole) return RunWhole(file, view);
    if ((asks_always && !RunAlways(file, &always, &status)) ||
        !RunWanted(file, way, &status)) {
      file.answer->matches.resize(matches);
      file.answer->overflowing.resize(overflowing);
      return RunWhole(file, view);
    }
  }
  return status;
}

void PartScanner::FindWanted(const FileScan& file) {
  wanted_.clear();
  const RuleSubset* const only = file.request.only;
  for (const uint32_t rule : found_.rules) {
    const uint32_t index = part_.first_rule + rule;
    if (rules_.rules()[index].is_private) continue;
    if (only == nullptr || only->Has(index)) wanted_.push_back(rule);
  }
}

// All of them run if any is asked for: they are compiled together.
bool PartScanner::AsksAlways(const FileScan& file, const View& view) const {
  const std::vector<uint32_t>& always = view.plan->always(found_.file_class);
  const RuleSubset* const only = file.request.only;
  if (only == nullptr) return !always.empty();
  return std::any_of(always.begin(), always.end(), [&](uint32_t rule) {
    if (view.to_part != nullptr) rule = (*view.to_part)[rule];
    return only->Has(part_.first_rule + rule);
  });
}

ExactWay PartScanner::Choose(const FileScan& file, const Always& always) {
  if (always.broken ||
      std::any_of(wanted_.begin(), wanted_.end(),
                  [this](uint32_t rule) { return broken_[rule]; })) {
    return ExactWay::kWhole;
  }
  if (wanted_.empty()) return ExactWay::kSingles;
  return choice_->Choose({.rules = wanted_,
                          .always_searching = always.searching_load,
                          .always_others = always.others_load,
                          .bytes = file.request.bytes.size(),
                          .mz = found_.file_class == plan::FileClass::kMz,
                          .whole_loaded = part_.whole->loaded(),
                          .group_there = units_->Find(wanted_) != nullptr,
                          .single_there = [this](uint32_t rule) {
                            return units_->Find(rule) != nullptr;
                          }});
}

PartScanner::Always& PartScanner::AlwaysOf(const FileScan& file, View* view) {
  std::optional<Always>& always =
      view->always[static_cast<size_t>(found_.file_class)];
  if (always.has_value()) return *always;
  always.emplace();
  always->pinned = view->to_part == nullptr;
  for (const uint32_t rule : AlwaysRules(*view)) {
    const uint32_t index = part_.first_rule + rule;
    if (rules_.rules()[index].is_private) continue;
    // A view of some rules is for these only, whatever came along with them.
    if (view->to_part != nullptr && !file.request.only->Has(index)) continue;
    (choice_->LoadOf(rule).searches ? always->searching : always->others)
        .push_back(rule);
  }
  always->searching_load = choice_->LoadOf(always->searching);
  always->others_load = choice_->LoadOf(always->others);
  return *always;
}

bool PartScanner::RunAlways(const FileScan& file, Always* always,
                            absl::Status* status) {
  if (RunKept(file, always->others, always->pinned, &always->others_unit,
              status) &&
      RunKept(file, always->searching, always->pinned, &always->searching_unit,
              status)) {
    return true;
  }
  always->broken = true;
  return false;
}

bool PartScanner::RunKept(const FileScan& file,
                          const std::vector<uint32_t>& rules, bool pinned,
                          std::unique_ptr<UnitScanner>* unit,
                          absl::Status* status) {
  if (rules.empty() || EndsAll(*status)) return true;
  if (*unit == nullptr) {
    auto made = pinned ? units_->GetPinned(rules) : units_->GetOwn(rules);
    if (!made.ok()) return false;
    *unit = *std::move(made);
  }
  Note(RunUnit(file, **unit), status);
  return true;
}

bool PartScanner::RunWanted(const FileScan& file, ExactWay way,
                            absl::Status* status) {
  if (way == ExactWay::kGroup && !EndsAll(*status)) {
    const auto group = units_->Get(wanted_);
    if (group.ok()) {
      Note(RunUnit(file, **group, &wanted_), status);
      return true;
    }
    // Which of them it is, they tell one by one.
  }
  for (const uint32_t rule : wanted_) {
    if (EndsAll(*status)) break;
    const std::vector<uint32_t> alone = {rule};
    const auto single = units_->Get(alone);
    if (!single.ok()) {
      broken_[rule] = true;
      return false;
    }
    Note(RunUnit(file, **single, &alone), status);
  }
  return true;
}

absl::Status PartScanner::RunUnit(const FileScan& file, const UnitScanner& unit,
                                  const std::vector<uint32_t>* learn_of) {
  CUPEL_RETURN_IF_ERROR(
      DefineExternals(file, unit.unit->externals, unit.scanner.get()));
  std::optional<int64_t> nanos;
  YaraScan scan = RunScanner(file, unit.scanner.get(), &nanos);
  if (learn_of != nullptr && nanos.has_value()) {
    choice_->Learn(*learn_of, file.request.bytes.size(),
                   found_.file_class == plan::FileClass::kMz, *nanos);
  }
  AddMatches(
      scan,
      [&](uint32_t rule) {
        return part_.first_rule + unit.unit->to_part[rule];
      },
      [&](std::string_view id) { return unit.unit->LastingId(id); },
      &file.answer->matches);
  for (YaraOverflow& overflow : scan.overflowing) {
    file.answer->overflowing.push_back(std::move(overflow.text));
  }
  return scan.status;
}

absl::Status PartScanner::RunWhole(const FileScan& file, const View* view) {
  if (whole_ == nullptr) CUPEL_RETURN_IF_ERROR(MakeWhole());
  CUPEL_RETURN_IF_ERROR(DefineExternals(file, part_.externals, whole_.get()));
  std::optional<int64_t> nanos;
  YaraScan scan = RunScanner(file, whole_.get(), &nanos);
  if (choice_.has_value() && nanos.has_value()) {
    choice_->LearnWhole(file.request.bytes.size(),
                        found_.file_class == plan::FileClass::kMz, *nanos);
  }
  AddMatches(
      scan, [&](uint32_t rule) { return part_.first_rule + rule; },
      [](std::string_view id) { return id; }, &file.answer->matches);
  for (YaraOverflow& overflow : scan.overflowing) {
    // Whether the whole was run is not to be seen in the answer.
    if (!IsCandidate(overflow.rule, view)) continue;
    file.answer->overflowing.push_back(std::move(overflow.text));
  }
  return scan.status;
}

bool PartScanner::IsCandidate(uint32_t rule, const View* view) const {
  if (view == nullptr || texts_ == nullptr) return true;
  std::vector<uint32_t> run = AlwaysRules(*view);
  run.insert(run.end(), wanted_.begin(), wanted_.end());
  const std::vector<uint32_t> all = texts_->Closure(run);
  return std::binary_search(all.begin(), all.end(), rule);
}

absl::Status PartScanner::MakeWhole() {
  CUPEL_ASSIGN_OR_RETURN(auto rules, part_.whole->Get());
  CUPEL_ASSIGN_OR_RETURN(auto scanner, YaraScanner::New(std::move(rules)));
  CUPEL_RETURN_IF_ERROR(ApplyDefines(rules_.defines(), scanner.get()));
  whole_ = std::move(scanner);
  return absl::OkStatus();
}

absl::Status PartScanner::DefineExternals(const FileScan& file, uint32_t which,
                                          YaraScanner* scanner) const {
  if (which == 0) return absl::OkStatus();
  const FileExternals& from = file.externals;
  const std::array<std::string_view, kFileExternals.size()> values = {
      from.filename, from.filepath, from.extension, from.filetype, from.owner};
  for (size_t i = 0; i < values.size(); ++i) {
    if ((which >> i & 1) == 0) continue;
    const absl::Status status = scanner->DefineString(
        kFileExternals[i], std::string(values[i]).c_str());
    // A foreign file may have another type of that name, which is its own
    // business.
    if (!status.ok() && !part_.foreign) return status;
  }
  return absl::OkStatus();
}

YaraScan PartScanner::RunScanner(const FileScan& file, YaraScanner* scanner,
                                 std::optional<int64_t>* nanos) {
  const uint64_t left = file.deadline.remaining();
  if (left == 0) {
    YaraScan scan;
    scan.status = DeadlineExceeded("the rules ran out of time");
    return scan;
  }
  const Interrupts::Running running(interrupts_, scanner);
  const bool teaches = part_.plan != nullptr && nanos != nullptr &&
                       file.request.bytes.size() >= ExactChoice::kTeachingBytes;
  const int64_t begin = teaches ? ThreadCpuNanos() : 0;
  YaraScan scan = scanner->Scan(file.request.bytes, left,
                                file.request.max_strings_per_rule);
  if (teaches) *nanos = ThreadCpuNanos() - begin;
  return scan;
}

}  // namespace cupel
