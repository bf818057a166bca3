#include "worker/openkat_results.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "base/status.h"
#include "compat/openkat/boefje_run.h"
#include "compat/openkat/mime_types.h"
#include "compat/openkat/normalizer_run.h"
#include "compat/openkat/octopoes.h"
#include "fmt/core.h"
#include "format/base64.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "job/any_job.h"

namespace cupel::worker {
namespace {

using Kind = DeliveryStep::Kind;
using job::TaskStatus;

// What an executor said (engine/boefje_executor.h, normalizer_executor.h).
struct RunResult {
  job::StatusEnum status = job::StatusEnum::kFailed;
  std::string problem;
  std::vector<job::File> files;
  job::NormalizerResults results;
  std::optional<DateTime> started;
  std::optional<DateTime> ended;
  std::optional<std::string> version;  // of the normalizer that ran
};

absl::StatusOr<Json> ResultJson(const JobOutcome& outcome) {
  JsonLimits limits;
  limits.bytes = std::max(limits.bytes, outcome.result.bytes.size());
  limits.values = std::max(limits.values, outcome.result.bytes.size() / 2);
  return ParseJson(outcome.result.bytes, "result", limits);
}

void ReadCommon(JsonFields* in, std::string_view meta_key, JsonIssues* issues,
                RunResult* result, std::vector<std::string>* warnings) {
  result->status = in->Choice("status", {"completed", "failed"}) == 0
                       ? job::StatusEnum::kCompleted
                       : job::StatusEnum::kFailed;
  result->problem = in->OptionalString("problem").value_or("");
  for (std::string& warning : in->Strings("warnings")) {
    warnings->push_back(std::move(warning));
  }
  const Json* const meta = in->Required(meta_key);
  if (meta == nullptr) return;
  JsonFields fields(*meta, in->PathOf(meta_key), issues);
  result->started = fields.OptionalDateTime("started_at", true);
  result->ended = fields.OptionalDateTime("ended_at", true);
  if (const Json* const normalizer = fields.Find("normalizer")) {
    JsonFields inner(*normalizer, fields.PathOf("normalizer"), issues);
    result->version = inner.OptionalString("version");
  }
}

// Whatever it says, there is a result: a failed one if it can't be read.
RunResult Failed(std::string problem) {
  RunResult result;
  result.problem = std::move(problem);
  return result;
}

RunResult ReadResult(const JobOutcome& outcome, OpenKatKind kind,
                     std::vector<std::string>* warnings) {
  if (outcome.kind != JobOutcome::Kind::kCompleted) {
    return Failed(outcome.reason);
  }
  const auto json = ResultJson(outcome);
  JsonIssues issues;
  RunResult result;
  if (!json.ok()) return Failed(std::string(MessageOf(json.status())));
  JsonFields in(*json, {}, &issues);
  if (kind == OpenKatKind::kBoefje) {
    ReadCommon(&in, "boefje_meta", &issues, &result, warnings);
    if (const Json* const files = in.Array("files", /*required=*/true)) {
      for (const Json& file : *files) {
        result.files.push_back(
            job::ParseFile(file, in.PathOf("files"), &issues));
      }
    }
  } else {
    ReadCommon(&in, "normalizer_meta", &issues, &result, warnings);
    if (const Json* const results = in.Required("results")) {
      result.results =
          job::ParseNormalizerResults(*results, in.PathOf("results"), &issues);
    }
  }
  if (!issues.empty()) {
    return Failed(std::string(MessageOf(issues.ToStatus("result"))));
  }
  return result;
}

std::string KeyOf(const OpenKatJob& job, std::string_view what) {
  return fmt::format("{}/{}/{}", job.task.id.ToString(), job.started.micros,
                     what);
}

DeliveryStep StatusStep(Kind kind, const job::Task& task, TaskStatus status,
                        uint32_t member) {
  DeliveryStep step;
  step.kind = kind;
  step.id = task.id.ToString();
  step.status = status;
  step.member = member;
  return step;
}

bool HasError(const std::vector<job::File>& files) {
  return std::any_of(files.begin(), files.end(), [](const job::File& file) {
    return file.tags.has_value() &&
           std::any_of(file.tags->begin(), file.tags->end(),
                       [](const std::string& tag) {
                         return tag.starts_with("error/");
                       });
  });
}

// Somebody has to find out why: a task that failed leaves a raw that says so.
void AddError(const job::Boefje& boefje, std::string_view problem,
              std::vector<job::File>* files) {
  job::File error;
  error.name = std::to_string(files->size());
  error.content = Base64Encode(
      problem.empty() ? "it failed, and no reason is known" : problem);
  error.tags = openkat::DefaultMimeTypes(boefje);
  error.tags->emplace(openkat::kErrorMimeType);
  files->push_back(std::move(error));
}

// The meta and the raws of one member.
void AddOutput(const job::BoefjeMeta& meta, bool has_files, uint32_t member,
               std::vector<DeliveryStep>* steps) {
  DeliveryStep step;
  step.kind = Kind::kBoefjeMeta;
  step.member = member;
  step.id = meta.id.ToString();
  step.body = job::PrintModel(meta);
  steps->push_back(std::move(step));
  if (!has_files) return;
  DeliveryStep raws;
  raws.kind = Kind::kRaws;
  raws.member = member;
  raws.id = meta.id.ToString();
  steps->push_back(std::move(raws));
}

// The follower's own, with the times of the run.
job::BoefjeMeta MetaOfFollower(const job::Task& follower,
                               const job::BoefjeMeta& leader) {
  job::BoefjeMeta meta = std::get<job::BoefjeMeta>(follower.data);
  meta.started_at = leader.started_at;
  meta.ended_at = leader.ended_at;
  return meta;
}

}  // namespace

OpenKatJob::~OpenKatJob() {
  meta = openkat::WithoutSecrets(std::move(meta));
  for (job::Task& follower : followers) {
    if (auto* const own = std::get_if<job::BoefjeMeta>(&follower.data)) {
      *own = openkat::WithoutSecrets(std::move(*own));
    }
  }
}

OpenKatDelivery BoefjeDelivery(const OpenKatJob& job, const JobOutcome& outcome,
                               std::vector<std::string>* warnings) {
  OpenKatDelivery delivery;
  delivery.key = KeyOf(job, "end");
  delivery.organisation = job.task.organisation;
  if (outcome.kind == JobOutcome::Kind::kCancelled) {
    // Who cancelled it has its status set, but nobody has cancelled the others.
    uint32_t member = 0;
    for (const job::Task& follower : job.followers) {
      delivery.steps.push_back(
          StatusStep(Kind::kSettle, follower, TaskStatus::kQueued, ++member));
    }
    return delivery;
  }
  RunResult result = ReadResult(outcome, OpenKatKind::kBoefje, warnings);
  job::BoefjeMeta meta = job.meta;
  meta.started_at = result.started.value_or(job.started);
  meta.ended_at = result.ended.value_or(DateTime::Now());
  delivery.status = result.status;
  const bool completed = result.status == job::StatusEnum::kCompleted;
  if (!completed) warnings->push_back(result.problem);
  if (!completed && !HasError(result.files)) {
    AddError(meta.boefje, result.problem, &result.files);
  }
  delivery.files = DistinctFiles(std::move(result.files));
  const bool has_files = !delivery.files.empty();
  AddOutput(meta, has_files, 0, &delivery.steps);
  delivery.steps.push_back(
      StatusStep(Kind::kFinish, job.task,
                 completed ? TaskStatus::kCompleted : TaskStatus::kFailed, 0));
  uint32_t member = 0;
  for (const job::Task& follower : job.followers) {
    ++member;
    if (completed) {
      AddOutput(MetaOfFollower(follower, meta), has_files, member,
                &delivery.steps);
    }
    delivery.steps.push_back(StatusStep(
        Kind::kSettle, follower,
        completed ? TaskStatus::kCompleted : TaskStatus::kQueued, member));
  }
  return delivery;
}

OpenKatDelivery NormalizerDelivery(const OpenKatJob& job,
                                   const JobOutcome& outcome,
                                   const openkat::ScanProfileWhitelist& allowed,
                                   std::vector<std::string>* warnings) {
  OpenKatDelivery delivery;
  delivery.key = KeyOf(job, "end");
  delivery.organisation = job.task.organisation;
  if (outcome.kind == JobOutcome::Kind::kCancelled) return delivery;
  RunResult result = ReadResult(outcome, OpenKatKind::kNormalizer, warnings);
  const bool completed = result.status == job::StatusEnum::kCompleted;
  if (!completed) warnings->push_back(result.problem);
  openkat::NormalizerOutcome run;
  run.meta = std::get<job::NormalizerMeta>(job.task.data);
  run.meta.raw_data.boefje_meta =
      openkat::WithoutSecrets(std::move(run.meta.raw_data.boefje_meta));
  run.meta.started_at = result.started.value_or(job.started);
  run.meta.ended_at = result.ended.value_or(DateTime::Now());
  if (result.version.has_value()) run.meta.normalizer.version = result.version;
  run.results = std::move(result.results);
  if (completed) {
    for (auto& request : openkat::OctopoesRequests(run, allowed, warnings)) {
      DeliveryStep step;
      step.kind = Kind::kOctopoes;
      step.path = std::move(request.path);
      step.body = std::move(request.body);
      delivery.steps.push_back(std::move(step));
    }
  }
  if (job.has_raw) {
    DeliveryStep step;
    step.kind = Kind::kNormalizerMeta;
    step.id = run.meta.id.ToString();
    step.body = job::PrintModel(run.meta);
    delivery.steps.push_back(std::move(step));
  }
  delivery.steps.push_back(
      StatusStep(Kind::kFinish, job.task,
                 completed ? TaskStatus::kCompleted : TaskStatus::kFailed, 0));
  return delivery;
}

OpenKatDelivery PostedDelivery(const OpenKatJob& job, job::BoefjeOutput output,
                               const DateTime& ended) {
  OpenKatDelivery delivery;
  delivery.key = KeyOf(job, "posted");
  delivery.organisation = job.task.organisation;
  delivery.status = output.status;
  job::BoefjeMeta meta = job.meta;
  meta.started_at = job.started;
  meta.ended_at = ended;
  std::vector<job::File> files =
      std::move(output.files).value_or(std::vector<job::File>());
  for (job::File& file : files) {
    const auto given = file.tags.value_or(std::set<std::string>());
    std::vector<std::string> dropped;  // as OpenKAT drops them
    file.tags =
        openkat::TagsOf(meta.boefje, {given.begin(), given.end()}, &dropped);
  }
  delivery.files = DistinctFiles(std::move(files));
  AddOutput(meta, !delivery.files.empty(), 0, &delivery.steps);
  const bool completed = output.status == job::StatusEnum::kCompleted;
  delivery.steps.push_back(
      StatusStep(Kind::kFinish, job.task,
                 completed ? TaskStatus::kCompleted : TaskStatus::kFailed, 0));
  return delivery;
}

OpenKatDelivery GiveBackDelivery(const OpenKatJob& job) {
  OpenKatDelivery delivery;
  delivery.key = KeyOf(job, "back");
  delivery.organisation = job.task.organisation;
  uint32_t member = 0;
  delivery.steps.push_back(
      StatusStep(Kind::kSettle, job.task, TaskStatus::kQueued, member));
  for (const job::Task& follower : job.followers) {
    delivery.steps.push_back(
        StatusStep(Kind::kSettle, follower, TaskStatus::kQueued, ++member));
  }
  return delivery;
}

}  // namespace cupel::worker
