#include "pipeline/scan.h"

#include <exception>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "pipeline/file_input.h"
#include "pipeline/ingest.h"
#include "pipeline/job.h"
#include "pipeline/plugin_finish.h"
#include "pipeline/plugin_thread.h"
#include "plugin/heartbeat.h"
#include "rules/scratch.h"

namespace cupel {
namespace {

bool AnyBeats(const PluginRoster& roster) {
  for (uint32_t i = 0; i < roster.size(); ++i) {
    if (roster.entry(i).plugin->info().heartbeat_ns > 0) return true;
  }
  return false;
}

class Session final : public ScanSession {
 public:
  explicit Session(std::shared_ptr<const RuleSet> rules)
      : rules_(std::move(rules)) {}

  ~Session() override {
    StopBeats();
    try {
      for (const ScanThread& thread : threads_) {
        if (thread.plugins != nullptr) thread.plugins->Disconnect();
      }
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
      // Not even the log can be told of it: there is no memory.
    }
  }

  absl::Status AddPlugins(PluginUse plugins) {
    CUPEL_ASSIGN_OR_RETURN(roster_, PluginRoster::New(std::move(plugins)));
    shared_ = std::make_unique<SharedPlugins>(*roster_);
    return absl::OkStatus();
  }

  absl::Status AddCache(const AnswerCacheOptions& options) {
    if (rules_ == nullptr) return absl::OkStatus();
    CUPEL_ASSIGN_OR_RETURN(cache_, AnswerCache::Open(options, *rules_));
    return absl::OkStatus();
  }

  absl::Status AddThreads(uint32_t threads) {
    if (rules_ == nullptr && roster_ == nullptr) return absl::OkStatus();
    for (uint32_t i = 0; i < threads; ++i) {
      ScanThread& thread = threads_.emplace_back();
      if (rules_ != nullptr) {
        CUPEL_ASSIGN_OR_RETURN(thread.scratch, rules_->NewScratch());
      }
      if (roster_ == nullptr) continue;
      std::unique_ptr<Scratch> dispatch;
      if (roster_->use().dispatch_rules != nullptr) {
        CUPEL_ASSIGN_OR_RETURN(dispatch,
                               roster_->use().dispatch_rules->NewScratch());
      }
      thread.plugins = std::make_unique<PluginThread>(*roster_, *shared_,
                                                      std::move(dispatch));
    }
    return absl::OkStatus();
  }

  absl::Status Ingest(const PluginName& source, std::string_view source_options,
                      const ScanOptions& options, Cancel* cancel,
                      const ReportSink& sink) override {
    if (roster_ == nullptr) {
      return FailedPrecondition("a source is a plugin: say which are used");
    }
    const std::optional<uint32_t> index = roster_->Find(source);
    if (!index.has_value()) return NotFound("{}", roster_->WhyNot(source));
    if (source.category != PluginCategory::kSource) {
      return InvalidArgument("{} is no source", PluginNameText(source));
    }
    return IngestItems(*roster_, *index, source_options, cancel,
                       [&](PluginItem item, std::string* metadata) {
                         return ScanOne(std::move(item), metadata, options,
                                        cancel, sink);
                       });
  }

  absl::Status ScanOne(PluginItem item, std::string* metadata,
                       const ScanOptions& options, Cancel* cancel,
                       const ReportSink& sink) {
    ScanInput input;
    input.metadata = std::move(*metadata);
    if (item.path.empty()) {
      input.kind = ScanInput::Kind::kMemory;
      input.name = item.name.empty() ? "item" : std::move(item.name);
      input.bytes = item.bytes.view;
    } else {
      input.name = std::move(item.path);
    }
    // Whatever comes of it: the next item has another, or none.
    const absl::Cleanup forget_label = [this] { tlp_.clear(); };
    tlp_ = item.tlp;
    CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<const Report> report,
                           Scan({std::move(input)}, options, cancel));
    if (!sink(std::move(report))) return Cancelled("ended by who asked");
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<const Report>> Scan(
      const std::vector<ScanInput>& inputs, const ScanOptions& options,
      Cancel* cancel) override {
    StartBeats();
    const absl::Cleanup stop_beats = [this] {
      if (roster_ == nullptr || !roster_->use().beat_between_scans) StopBeats();
    };
    std::unique_ptr<Report> report;
    {
      Job job(rules_, roster_.get(), cache_.get(), options, threads_, cancel,
              nullptr);
      if (!tlp_.empty()) job.SetTlp(tlp_);
      if (options.progress) {
        for (const ScanInput& input : inputs) {
          job.AddInputBytes(MeasureInput(input, job.cancel()));
        }
      }
      InputFeeder feeder(job);
      for (const ScanInput& input : inputs) feeder.Feed(input);
      report = job.Finish();
    }
    TellTimes(report.get());
    if (roster_ != nullptr) {
      MarkUsedPlugins(*roster_, report.get());
      FinishWithPlugins(*threads_.front().plugins, options.limits, cancel,
                        report.get());
      FinishReport(report.get());
      TellTimes(report.get());
    }
    return std::unique_ptr<const Report>(std::move(report));
  }

 private:
  void StartBeats() {
    if (beats_.has_value() || roster_ == nullptr || !AnyBeats(*roster_)) return;
    beats_.emplace([this](LogLevel level, std::string_view text) {
      if (roster_->use().log) roster_->use().log({}, level, text);
    });
    shared_->SetHeartbeats(&*beats_);
  }

  void StopBeats() {
    if (!beats_.has_value()) return;
    shared_->SetHeartbeats(nullptr);
    beats_.reset();
  }

  // What the threads have spent since the last time they were asked.
  void TellTimes(Report* report) {
    std::vector<uint64_t> plugins(roster_ == nullptr ? 0 : roster_->size());
    for (ScanThread& thread : threads_) {
      report->rules_ns += std::exchange(thread.rules_ns, 0);
      if (thread.plugins == nullptr) continue;
      const std::vector<uint64_t> nanos = thread.plugins->TakeNanos();
      for (size_t i = 0; i < nanos.size(); ++i) plugins[i] += nanos[i];
    }
    for (uint32_t i = 0; i < plugins.size(); ++i) {
      if (plugins[i] == 0) continue;
      report->plugin_ns[roster_->entry(i).name] += plugins[i];
    }
  }

  const std::shared_ptr<const RuleSet> rules_;
  std::unique_ptr<PluginRoster> roster_;  // null: no plugins
  std::unique_ptr<SharedPlugins> shared_;
  std::unique_ptr<AnswerCache> cache_;  // null: none
  std::vector<ScanThread> threads_;
  std::optional<Heartbeats> beats_;
  std::string tlp_;  // of the item at hand, over the job's
};

}  // namespace

absl::StatusOr<std::unique_ptr<ScanSession>> ScanSession::New(
    std::shared_ptr<const RuleSet> rules, uint32_t threads, PluginUse plugins,
    const AnswerCacheOptions& cache) {
  auto session = std::make_unique<Session>(std::move(rules));
  if (plugins.set != nullptr) {
    CUPEL_RETURN_IF_ERROR(session->AddPlugins(std::move(plugins)));
  }
  if (!cache.folder.empty()) {
    CUPEL_RETURN_IF_ERROR(session->AddCache(cache));
  }
  CUPEL_RETURN_IF_ERROR(session->AddThreads(threads));
  return std::unique_ptr<ScanSession>(std::move(session));
}

}  // namespace cupel
