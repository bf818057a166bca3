#include "engine/openkat_job.h"

#include <algorithm>

#include "base/status.h"
#include "fmt/core.h"
#include "format/json_fields.h"
#include "plugin/plugin.h"

namespace cupel {
namespace {

constexpr size_t kMostLines = 200;
constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error"};

}  // namespace

absl::StatusOr<Json> ParseBody(const worker::WorkOrder& order) {
  JsonLimits limits;
  limits.bytes = std::max(limits.bytes, order.body.size());
  CUPEL_ASSIGN_OR_RETURN(Json body, ParseJson(order.body, "body", limits));
  if (!body.is_object()) {
    return InvalidArgument("body: expected an object, found {}",
                           JsonTypeName(body));
  }
  return body;
}

absl::StatusOr<job::Task> TaskOf(const Json& body) {
  JsonIssues issues;
  const auto task = body.find("task");
  if (task == body.end()) return InvalidArgument("body: expected a task");
  job::Task parsed = job::ParseTask(*task, {std::string("task")}, &issues);
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("body"));
  return parsed;
}

void RunLog::Add(LogLevel level, std::string_view text) {
  const auto index = static_cast<size_t>(level);
  std::string line = fmt::format("{}: {}", kLevels[std::min<size_t>(index, 3)],
                                 PluginMessage(text));
  const MutexLock lock(mutex_);
  if (lines_.size() < kMostLines) {
    lines_.push_back(std::move(line));
  } else {
    ++left_out_;
  }
}

void RunLog::Write(JsonWriter* json) const {
  const MutexLock lock(mutex_);
  json->BeginArray();
  for (const std::string& line : lines_) json->String(line);
  if (left_out_ > 0) json->String(fmt::format("and {} more", left_out_));
  json->EndArray();
}

PluginRunOptions OptionsOf(const OpenKatExecutorOptions& options,
                           const worker::WorkOrder& order, RunLog* log) {
  PluginRunOptions run = options.run;
  if (order.time_ms != 0) {
    run.timeout_ms = run.timeout_ms == 0
                         ? order.time_ms
                         : std::min(run.timeout_ms, order.time_ms);
  }
  run.log = [log, also = run.log](LogLevel level, std::string_view text) {
    log->Add(level, text);
    if (also) also(level, text);
  };
  return run;
}

void WriteRun(std::string_view schema, job::StatusEnum status, Tier tier,
              std::string_view problem,
              const std::vector<std::string>& warnings, const RunLog& log,
              JsonWriter* json) {
  const bool completed = status == job::StatusEnum::kCompleted;
  json->Key("schema").String(schema);
  json->Key("status").String(completed ? "completed" : "failed");
  json->Key("tier").String(TierName(tier));
  json->Key("problem").String(problem);
  json->Key("warnings").BeginArray();
  for (const std::string& warning : warnings) json->String(warning);
  json->EndArray();
  json->Key("log");
  log.Write(json);
}

}  // namespace cupel
