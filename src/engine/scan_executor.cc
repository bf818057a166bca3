#include "engine/scan_executor.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "engine/config_values.h"
#include "engine/engine.h"
#include "engine/rule_shelf.h"
#include "engine/scan_plugins.h"
#include "engine/scan_request.h"
#include "format/escape.h"

namespace cupel {
namespace {

using worker::Executor;
using worker::WorkOrder;
using worker::WorkResult;

constexpr std::string_view kReportType = "application/vnd.cupel.report+json";

// What a worker's scans have in common. Replaced as a whole, or not at all.
struct ScanSetup {
  ScanPolicy policy;
  std::shared_ptr<const RuleSet> rules;  // null: none are configured
  PluginUse plugins;
};

RuleOptions RuleOptionsOf(const Json& config) {
  RuleOptions options;
  options.cache_dir = ConfigText(config, "rules", "cache");
  options.skip_broken = ConfigFlag(config, "rules", "skip_broken", false);
  return options;
}

std::string StepOf(std::string_view what, std::string_view name) {
  return fmt::format("{} {}", what, name);
}

double Seconds(int64_t since) {
  return static_cast<double>(MonotonicNanos() - since) / 1e9;
}

// Adds up what the report says under names that metrics are made of.
class Counts {
 public:
  void Add(const std::string& name, double value) { sums_[name] += value; }

  void AddReport(const Report& report) {
    Add("scan.bytes", static_cast<double>(report.scanned_bytes));
    Add("scan.payloads", static_cast<double>(report.payloads.size()));
    Add("scan.findings", static_cast<double>(report.findings));
    Add("scan.incidents", static_cast<double>(report.incidents.size()));
    for (const Incident& incident : report.incidents) {
      if (incident.kind == IncidentKind::kLimit) {
        Add("limit." + incident.name, 1);
      } else if (incident.kind == IncidentKind::kPlugin) {
        Add("plugin_failures." + incident.name, 1);
      }
    }
    if (report.cache.has_value()) {
      Add("scan.cached", static_cast<double>(report.cache->known));
    }
    Add("stage_seconds.rules", static_cast<double>(report.rules_ns) / 1e9);
    for (const auto& [plugin, nanos] : report.plugin_ns) {
      Add("plugin_seconds." + plugin, static_cast<double>(nanos) / 1e9);
    }
    for (const PayloadRecord& payload : report.payloads) {
      if (payload.sayings != nullptr) {
        for (const uint32_t plugin : payload.sayings->plugins) {
          Add("plugin_runs." + PluginNameText(report.plugins[plugin].id), 1);
        }
      }
      ForEachFinding(report, payload, [&](const Finding& finding) {
        Add("rule_group." + FindingNamespace(report, finding), 1);
      });
    }
  }

  std::vector<std::pair<std::string, double>> Take() {
    return {sums_.begin(), sums_.end()};
  }

 private:
  std::map<std::string, double> sums_;
};

class ScanExecutor final : public Executor {
 public:
  ScanExecutor(std::shared_ptr<const Engine> engine, const Json& config)
      : engine_(std::move(engine)),
        config_(config),
        shelf_(RuleOptionsOf(config)) {}

  absl::StatusOr<WorkResult> Run(const WorkOrder& order, const StepSink& step,
                                 Cancel* cancel) override;

  // What was good stays if what is there now is not.
  absl::Status Reload() override {
    ScanSetup setup;
    CUPEL_ASSIGN_OR_RETURN(setup.policy, ScanPolicyOf(config_));
    const std::vector<std::string> paths =
        ConfigTexts(config_, "rules", "paths");
    if (!paths.empty()) {
      CUPEL_ASSIGN_OR_RETURN(setup.rules, shelf_.Compile(paths));
    }
    CUPEL_ASSIGN_OR_RETURN(setup.plugins, ScanPluginsOf(config_));
    session_.reset();
    session_rules_.reset();
    shelf_.Forget();
    setup_ = std::move(setup);
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<std::shared_ptr<const RuleSet>> RulesFor(
      const ScanRequest& request) {
    if (!request.rules.empty()) return shelf_.Get(request.rules);
    if (setup_.rules == nullptr && setup_.plugins.set == nullptr) {
      return FailedPrecondition(
          "the job names no rules, and this worker has none: set rules.paths");
    }
    return setup_.rules;
  }

  absl::StatusOr<ScanSession*> SessionFor(
      const std::shared_ptr<const RuleSet>& rules, uint32_t threads) {
    if (session_ == nullptr || session_rules_ != rules ||
        session_threads_ != threads) {
      session_.reset();
      CUPEL_ASSIGN_OR_RETURN(session_,
                             engine_->NewSession(rules, threads, setup_.plugins,
                                                 ConfigCache(config_)));
      session_rules_ = rules;
      session_threads_ = threads;
    }
    return session_.get();
  }

  absl::StatusOr<std::unique_ptr<const Report>> Scan(ScanRequest& request,
                                                     uint64_t time_ms,
                                                     const StepSink& step,
                                                     Cancel* cancel,
                                                     Counts* counts);

  const std::shared_ptr<const Engine> engine_;
  const Json config_;
  RuleShelf shelf_;
  ScanSetup setup_;
  std::unique_ptr<ScanSession> session_;
  std::shared_ptr<const RuleSet> session_rules_;
  uint32_t session_threads_ = 0;
};

absl::StatusOr<std::unique_ptr<const Report>> ScanExecutor::Scan(
    ScanRequest& request, uint64_t time_ms, const StepSink& step,
    Cancel* cancel, Counts* counts) {
  int64_t since = MonotonicNanos();
  step("prepare the rules");
  CUPEL_ASSIGN_OR_RETURN(const std::shared_ptr<const RuleSet> rules,
                         RulesFor(request));
  CUPEL_ASSIGN_OR_RETURN(ScanSession* const session,
                         SessionFor(rules, request.options.threads));
  counts->Add("stage_seconds.load_rules", Seconds(since));
  std::vector<ScanInput> inputs;
  for (const ScanRequest::Input& input : request.inputs) {
    ScanInput& to = inputs.emplace_back();
    to.name = input.name;
    if (input.is_path) continue;
    to.kind = ScanInput::Kind::kMemory;
    to.bytes = input.content;
  }
  if (time_ms != 0) {
    request.options.limits.total_time_ns =
        std::min(request.options.limits.total_time_ns, time_ms * 1'000'000);
  }
  request.options.progress = [&](const ScanProgress& progress) {
    if (!progress.current.empty()) step(StepOf("scan", progress.current));
    return true;
  };
  step(StepOf("scan", EscapePrintable(inputs.front().name)));
  since = MonotonicNanos();
  absl::StatusOr<std::unique_ptr<const Report>> report =
      session->Scan(inputs, request.options, cancel);
  counts->Add("stage_seconds.scan", Seconds(since));
  return report;
}

absl::StatusOr<WorkResult> ScanExecutor::Run(const WorkOrder& order,
                                             const StepSink& step,
                                             Cancel* cancel) {
  Counts counts;
  CUPEL_ASSIGN_OR_RETURN(ScanRequest request,
                         ReadScanRequest(order.body, setup_.policy));
  CUPEL_ASSIGN_OR_RETURN(const std::unique_ptr<const Report> report,
                         Scan(request, order.time_ms, step, cancel, &counts));
  if (cancel != nullptr && cancel->triggered()) {
    return Cancelled("the scan was cancelled");
  }
  step("write the report");
  const int64_t since = MonotonicNanos();
  WorkResult result;
  result.type = kReportType;
  CUPEL_RETURN_IF_ERROR(
      WriteJson(*report, {}, [&](std::string_view piece) -> absl::Status {
        result.bytes += piece;
        return absl::OkStatus();
      }));
  counts.Add("stage_seconds.report", Seconds(since));
  counts.AddReport(*report);
  result.facts = {{"verdict", std::string(VerdictName(report->verdict))},
                  {"coverage", std::string(CoverageName(report->coverage))},
                  {"score", std::to_string(report->score)},
                  {"findings", std::to_string(report->findings)}};
  result.counts = counts.Take();
  return result;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Executor>> NewScanExecutor(const Json& config) {
  CUPEL_ASSIGN_OR_RETURN(std::shared_ptr<const Engine> engine, Engine::New());
  auto executor = std::make_unique<ScanExecutor>(std::move(engine), config);
  CUPEL_RETURN_IF_ERROR(executor->Reload());
  return executor;
}

}  // namespace cupel
