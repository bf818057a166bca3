#include "engine/package_executor.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "base/clock.h"
#include "base/status.h"
#include "compat/dragonfly/rules_document.h"
#include "engine/config_values.h"
#include "engine/engine.h"
#include "engine/package_download.h"
#include "engine/package_result.h"
#include "format/escape.h"
#include "http/client.h"

namespace cupel {
namespace {

using worker::Executor;
using worker::WorkOrder;
using worker::WorkResult;

constexpr uint64_t kNanosPerMs = 1'000'000;
// Rules of this many hashes are kept: while they change, jobs of both come.
constexpr size_t kKeptRules = 2;

absl::StatusOr<std::string> ReadDocument(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return ErrnoStatus(errno, "can't open the rules '" + path + "'");
  absl::Cleanup closer = [fd] { close(fd); };
  std::string text;
  char buffer[65536];
  while (text.size() <= dragonfly::kMaxRulesBytes) {
    ssize_t got = read(fd, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(errno, "can't read the rules");
    if (got == 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  return text;
}

class PackageExecutor final : public Executor {
 public:
  PackageExecutor(PackagePolicy policy, std::vector<std::string> rule_paths,
                  AnswerCacheOptions cache,
                  std::shared_ptr<const Engine> engine,
                  std::unique_ptr<http::Client> client)
      : policy_(std::move(policy)),
        rule_paths_(std::move(rule_paths)),
        cache_(std::move(cache)),
        engine_(std::move(engine)),
        client_(std::move(client)) {}

  absl::StatusOr<WorkResult> Run(const WorkOrder& order, const StepSink& step,
                                 Cancel* cancel) override;
  // What was good stays if what is there now is not. Rules that come with jobs
  // don't change.
  absl::Status Reload() override {
    if (rule_paths_.empty()) return absl::OkStatus();
    KeptRules fresh;
    CUPEL_ASSIGN_OR_RETURN(
        fresh.rules, RuleSet::Compile({.paths = rule_paths_}, {}, nullptr));
    fresh.hash = std::string(fresh.rules->digest());
    CUPEL_ASSIGN_OR_RETURN(
        fresh.session,
        engine_->NewSession(fresh.rules, policy_.threads, {}, cache_));
    own_ = std::move(fresh);
    return absl::OkStatus();
  }

 private:
  struct KeptRules {
    std::string hash;
    std::shared_ptr<const RuleSet> rules;
    std::unique_ptr<ScanSession> session;
  };

  absl::StatusOr<const KeptRules*> RulesFor(const PackageRequest& request);
  std::vector<Download> DownloadAll(const PackageRequest& request,
                                    Deadline deadline, const StepSink& step,
                                    Cancel* cancel);
  ScanOptions OptionsFor(Deadline deadline, const StepSink& step) const;
  absl::Status ScanAll(const std::vector<Download>& downloads,
                       ScanSession& session, const ScanOptions& options,
                       Cancel* cancel, PackageResult* result);

  const PackagePolicy policy_;
  const std::vector<std::string> rule_paths_;
  const AnswerCacheOptions cache_;
  const std::shared_ptr<const Engine> engine_;
  const std::unique_ptr<http::Client> client_;
  KeptRules own_;                // for jobs that bring none
  std::vector<KeptRules> kept_;  // the latest used comes last
};

absl::StatusOr<const PackageExecutor::KeptRules*> PackageExecutor::RulesFor(
    const PackageRequest& request) {
  if (request.rules_path.empty()) {
    if (own_.session != nullptr) return &own_;
    return FailedPrecondition(
        "the job brings no rules, and this worker has none: set rules.paths");
  }
  auto found = std::find_if(
      kept_.begin(), kept_.end(),
      [&](const KeptRules& one) { return one.hash == request.rules_hash; });
  if (found != kept_.end()) {
    std::rotate(found, found + 1, kept_.end());
    return &kept_.back();
  }
  CUPEL_ASSIGN_OR_RETURN(std::string text, ReadDocument(request.rules_path));
  KeptRules fresh;
  fresh.hash = request.rules_hash;
  CUPEL_ASSIGN_OR_RETURN(fresh.rules,
                         CompileRulesDocument(text, request.rules_hash));
  CUPEL_ASSIGN_OR_RETURN(
      fresh.session,
      engine_->NewSession(fresh.rules, policy_.threads, {}, cache_));
  if (kept_.size() >= kKeptRules) kept_.erase(kept_.begin());
  kept_.push_back(std::move(fresh));
  return &kept_.back();
}

std::vector<Download> PackageExecutor::DownloadAll(
    const PackageRequest& request, Deadline deadline, const StepSink& step,
    Cancel* cancel) {
  std::vector<Download> downloads;
  uint64_t left = policy_.max_package_bytes;
  for (const std::string& url : request.distributions) {
    step("download " + http::PrintableUrl(url));
    Download& download = downloads.emplace_back(url);
    download.Run(*client_, policy_, left, deadline, cancel);
    left -= std::min(left, download.bytes());
  }
  return downloads;
}

ScanOptions PackageExecutor::OptionsFor(Deadline deadline,
                                        const StepSink& step) const {
  ScanOptions options;
  options.threads = policy_.threads;
  options.containers = ContainerMode::kMembers;
  options.limits.file_bytes = policy_.max_file_bytes;
  options.limits.total_bytes = policy_.max_expanded_bytes;
  options.limits.files = policy_.max_entries;
  options.limits.file_time_ns = policy_.file_time_ms * kNanosPerMs;
  // A little less, so that there is time to say what was found until then.
  options.limits.total_time_ns =
      std::max(deadline.remaining() / 20 * 19, kNanosPerMs);
  options.progress = [&step](const ScanProgress& progress) {
    if (!progress.current.empty()) step("scan " + progress.current);
    return true;
  };
  return options;
}

absl::Status PackageExecutor::ScanAll(const std::vector<Download>& downloads,
                                      ScanSession& session,
                                      const ScanOptions& options,
                                      Cancel* cancel, PackageResult* result) {
  std::vector<ScanInput> inputs;
  std::vector<size_t> of_input;
  for (size_t i = 0; i < downloads.size(); ++i) {
    const Download& download = downloads[i];
    DistributionResult& one = result->distributions.emplace_back();
    one.url = download.url();
    one.bytes = download.bytes();
    if (!download.status().ok()) {
      one.why = MessageOf(download.status());
      one.may_work_later = download.may_work_later();
      continue;
    }
    ScanInput& input = inputs.emplace_back();
    input.kind = ScanInput::Kind::kDescriptor;
    input.name = FileNameOf(download.url());
    input.fd = download.fd();
    of_input.push_back(i);
  }
  if (inputs.empty()) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(result->report, session.Scan(inputs, options, cancel));
  const Report& report = *result->report;
  if (report.distributions.size() != inputs.size()) {
    return Internal("{} inputs became {} distributions", inputs.size(),
                    report.distributions.size());
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Distribution& scanned = report.distributions[i];
    DistributionResult& one = result->distributions[of_input[i]];
    one.archive = &report.payload(scanned.payloads.front());
    one.why = EscapePrintable(dragonfly::WhyIncomplete(report, scanned));
    one.score = dragonfly::ScoreDistribution(report, scanned);
  }
  return absl::OkStatus();
}

absl::StatusOr<WorkResult> PackageExecutor::Run(const WorkOrder& order,
                                                const StepSink& step,
                                                Cancel* cancel) {
  uint64_t time_ms = order.time_ms != 0
                         ? std::min(order.time_ms, policy_.time_ms)
                         : policy_.time_ms;
  Deadline deadline = Deadline::After(time_ms * kNanosPerMs);
  CUPEL_ASSIGN_OR_RETURN(PackageRequest request,
                         ReadPackageRequest(order.body, policy_));
  PackageResult result;
  step("prepare the rules");
  absl::StatusOr<const KeptRules*> rules = RulesFor(request);
  if (!rules.ok()) {
    if (request.retry) return rules.status();
    result.outcome = PackageOutcome::kDeferred;
    result.commit = request.rules_hash;
    result.reason = EscapePrintable(MessageOf(rules.status()));
    return WritePackageResult(request, result);
  }
  result.commit = (*rules)->hash;
  if (request.distributions.size() > policy_.max_distributions) {
    result.reason = fmt::format(
        "not scanned: the package has {} distributions, and at most {} are "
        "taken (max_distributions)",
        request.distributions.size(), policy_.max_distributions);
    return WritePackageResult(request, result);
  }
  std::vector<Download> downloads =
      DownloadAll(request, deadline, step, cancel);
  CUPEL_RETURN_IF_ERROR(ScanAll(downloads, *(*rules)->session,
                                OptionsFor(deadline, step), cancel, &result));
  if (cancel != nullptr && cancel->triggered()) {
    return Cancelled("the package's scan was cancelled");
  }
  step("conclude");
  Conclude(request, &result);
  if (result.retry && request.retry) return Unavailable("{}", result.reason);
  return WritePackageResult(request, result);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Executor>> NewPackageExecutor(
    const Json& config) {
  CUPEL_ASSIGN_OR_RETURN(PackagePolicy policy, PackagePolicyOf(config));
  CUPEL_ASSIGN_OR_RETURN(std::shared_ptr<const Engine> engine, Engine::New());
  http::ClientOptions options;
  options.stall_ms = policy.stall_ms;
  options.connect_retries = 2;
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<http::Client> client,
                         http::Client::New(options));
  auto executor = std::make_unique<PackageExecutor>(
      std::move(policy), ConfigTexts(config, "rules", "paths"),
      ConfigCache(config), std::move(engine), std::move(client));
  CUPEL_RETURN_IF_ERROR(executor->Reload());
  return executor;
}

absl::StatusOr<std::shared_ptr<const RuleSet>> CompileRulesDocument(
    std::string_view document, std::string_view hash) {
  CUPEL_ASSIGN_OR_RETURN(dragonfly::RulesDocument rules,
                         dragonfly::ParseRulesDocument(document));
  if (!hash.empty() && rules.hash != hash) {
    return Aborted("the rules are those of commit {}, not of {}",
                   EscapePrintable(rules.hash), EscapePrintable(hash));
  }
  RuleSources sources;
  sources.texts.push_back({"default", dragonfly::CombinedRules(rules)});
  return RuleSet::Compile(sources, {}, nullptr);
}

}  // namespace cupel
