#include "job/task.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "job/fields.h"

namespace cupel::job {
namespace {

void Report(std::string_view as, const JsonIssues& found, JsonIssues* issues) {
  for (const JsonIssue& issue : found.list()) {
    issues->Add(issue.path, issue.type,
                std::string(as).append(": ").append(issue.message));
  }
}

// What pydantic takes if both fit is the one that has more fields set, and a
// NormalizerMeta, which contains a BoefjeMeta, always has.
std::variant<BoefjeMeta, NormalizerMeta> ParseData(const Json& json,
                                                   const JsonPath& path,
                                                   JsonIssues* issues) {
  JsonIssues as_normalizer;
  const bool may_be_normalizer = json.is_object() && json.contains("raw_data");
  if (may_be_normalizer) {
    NormalizerMeta meta = ParseNormalizerMeta(json, path, &as_normalizer);
    if (as_normalizer.empty()) return meta;
  }
  JsonIssues as_boefje;
  BoefjeMeta meta = ParseBoefjeMeta(json, path, &as_boefje);
  if (as_boefje.empty()) return meta;
  if (!may_be_normalizer) ParseNormalizerMeta(json, path, &as_normalizer);
  Report("as a boefje's meta", as_boefje, issues);
  Report("as a normalizer's meta", as_normalizer, issues);
  return meta;
}

}  // namespace

std::optional<TaskStatus> TaskStatusFromName(std::string_view name) {
  const auto* const found =
      std::find(kTaskStatusNames.begin(), kTaskStatusNames.end(), name);
  if (found == kTaskStatusNames.end()) return std::nullopt;
  return static_cast<TaskStatus>(found - kTaskStatusNames.begin());
}

Task ParseTask(const Json& json, const JsonPath& path, JsonIssues* issues) {
  JsonFields in(json, path, issues);
  Task task;
  task.id = in.Id("id");
  task.scheduler_id = in.String("scheduler_id");
  task.schedule_id = in.OptionalString("schedule_id", /*required_key=*/true);
  task.organisation = in.String("organisation");
  task.priority = in.Integer("priority");
  task.status = static_cast<TaskStatus>(
      in.Choice("status", {"pending", "queued", "dispatched", "running",
                           "completed", "failed", "cancelled"}));
  task.type = in.String("type");
  task.hash = in.OptionalString("hash");
  const Json* const data = in.Required("data");
  if (data != nullptr) task.data = ParseData(*data, in.PathOf("data"), issues);
  task.created_at = in.AnyDateTime("created_at");
  task.modified_at = in.AnyDateTime("modified_at");
  return task;
}

TaskPop ParseTaskPop(const Json& json, const JsonPath& path,
                     JsonIssues* issues) {
  JsonFields in(json, path, issues);
  return {ParseModels(&in, "results", /*required=*/true, issues, &ParseTask)};
}

PaginatedTasksResponse ParsePaginatedTasksResponse(const Json& json,
                                                   const JsonPath& path,
                                                   JsonIssues* issues) {
  JsonFields in(json, path, issues);
  PaginatedTasksResponse page;
  page.count = in.Integer("count");
  page.next = in.OptionalString("next");
  page.previous = in.OptionalString("previous");
  page.results =
      ParseModels(&in, "results", /*required=*/true, issues, &ParseTask);
  return page;
}

Queue ParseQueue(const Json& json, const JsonPath& path, JsonIssues* issues) {
  JsonFields in(json, path, issues);
  Queue queue;
  queue.id = in.String("id");
  queue.size = in.Integer("size");
  return queue;
}

void Write(const Task& task, JsonWriter* out) {
  out->BeginObject().Key("id").String(task.id.ToString());
  out->Key("scheduler_id").String(task.scheduler_id);
  WriteOptional("schedule_id", task.schedule_id, out);
  out->Key("organisation").String(task.organisation);
  out->Key("priority").Number(task.priority);
  out->Key("status").String(Name(task.status));
  out->Key("type").String(task.type);
  WriteOptional("hash", task.hash, out);
  out->Key("data");
  std::visit([out](const auto& meta) { Write(meta, out); }, task.data);
  out->Key("created_at").String(task.created_at.ToString());
  out->Key("modified_at").String(task.modified_at.ToString());
  out->EndObject();
}

void Write(const TaskPop& pop, JsonWriter* out) {
  out->BeginObject();
  WriteModels("results", pop.results, out);
  out->EndObject();
}

void Write(const PaginatedTasksResponse& page, JsonWriter* out) {
  out->BeginObject().Key("count").Number(page.count);
  WriteOptional("next", page.next, out);
  WriteOptional("previous", page.previous, out);
  WriteModels("results", page.results, out);
  out->EndObject();
}

void Write(const Queue& queue, JsonWriter* out) {
  out->BeginObject().Key("id").String(queue.id);
  out->Key("size").Number(queue.size);
  out->EndObject();
}

}  // namespace cupel::job
