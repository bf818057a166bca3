#include "worker/openkat_mula.h"

#include <utility>
#include <variant>

#include "base/status.h"
#include "compat/openkat/percent.h"
#include "fmt/core.h"
#include "format/json_fields.h"
#include "format/json_writer.h"

namespace cupel::worker {
namespace {

using openkat::PercentEncoded;

std::string TextAt(const Json& object, std::string_view key) {
  if (!object.is_object()) return "";
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

// mula has the key in the data, OpenKAT's own examples beside it.
std::string DedupKeyOf(const Json& task) {
  const auto data = task.find("data");
  std::string key;
  if (data != task.end()) key = TextAt(*data, "deduplication_key");
  return key.empty() ? TextAt(task, "deduplication_key") : key;
}

std::string FiltersJson(const std::vector<PopFilter>& filters) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("filters").BeginArray();
  for (const PopFilter& filter : filters) {
    if (filter.values.empty()) continue;
    json.BeginObject();
    json.Key("column").String("data");
    json.Key("field").String(filter.field);
    json.Key("operator").String("in");
    json.Key("value").BeginArray();
    for (const std::string& value : filter.values) json.String(value);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return out;
}

std::string TaskTarget(std::string_view task) {
  return "/tasks/" + PercentEncoded(task);
}

}  // namespace

absl::StatusOr<PoppedTasks> ReadPopped(const Json& answer) {
  const auto results =
      answer.is_object() ? answer.find("results") : answer.end();
  if (results == answer.end() || !results->is_array()) {
    return Unavailable("mula: pop: the answer has no results");
  }
  PoppedTasks popped;
  for (const Json& json : *results) {
    JsonIssues issues;
    PoppedTask one;
    one.task = job::ParseTask(json, {}, &issues);
    if (issues.empty()) {
      one.dedup_key = DedupKeyOf(json);
      popped.tasks.push_back(std::move(one));
      continue;
    }
    UnreadableTask unreadable;
    const auto id = Uuid::Parse(TextAt(json, "id"));
    if (id.ok()) unreadable.id = id->ToString();
    unreadable.problem = std::string(MessageOf(issues.ToStatus("task")));
    popped.unreadable.push_back(std::move(unreadable));
  }
  return popped;
}

absl::StatusOr<PoppedTasks> MulaClient::Pop(
    std::string_view scheduler, const std::vector<PopFilter>& filters,
    std::optional<uint32_t> limit) const {
  std::string target =
      fmt::format("/schedulers/{}/pop", PercentEncoded(scheduler));
  if (limit.has_value()) target += fmt::format("?limit={}", *limit);
  CUPEL_ASSIGN_OR_RETURN(
      const Json answer,
      service_.AskJson("POST", target, FiltersJson(filters), "pop",
                       /*cancel=*/nullptr, pop_timeout_ms_));
  return ReadPopped(answer);
}

absl::StatusOr<job::TaskStatus> MulaClient::StatusOf(std::string_view task,
                                                     Cancel* cancel) const {
  CUPEL_ASSIGN_OR_RETURN(
      const Json answer,
      service_.AskJson("GET", TaskTarget(task), "", "get a task", cancel));
  const auto status = job::TaskStatusFromName(TextAt(answer, "status"));
  if (!status.has_value()) {
    return Unavailable("mula: get a task: its status is none that is known");
  }
  return *status;
}

absl::StatusOr<job::Task> MulaClient::Get(std::string_view task,
                                          Cancel* cancel) const {
  CUPEL_ASSIGN_OR_RETURN(
      const Json answer,
      service_.AskJson("GET", TaskTarget(task), "", "get a task", cancel));
  JsonIssues issues;
  job::Task parsed = job::ParseTask(answer, {}, &issues);
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("task"));
  return parsed;
}

absl::Status MulaClient::SetStatus(std::string_view task,
                                   job::TaskStatus status,
                                   Cancel* cancel) const {
  return service_
      .Ask("PATCH", TaskTarget(task),
           fmt::format(R"({{"status":"{}"}})", job::Name(status)),
           fmt::format("set a task to {}", job::Name(status)), cancel)
      .status();
}

}  // namespace cupel::worker
