#include "rules/profile.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "rules/explain.h"
#include "rules/rule_set_impl.h"
#include "yara/rule_scanner.h"

namespace cupel {
namespace {

struct Pass {
  uint64_t nanos = 0;
  uint64_t timeouts = 0;
};

class Profiler {
 public:
  Profiler(const RuleSetImpl& rules, std::span<const std::string_view> payloads,
           const ProfileOptions& options)
      : rules_(rules), payloads_(payloads), options_(options) {}

  absl::StatusOr<RuleProfile> Run() {
    profile_.rules.resize(rules_.rules().size());
    const std::vector<uint8_t> always = AlwaysRun(rules_);
    for (uint32_t i = 0; i < profile_.rules.size(); ++i) {
      profile_.rules[i].rule = i;
      profile_.rules[i].always = always[i];
    }
    total_ = profile_.rules.size() + 2 * rules_.compiled().parts.size();
    for (const CompiledPart& part : rules_.compiled().parts) {
      CUPEL_RETURN_IF_ERROR(RunPart(part));
    }
    std::sort(profile_.rules.begin(), profile_.rules.end(),
              [](const RuleCost& a, const RuleCost& b) {
                return a.nanos != b.nanos ? a.nanos > b.nanos : a.rule < b.rule;
              });
    return std::move(profile_);
  }

 private:
  absl::Status RunPart(const CompiledPart& part) {
    std::string blob;
    CUPEL_ASSIGN_OR_RETURN(const auto whole, part.whole->Get());
    CUPEL_RETURN_IF_ERROR(whole->Save(&blob));
    CUPEL_ASSIGN_OR_RETURN(auto copy, YaraRules::Load(blob));
    CUPEL_ASSIGN_OR_RETURN(auto scanner, YaraScanner::New(copy));
    CUPEL_RETURN_IF_ERROR(ApplyDefines(rules_.defines(), scanner.get()));

    // Triggered before, it interrupts at once.
    const Cancel::Listener listener(options_.cancel,
                                    [&scanner] { scanner->Interrupt(); });
    CUPEL_ASSIGN_OR_RETURN(const Pass all,
                           RunPass(scanner.get(), part.first_rule, true));
    profile_.whole_nanos += all.nanos;
    profile_.whole_timeouts += all.timeouts;

    for (size_t i = 0; i < copy->size(); ++i) copy->SetEnabled(i, false);
    CUPEL_ASSIGN_OR_RETURN(const Pass none, RunPass(scanner.get(), 0, false));
    profile_.baseline_nanos += none.nanos;

    for (size_t i = 0; i < copy->size(); ++i) {
      copy->SetEnabled(i, true);
      CUPEL_ASSIGN_OR_RETURN(const Pass one, RunPass(scanner.get(), 0, false));
      copy->SetEnabled(i, false);
      RuleCost& cost = profile_.rules[part.first_rule + i];
      cost.nanos = one.nanos - std::min(one.nanos, none.nanos);
      cost.timeouts = one.timeouts;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Pass> RunPass(YaraScanner* scanner, uint32_t first_rule,
                               bool count) {
    Pass pass;
    for (const std::string_view payload : payloads_) {
      const int64_t start = ThreadCpuNanos();
      const YaraScan scan = scanner->Scan(payload, options_.timeout_ns, 0);
      pass.nanos += static_cast<uint64_t>(ThreadCpuNanos() - start);
      if (absl::IsDeadlineExceeded(scan.status)) {
        ++pass.timeouts;
      } else if (!scan.status.ok()) {
        return scan.status;
      }
      if (!count) continue;
      for (const YaraMatch& match : scan.matches) {
        RuleCost& cost = profile_.rules[first_rule + match.rule];
        ++cost.files;
        cost.strings += match.total_strings;
      }
    }
    ++done_;
    if (options_.progress && !options_.progress(done_, total_)) {
      return Cancelled("profiling was cancelled after {} of {} passes", done_,
                       total_);
    }
    return pass;
  }

  const RuleSetImpl& rules_;
  const std::span<const std::string_view> payloads_;
  const ProfileOptions& options_;
  RuleProfile profile_;
  size_t done_ = 0;
  size_t total_ = 0;
};

}  // namespace

absl::StatusOr<RuleProfile> ProfileRules(
    const RuleSet& rules, std::span<const std::string_view> payloads,
    const ProfileOptions& options) {
  const auto* impl = dynamic_cast<const RuleSetImpl*>(&rules);
  if (impl == nullptr) return InvalidArgument("not a compiled rule set");
  return Profiler(*impl, payloads, options).Run();
}

}  // namespace cupel
