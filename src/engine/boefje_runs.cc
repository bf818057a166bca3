#include "engine/boefje_runs.h"

#include <utility>
#include <variant>

#include "base/status.h"
#include "compat/openkat/boefje_run.h"
#include "compat/openkat/hydrate.h"
#include "compat/openkat/normalizer_run.h"
#include "compat/openkat/octopoes.h"
#include "format/escape.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

// A meta out of one, or out of the task around it.
template <typename Meta>
absl::StatusOr<Meta> MetaOf(const JobDocument& document,
                            std::string_view wanted) {
  if (const auto* const meta = std::get_if<Meta>(&document.job)) return *meta;
  if (const auto* const task = std::get_if<job::Task>(&document.job)) {
    if (const auto* const meta = std::get_if<Meta>(&task->data)) return *meta;
  }
  return InvalidArgument("the job is a {}; expected a {}, or a Task with one",
                         job::Name(job::KindOf(document.job)), wanted);
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts,
                JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

void WriteStatus(std::string_view schema, job::StatusEnum status, Tier tier,
                 JsonWriter* json) {
  const bool completed = status == job::StatusEnum::kCompleted;
  json->Key("schema").String(schema);
  json->Key("status").String(completed ? "completed" : "failed");
  json->Key("tier").String(TierName(tier));
}

absl::StatusOr<openkat::HydratedBoefje> Hydrate(Registry& registry,
                                                BoefjeRunOptions* options) {
  openkat::BoefjeWish wish;
  wish.organisation = std::move(options->organisation);
  wish.boefje = std::move(options->boefje);
  wish.input = std::move(options->input);
  wish.variables = options->variables.Release();
  wish.apply_defaults = options->apply_defaults;
  if (options->job == nullptr) return openkat::HydrateBoefje(registry, wish);
  CUPEL_ASSIGN_OR_RETURN(job::BoefjeMeta job,
                         MetaOf<job::BoefjeMeta>(*options->job, "BoefjeMeta"));
  return openkat::HydrateJob(registry, std::move(job), wish);
}

absl::StatusOr<job::NormalizerMeta> MakeNormalizerMeta(
    RawArchive& archive, const NormalizerRunOptions& options) {
  if (options.job != nullptr) {
    return MetaOf<job::NormalizerMeta>(*options.job, "NormalizerMeta");
  }
  job::NormalizerMeta meta;
  meta.id = Uuid::Random();
  meta.normalizer.id = options.normalizer;
  CUPEL_ASSIGN_OR_RETURN(const RawRow raw, archive.Find(options.raw));
  CUPEL_ASSIGN_OR_RETURN(meta.raw_data, archive.Meta(raw));
  return meta;
}

// A word where the scheduler would not have given it this raw.
void CheckConsumes(const FoundPlugin& normalizer, const RawRow& raw,
                   std::vector<std::string>* warnings) {
  for (const std::string& type : raw.mime_types) {
    for (const std::string& wanted : normalizer.manifest.consumes) {
      if (type == wanted) return;
    }
  }
  warnings->push_back(
      "the raw has none of the MIME types that the normalizer consumes");
}

}  // namespace

absl::StatusOr<std::string> RunBoefjeJson(Registry& registry,
                                          RawArchive& archive,
                                          BoefjeRunOptions options,
                                          Cancel* cancel) {
  CUPEL_ASSIGN_OR_RETURN(openkat::HydratedBoefje boefje,
                         Hydrate(registry, &options));
  CUPEL_RETURN_IF_ERROR(
      archive.CheckNew({boefje.meta.organization, boefje.meta.id.ToString()}));
  CUPEL_ASSIGN_OR_RETURN(const BoefjeCallResult result,
                         CallBoefje(boefje.plugin, std::move(boefje.meta),
                                    options, archive.max_raw_bytes(), cancel));
  const openkat::BoefjeOutcome& outcome = result.outcome;
  CUPEL_ASSIGN_OR_RETURN(const std::vector<RawRow> raws, archive.Keep(outcome));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  WriteStatus("cupel.boefje/1", outcome.status, result.tier, &json);
  json.Key("problem").String(outcome.problem);
  WriteTexts("warnings", outcome.warnings, &json);
  json.Key("raws").BeginArray();
  for (const RawRow& raw : raws) WriteRaw(raw, &json);
  json.EndArray();
  json.Key("boefje_meta");
  job::Write(openkat::WithoutSecrets(outcome.meta), &json);
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> RunNormalizerJson(
    Registry& registry, RawArchive& archive,
    const NormalizerRunOptions& options, Cancel* cancel) {
  CUPEL_ASSIGN_OR_RETURN(const openkat::ScanProfileWhitelist whitelist,
                         openkat::ParseWhitelist(options.whitelist));
  CUPEL_ASSIGN_OR_RETURN(job::NormalizerMeta meta,
                         MakeNormalizerMeta(archive, options));
  meta.raw_data.boefje_meta =
      openkat::WithoutSecrets(std::move(meta.raw_data.boefje_meta));
  CUPEL_ASSIGN_OR_RETURN(const FoundPlugin normalizer,
                         openkat::FindNormalizer(registry, meta.normalizer.id));
  meta.normalizer.version = normalizer.manifest.version;
  CUPEL_RETURN_IF_ERROR(archive.CheckNew(
      {meta.raw_data.boefje_meta.organization, meta.id.ToString()}));
  CUPEL_ASSIGN_OR_RETURN(const RawRow raw,
                         archive.Find(meta.raw_data.id.ToString()));
  CUPEL_ASSIGN_OR_RETURN(const std::string bytes, archive.Bytes(raw));
  CUPEL_ASSIGN_OR_RETURN(
      NormalizerCallResult result,
      CallNormalizer(normalizer, std::move(meta), bytes, options,
                     archive.max_raw_bytes(), cancel));
  openkat::NormalizerOutcome& outcome = result.outcome;
  CUPEL_RETURN_IF_ERROR(archive.Keep(outcome.meta));
  CheckConsumes(normalizer, raw, &outcome.warnings);
  std::vector<openkat::OctopoesRequest> requests;
  if (outcome.status == job::StatusEnum::kCompleted) {
    requests = openkat::OctopoesRequests(outcome, whitelist, &outcome.warnings);
  }
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  WriteStatus("cupel.normalizer/1", outcome.status, result.tier, &json);
  json.Key("problem").String(outcome.problem);
  WriteTexts("warnings", outcome.warnings, &json);
  json.Key("results");
  job::Write(outcome.results, &json);
  json.Key("octopoes").BeginArray();
  for (const openkat::OctopoesRequest& request : requests) {
    json.BeginObject();
    json.Key("method").String("POST");
    json.Key("path").String(request.path);
    json.Key("body").Raw(request.body);
    json.EndObject();
  }
  json.EndArray();
  json.Key("normalizer_meta");
  job::Write(outcome.meta, &json);
  json.EndObject();
  return out;
}

}  // namespace cupel
