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

// The first error is what is told.
void Note(absl::Status status, absl::Status* first) {
  if (first->ok()) *first = std::move(status);
}

// Nothing that follows would have a time left, or be wanted.
bool EndsAll(const absl::Status& status) {
  return absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

absl::Status OutOfTime() {
  return DeadlineExceeded("the rules ran out of time");
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
      interrupts_(interrupts),
      subsets_(part_.first_rule, static_cast<uint32_t>(part_.whole->size())) {}

absl::Status PartScanner::Init() {
  if (part_.texts != nullptr) {
    units_.emplace(&rules_.units(), index_, part_.whole->size());
  }
  if (part_.plan != nullptr) return InitPlan();
  return MakeWhole();
}

absl::Status PartScanner::InitPlan() {
  CUPEL_ASSIGN_OR_RETURN(all_, PlanView::OfAll(part_.plan));
  broken_.resize(part_.whole->size());
  return absl::OkStatus();
}

absl::Status PartScanner::Scan(const FileScan& file) {
  if (units_.has_value()) units_->LetGo();
  if (file.request.only != nullptr) return ScanSubset(file);
  return all_ != nullptr ? ScanPlanned(file, all_.get())
                         : RunWhole(file, nullptr);
}

absl::Status PartScanner::ScanSubset(const FileScan& file) {
  SubsetView& subset = subsets_.Of(*file.request.only);
  if (subset.rules.empty()) return absl::OkStatus();
  if (all_ == nullptr) return RunSubset(file, &subset);
  if (subset.plan != nullptr) return ScanPlanned(file, subset.plan.get());
  absl::Status status = ScanPlanned(file, all_.get());
  subset.bytes += file.request.bytes.size();
  // Behind the file, whose time is not to be spent on it.
  if (subset.bytes >= subset.rules.size() * kBytesPerPlannedRule &&
      AreFew(subset) && !subset.failed) {
    MakePlanFor(&subset);
  }
  return status;
}

// Without a plan: these rules compiled together, instead of all of them.
absl::Status PartScanner::RunSubset(const FileScan& file, SubsetView* subset) {
  if (units_.has_value() && AreFew(*subset) && !subset->failed) {
    if (subset->unit == nullptr) {
      auto made = units_->GetOwn(subset->rules);
      if (made.ok()) subset->unit = *std::move(made);
      subset->failed = !made.ok();
    }
    if (subset->unit != nullptr) return RunUnit(file, *subset->unit);
  }
  return RunWhole(file, nullptr);
}

// Of many, a plan or a compilation costs nearly what that of all does.
bool PartScanner::AreFew(const SubsetView& subset) const {
  return subset.rules.size() <= part_.whole->size() / 4;
}

void PartScanner::MakePlanFor(SubsetView* subset) {
  subset->failed = true;
  const auto made = rules_.some_plans().Get(part_, index_, subset->rules);
  if (!made.ok()) return;
  auto view = PlanView::OfSome(*made);
  if (view.ok()) subset->plan = *std::move(view);
}

absl::Status PartScanner::LoadTexts() {
  // The last that is made: memory may have run out before it.
  if (direct_.has_value()) return absl::OkStatus();
  // Who has no texts is told so by whoever asked for all to be loaded.
  CUPEL_ASSIGN_OR_RETURN(texts_, rules_.units().TextsOf(index_));
  choice_.emplace(texts_);
  direct_.emplace(texts_, [this](std::string_view id) {
    return rules_.units().LastingId(id);
  });
  return absl::OkStatus();
}

absl::Status PartScanner::ScanPlanned(const FileScan& file, PlanView* view) {
  view->Find({file.request.bytes, &file.externals}, &found_);
  FindWanted(file);
  const std::optional<AlwaysRules>& always = view->always(found_.file_class);
  if (wanted_.empty() &&
      (always.has_value()
           ? !AsksForAny(file, always->direct) &&
                 !AsksForAny(file, always->searching) &&
                 !AsksForAny(file, always->others)
           : !AsksForAny(file, view->AlwaysOf(found_.file_class)))) {
    return absl::OkStatus();
  }
  CUPEL_RETURN_IF_ERROR(LoadTexts());
  return ScanWanted(file, view);
}

absl::Status PartScanner::ScanWanted(const FileScan& file, PlanView* view) {
  const size_t matches = file.answer->matches.size();
  const size_t overflowing = file.answer->overflowing.size();
  AlwaysRules& always = AlwaysOf(file, view);
  absl::Status status = RunDirect(file, always);
  // All of them run if any is asked for: they are compiled together.
  const bool asks_always =
      AsksForAny(file, always.searching) || AsksForAny(file, always.others);
  if (EndsAll(status) || (left_.empty() && !asks_always)) return status;
  const ExactWay way = Choose(file, left_, always, {});
  if (way != ExactWay::kWhole &&
      (!asks_always || RunAlways(file, &always, &status)) &&
      RunLeft(file, way, &status)) {
    return status;
  }
  file.answer->matches.resize(matches);
  file.answer->overflowing.resize(overflowing);
  return RunWhole(file, view);
}

bool PartScanner::AsksFor(const FileScan& file, uint32_t rule) const {
  const RuleSubset* const only = file.request.only;
  return only == nullptr || only->Has(part_.first_rule + rule);
}

bool PartScanner::AsksForAny(const FileScan& file,
                             const std::vector<uint32_t>& rules) const {
  return std::any_of(rules.begin(), rules.end(),
                     [&](uint32_t rule) { return AsksFor(file, rule); });
}

void PartScanner::FindWanted(const FileScan& file) {
  wanted_.clear();
  for (const uint32_t rule : found_.rules) {
    if (rules_.rules()[part_.first_rule + rule].is_private) continue;
    if (AsksFor(file, rule)) wanted_.push_back(rule);
  }
}

AlwaysRules& PartScanner::AlwaysOf(const FileScan& file, PlanView* view) {
  std::optional<AlwaysRules>& known = view->always(found_.file_class);
  if (known.has_value()) return *known;
  // Memory may run out on the way, so that the next file has to start anew.
  AlwaysRules always;
  always.pinned = view->is_of_all();
  for (const uint32_t rule : view->AlwaysOf(found_.file_class)) {
    // A plan of some rules is for these only, whatever came along with them.
    if (!view->is_of_all() && !AsksFor(file, rule)) continue;
    if (rules_.rules()[part_.first_rule + rule].is_private) continue;
    if (direct_->Has(rule)) {
      always.direct.push_back(rule);
    } else {
      (choice_->LoadOf(rule).searches ? always.searching : always.others)
          .push_back(rule);
    }
  }
  always.searching_load = choice_->LoadOf(always.searching);
  always.others_load = choice_->LoadOf(always.others);
  known = std::move(always);
  return *known;
}

void PartScanner::FindDirect(const FileScan& file, const AlwaysRules& always) {
  for (const uint32_t rule : always.direct) {
    if (AsksFor(file, rule)) wanted_.push_back(rule);
  }
  if (!always.direct.empty()) std::sort(wanted_.begin(), wanted_.end());
  without_.clear();
  left_.clear();
  const bool is_little =
      file.request.bytes.size() <= direct::DirectRules::kMostBytes &&
      wanted_.size() <= direct::DirectRules::kMostRules;
  for (const uint32_t rule : wanted_) {
    (is_little && direct_->Has(rule) ? without_ : left_).push_back(rule);
  }
}

absl::Status PartScanner::RunDirect(const FileScan& file,
                                    const AlwaysRules& always) {
  FindDirect(file, always);
  if (without_.empty()) return absl::OkStatus();
  if (Choose(file, without_, always,
             direct_->Cost(without_, file.request.bytes.size())) !=
      ExactWay::kDirect) {
    left_ = wanted_;
    return absl::OkStatus();
  }
  const size_t others = left_.size();
  absl::Status status;
  const std::function<bool()> stop = [&] {
    status = StopOf(file);
    return !status.ok();
  };
  const direct::Facts::Run run = [&](YaraScanner* scanner) {
    return RunScanner(file, scanner);
  };
  if (!direct_->Begin(without_, file.request.bytes, stop, run)) return status;
  for (const uint32_t rule : without_) {
    RuleMatch match;
    const auto answer = direct_->Ask(rule, file.request.bytes, stop,
                                     file.request.max_strings_per_rule, &match);
    if (!status.ok()) return status;
    if (answer == direct::DirectRule::Answer::kUnknown) left_.push_back(rule);
    if (answer != direct::DirectRule::Answer::kYes) continue;
    match.rule = part_.first_rule + rule;
    file.answer->matches.push_back(std::move(match));
  }
  if (left_.size() != others) std::sort(left_.begin(), left_.end());
  return absl::OkStatus();
}

absl::Status PartScanner::StopOf(const FileScan& file) const {
  if (interrupts_->interrupted()) return Cancelled("the scan was interrupted");
  if (file.deadline.passed()) return OutOfTime();
  return absl::OkStatus();
}

ExactWay PartScanner::Choose(const FileScan& file,
                             const std::vector<uint32_t>& rules,
                             const AlwaysRules& always,
                             std::optional<double> direct) {
  if (!direct.has_value()) {
    if (always.broken ||
        std::any_of(rules.begin(), rules.end(),
                    [this](uint32_t rule) { return broken_[rule]; })) {
      return ExactWay::kWhole;
    }
    if (rules.empty()) return ExactWay::kSingles;
  }
  return choice_->Choose(
      {.rules = rules,
       .always_searching = always.searching_load,
       .always_others = always.others_load,
       .bytes = file.request.bytes.size(),
       .mz = found_.file_class == plan::FileClass::kMz,
       .whole_loaded = part_.whole->loaded(),
       .group_there = units_->Find(rules) != nullptr,
       .single_there =
           [this](uint32_t rule) { return units_->Find(rule) != nullptr; },
       .direct = direct});
}

bool PartScanner::RunAlways(const FileScan& file, AlwaysRules* always,
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

bool PartScanner::RunLeft(const FileScan& file, ExactWay way,
                          absl::Status* status) {
  if (way == ExactWay::kGroup && !EndsAll(*status)) {
    const auto group = units_->Get(left_);
    if (group.ok()) {
      Note(RunUnit(file, **group, &left_), status);
      return true;
    }
    // Which of them it is, they tell one by one.
  }
  for (const uint32_t rule : left_) {
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

absl::Status PartScanner::RunWhole(const FileScan& file, const PlanView* view) {
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

bool PartScanner::IsCandidate(uint32_t rule, const PlanView* view) const {
  if (view == nullptr || texts_ == nullptr) return true;
  std::vector<uint32_t> run = view->AlwaysOf(found_.file_class);
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
    scan.status = OutOfTime();
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
