#include "engine/normalizer_executor.h"

#include <string>
#include <utility>
#include <variant>

#include "base/status.h"
#include "compat/openkat/boefje_run.h"
#include "compat/openkat/normalizer_run.h"
#include "compat/openkat/plugin_book.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

class NormalizerExecutor : public worker::Executor {
 public:
  NormalizerExecutor(OpenKatExecutorOptions options,
                     std::unique_ptr<openkat::PluginBook> book)
      : options_(std::move(options)), book_(std::move(book)) {}

  absl::StatusOr<worker::WorkResult> Run(const worker::WorkOrder& order,
                                         const StepSink& step,
                                         Cancel* cancel) override {
    CUPEL_ASSIGN_OR_RETURN(job::NormalizerMeta meta, MetaOf(order));
    CUPEL_ASSIGN_OR_RETURN(
        const FoundPlugin normalizer,
        book_->Find(PluginKind::kNormalizer, meta.normalizer.id));
    meta.normalizer.version = normalizer.manifest.version;
    const std::string id = EscapePrintable(meta.normalizer.id);
    step(fmt::format("normalizer {}", id));
    RunLog log;
    CUPEL_ASSIGN_OR_RETURN(
        const NormalizerCallResult run,
        CallNormalizer(normalizer, std::move(meta), order.attachment,
                       OptionsOf(options_, order, &log), options_.max_raw_bytes,
                       cancel));
    worker::WorkResult result;
    result.type = "application/vnd.cupel.normalizer+json";
    result.bytes = ResultOf(run, log);
    const bool completed = run.outcome.status == job::StatusEnum::kCompleted;
    result.facts = {{"plugin", "normalizer:" + id},
                    {"status", completed ? "completed" : "failed"}};
    const job::NormalizerResults& results = run.outcome.results;
    double objects = 0;
    for (const auto& one : results.observations) {
      objects += static_cast<double>(one.results.size());
    }
    result.counts = {
        {"normalizer.observed", objects},
        {"normalizer.declared",
         static_cast<double>(results.declarations.size())},
        {"normalizer.affirmed",
         static_cast<double>(results.affirmations.size())},
        {"raw.bytes", static_cast<double>(order.attachment.size())}};
    return result;
  }

  absl::Status Reload() override { return book_->Rescan(); }

 private:
  static absl::StatusOr<job::NormalizerMeta> MetaOf(
      const worker::WorkOrder& order) {
    CUPEL_ASSIGN_OR_RETURN(const Json body, ParseBody(order));
    CUPEL_ASSIGN_OR_RETURN(job::Task task, TaskOf(body));
    auto* const meta = std::get_if<job::NormalizerMeta>(&task.data);
    if (meta == nullptr) {
      return InvalidArgument("body: the task is one of a boefje");
    }
    meta->raw_data.boefje_meta =
        openkat::WithoutSecrets(std::move(meta->raw_data.boefje_meta));
    return std::move(*meta);
  }

  static std::string ResultOf(const NormalizerCallResult& run,
                              const RunLog& log) {
    std::string out;
    JsonWriter json(&out);
    json.BeginObject();
    WriteRun("cupel.normalizer-output/1", run.outcome.status, run.tier,
             run.outcome.problem, run.outcome.warnings, log, &json);
    json.Key("results");
    job::Write(run.outcome.results, &json);
    json.Key("normalizer_meta");
    job::Write(run.outcome.meta, &json);
    json.EndObject();
    return out;
  }

  const OpenKatExecutorOptions options_;
  const std::unique_ptr<openkat::PluginBook> book_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<worker::Executor>> NewNormalizerExecutor(
    OpenKatExecutorOptions options) {
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<openkat::PluginBook> book,
                         openkat::PluginBook::New(options.plugin_folders));
  return std::make_unique<NormalizerExecutor>(std::move(options),
                                              std::move(book));
}

}  // namespace cupel
