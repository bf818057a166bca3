#include "engine/jobs.h"

#include <utility>
#include <variant>

#include "base/status.h"
#include "engine/issue_json.h"

namespace cupel {
namespace {

constexpr std::string_view kWhat = "job";

void Mask(job::BoefjeMeta* meta) {
  if (!meta->environment.has_value()) return;
  for (auto& [key, value] : *meta->environment) value = "***";
}
void Mask(job::RawDataMeta* meta) { Mask(&meta->boefje_meta); }
void Mask(job::NormalizerMeta* meta) { Mask(&meta->raw_data); }
void Mask(job::Task* task) {
  std::visit([](auto& data) { Mask(&data); }, task->data);
}
void Mask(job::BoefjeInput* input) { Mask(&input->task); }
void Mask(job::TaskPop* pop) {
  for (job::Task& task : pop->results) Mask(&task);
}
void Mask(job::PaginatedTasksResponse* page) {
  for (job::Task& task : page->results) Mask(&task);
}
// Have no environment.
void Mask(job::Queue* /*unused*/) {}
void Mask(job::File* /*unused*/) {}
void Mask(job::BoefjeOutput* /*unused*/) {}
void Mask(job::NormalizerObservation* /*unused*/) {}
void Mask(job::NormalizerDeclaration* /*unused*/) {}
void Mask(job::NormalizerAffirmation* /*unused*/) {}
void Mask(job::DeclaredScanProfile* /*unused*/) {}
void Mask(job::NormalizerResults* /*unused*/) {}
void Mask(job::Ooi* /*unused*/) {}

template <typename AnyJob>  // const or not
absl::StatusOr<decltype(&std::get<job::Task>(std::declval<AnyJob&>()))> TaskIn(
    AnyJob& job) {
  if (auto* task = std::get_if<job::Task>(&job)) return task;
  return FailedPrecondition("the job is a {}, and only a Task has a status",
                            job::Name(job::KindOf(job)));
}

}  // namespace

absl::StatusOr<std::string> CheckJobJson(std::string_view text,
                                         std::optional<job::Kind> kind) {
  CUPEL_ASSIGN_OR_RETURN(const Json document, ParseJson(text, kWhat));
  if (!kind.has_value()) kind = job::DetectKind(document);
  JsonIssues issues;
  if (kind.has_value()) {
    job::ParseKind(*kind, document, {}, &issues);
  } else {
    issues.Add({}, "unknown_kind", "no job of OpenKAT's looks like this");
  }
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("kind");
  if (kind.has_value()) {
    json.String(job::Name(*kind));
  } else {
    json.Null();
  }
  json.Key("sound").Bool(issues.empty());
  WriteIssues("problems", issues, &json);
  json.EndObject();
  return out;
}

SecretText JobJson(const job::AnyJob& job, const JobJsonOptions& options) {
  const auto style = options.indent ? JsonWriter::Style::kIndented
                                    : JsonWriter::Style::kCompact;
  if (options.reveal) return SecretText(job::Print(job, style));
  job::AnyJob masked = job;
  std::visit([](auto& model) { Mask(&model); }, masked);
  return SecretText(job::Print(masked, style));
}

absl::StatusOr<job::TaskStatus> StatusOfTask(const job::AnyJob& job) {
  CUPEL_ASSIGN_OR_RETURN(const job::Task* task, TaskIn(job));
  return task->status;
}

absl::StatusOr<job::AnyJob> TransitionTask(const job::AnyJob& job,
                                           job::TaskStatus to) {
  CUPEL_ASSIGN_OR_RETURN(const job::Task* task, TaskIn(job));
  CUPEL_RETURN_IF_ERROR(job::CheckTransition(task->status, to));
  job::Task next = *task;
  next.status = to;
  next.modified_at = DateTime::Now();
  return job::AnyJob(std::move(next));
}

}  // namespace cupel
