#include "engine/boefje_executor.h"

#include <string>
#include <utility>
#include <variant>

#include "base/status.h"
#include "compat/openkat/boefje_run.h"
#include "compat/openkat/hydrate.h"
#include "compat/openkat/plugin_book.h"
#include "crypto/secret.h"
#include "fmt/core.h"
#include "format/base64.h"
#include "format/escape.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

// Overwrites what a run was given, whatever way it ends.
class WipeMeta {
 public:
  explicit WipeMeta(job::BoefjeMeta* meta) : meta_(meta) {}
  ~WipeMeta() { *meta_ = openkat::WithoutSecrets(std::move(*meta_)); }
  WipeMeta(const WipeMeta&) = delete;
  WipeMeta& operator=(const WipeMeta&) = delete;

 private:
  job::BoefjeMeta* meta_;
};

std::string ResultOf(const BoefjeCallResult& run, const RunLog& log) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  WriteRun("cupel.boefje-output/1", run.outcome.status, run.tier,
           run.outcome.problem, run.outcome.warnings, log, &json);
  json.Key("files").BeginArray();
  size_t index = 0;
  for (const openkat::RawFile& file : run.outcome.files) {
    json.BeginObject();
    json.Key("name").String(std::to_string(index++));
    json.Key("content").String(Base64Encode(file.bytes.view));
    json.Key("tags").BeginArray();
    for (const std::string& type : file.mime_types) json.String(type);
    json.EndArray().EndObject();
  }
  json.EndArray();
  json.Key("boefje_meta");
  job::Write(openkat::WithoutSecrets(run.outcome.meta), &json);
  json.EndObject();
  return out;
}

class BoefjeExecutor : public worker::Executor {
 public:
  BoefjeExecutor(OpenKatExecutorOptions options,
                 std::unique_ptr<openkat::PluginBook> book,
                 std::shared_ptr<Registry> registry)
      : options_(std::move(options)),
        book_(std::move(book)),
        registry_(std::move(registry)) {}

  absl::StatusOr<worker::WorkResult> Run(const worker::WorkOrder& order,
                                         const StepSink& step,
                                         Cancel* cancel) override {
    CUPEL_ASSIGN_OR_RETURN(openkat::HydratedBoefje boefje, BoefjeOf(order));
    const WipeMeta wipe(&boefje.meta);
    const std::string id = EscapePrintable(boefje.plugin.manifest.id);
    step(fmt::format("boefje {}", id));
    RunLog log;
    CUPEL_ASSIGN_OR_RETURN(
        BoefjeCallResult run,
        CallBoefje(boefje.plugin, boefje.meta, OptionsOf(options_, order, &log),
                   options_.max_raw_bytes, cancel));
    const WipeMeta wipe_too(&run.outcome.meta);
    worker::WorkResult result;
    result.type = "application/vnd.cupel.boefje+json";
    result.bytes = ResultOf(run, log);
    const bool completed = run.outcome.status == job::StatusEnum::kCompleted;
    result.facts = {{"plugin", "boefje:" + id},
                    {"status", completed ? "completed" : "failed"},
                    {"tier", std::string(TierName(run.tier))}};
    double bytes = 0;
    for (const openkat::RawFile& file : run.outcome.files) {
      bytes += static_cast<double>(file.bytes.view.size());
    }
    result.counts = {
        {"raw.files", static_cast<double>(run.outcome.files.size())},
        {"raw.bytes", bytes}};
    return result;
  }

  absl::Status Reload() override {
    CUPEL_RETURN_IF_ERROR(book_->Rescan());
    return registry_ == nullptr ? absl::OkStatus() : registry_->Rescan();
  }

 private:
  absl::StatusOr<openkat::HydratedBoefje> BoefjeOf(
      const worker::WorkOrder& order) {
    CUPEL_ASSIGN_OR_RETURN(const Json body, ParseBody(order));
    if (!body.contains("task")) return FromRegistry(order, body);
    CUPEL_ASSIGN_OR_RETURN(job::Task task, TaskOf(body));
    auto* const meta = std::get_if<job::BoefjeMeta>(&task.data);
    if (meta == nullptr) {
      return InvalidArgument("body: the task is one of a normalizer");
    }
    openkat::HydratedBoefje boefje;
    CUPEL_ASSIGN_OR_RETURN(boefje.plugin, PluginOf(*meta));
    boefje.meta = std::move(*meta);
    boefje.meta.environment = order.environment;
    return boefje;
  }

  // What stands in no folder is an image that somebody posted.
  absl::StatusOr<CatalogueEntry> PluginOf(const job::BoefjeMeta& meta) const {
    auto found = book_->Find(PluginKind::kBoefje, meta.boefje.id);
    if (found.ok()) return openkat::EntryOf(*std::move(found));
    const auto& image = meta.boefje.oci_image;
    if (!absl::IsNotFound(found.status()) || !image.has_value() ||
        image->empty()) {
      return found.status();
    }
    CatalogueEntry entry;
    entry.manifest.id = meta.boefje.id;
    entry.manifest.name = meta.boefje.id;
    entry.manifest.version = meta.boefje.version;
    entry.manifest.oci_image = image;
    return entry;
  }

  absl::StatusOr<openkat::HydratedBoefje> FromRegistry(
      const worker::WorkOrder& order, const Json& body) {
    if (registry_ == nullptr) {
      return FailedPrecondition(
          "a boefje without a task needs a registry, of which this worker has "
          "none");
    }
    JsonIssues issues;
    JsonFields in(body, {}, &issues);
    openkat::BoefjeWish wish;
    wish.boefje = in.String("boefje", 1);
    in.ForbidOthers({"boefje", "input"});
    CUPEL_RETURN_IF_ERROR(issues.ToStatus("body"));
    if (const Json* const input = in.Find("input")) {
      wish.input = input->is_string() ? input->get<std::string>()
                   : input->is_null() ? std::string()
                                      : PrintJson(*input);
    }
    wish.organisation = order.organisation;
    wish.variables = order.environment;
    return openkat::HydrateBoefje(*registry_, wish);
  }

  const OpenKatExecutorOptions options_;
  const std::unique_ptr<openkat::PluginBook> book_;
  const std::shared_ptr<Registry> registry_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<worker::Executor>> NewBoefjeExecutor(
    OpenKatExecutorOptions options, std::shared_ptr<Registry> registry) {
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<openkat::PluginBook> book,
                         openkat::PluginBook::New(options.plugin_folders));
  return std::make_unique<BoefjeExecutor>(std::move(options), std::move(book),
                                          std::move(registry));
}

}  // namespace cupel
