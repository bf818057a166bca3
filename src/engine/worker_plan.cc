// What a configuration comes to.
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "base/status.h"
#include "engine/config_values.h"
#include "engine/executors.h"
#include "engine/scan_request.h"
#include "engine/worker.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "format/units.h"
#include "worker/job_process.h"

namespace cupel {
namespace {

constexpr uint64_t kTimeMs = 3'600'000;
constexpr uint64_t kStartMs = 120'000;
constexpr uint64_t kGraceMs = 2'000;
constexpr uint64_t kMemoryBytes = uint64_t{4} << 30;
constexpr std::string_view kWorker = "worker";

std::string HostAndPid() {
  char host[256] = "";
  if (gethostname(host, sizeof(host) - 1) != 0) host[0] = '\0';
  return fmt::format("{}:{}", EscapePrintable(host), getpid());
}

void Read(WorkerPlan* plan) {
  const Json& config = plan->config;
  plan->source_name = ConfigText(config, kWorker, "source", "queue");
  plan->threads = ConfigText(config, kWorker, "mode", "process") == "thread";
  plan->time_ms = ConfigCount(config, kWorker, "time_limit", kTimeMs);
  plan->start_ms = ConfigCount(config, kWorker, "start_time", kStartMs);
  plan->grace_ms = ConfigCount(config, kWorker, "grace", kGraceMs);
  plan->name = ConfigText(config, kWorker, "name");
  if (plan->name.empty()) plan->name = HostAndPid();
  plan->listen = ConfigText(config, kWorker, "listen");
  plan->log_json = ConfigText(config, kWorker, "log_format", "text") == "json";
}

void ChooseLevelAndSize(WorkerPlan* plan) {
  const std::string level = ConfigText(
      plan->config, kWorker, "log_level",
      plan->source.log_level.empty() ? "INFO" : plan->source.log_level);
  plan->log_level = worker::LogLevelOf(level).value_or(worker::LogLevel::kInfo);
  if (ConfigText(plan->config, kWorker, "log_format").empty()) {
    plan->log_json = plan->source.log_json;
  }
  const uint32_t processors =
      std::clamp<uint32_t>(std::thread::hardware_concurrency(), 1, 1024);
  const uint32_t usual =
      plan->source.pool_size != 0 ? plan->source.pool_size : processors;
  plan->pool_size = static_cast<uint32_t>(
      ConfigCount(plan->config, kWorker, "pool_size", usual));
}

}  // namespace

// What job runners are given: no table of a source's that has secrets. That of
// OpenKAT has none, and says where boefjes are, whichever source they come
// from.
void MakeExecutorConfig(WorkerPlan* plan) {
  Json config = Json::object();
  for (const char* table : {"rules", "scan", "plugins", "package", "openkat"}) {
    const auto found = plan->config.find(table);
    if (found != plan->config.end()) config[table] = *found;
  }
  if (plan->source.any_path &&
      ConfigTexts(plan->config, "scan", "roots").empty()) {
    config["scan"]["any_path"] = true;
  }
  config["kinds"] = plan->source.kinds;
  config["process"]["memory"] =
      ConfigCount(plan->config, kWorker, "memory", kMemoryBytes);
  for (const auto& [table, content] : plan->source.executor_config.items()) {
    if (content.is_object() && config.contains(table)) {
      config[table].update(content);
    } else {
      config[table] = content;
    }
  }
  plan->executor_config = PrintJson(config);
}

namespace {

void CheckScans(WorkerPlan* plan) {
  const absl::StatusOr<ScanPolicy> policy = ScanPolicyOf(plan->config);
  if (!policy.ok()) {
    plan->problems.push_back(
        {"scan", std::string(MessageOf(policy.status())), ""});
  }
  for (const std::string& path : ConfigTexts(plan->config, "rules", "paths")) {
    if (access(path.c_str(), R_OK) == 0) continue;
    plan->problems.push_back(
        {"rules.paths",
         fmt::format("'{}' can't be read", EscapePrintable(path)),
         "name files or folders that are there"});
  }
  const auto& kinds = plan->source.kinds;
  const bool only_scans =
      std::all_of(kinds.begin(), kinds.end(),
                  [](const std::string& kind) { return kind == "scan"; });
  if (plan->threads && !only_scans) {
    plan->problems.push_back({"worker.mode",
                              "thread is for jobs that only scan",
                              "leave it out, or take jobs of kind scan only"});
  }
}

void Describe(WorkerPlan* plan) {
  std::vector<std::string>& lines = plan->lines;
  lines = plan->source.plan;
  lines.push_back(
      plan->threads
          ? fmt::format("runs {} at once, in threads of one process",
                        plan->pool_size)
          : fmt::format("runs {} at once, each in a process of its own with {} "
                        "of memory",
                        plan->pool_size,
                        FormatBytes(ConfigCount(plan->config, kWorker, "memory",
                                                kMemoryBytes))));
  lines.push_back(fmt::format("ends a job after {}",
                              FormatDuration(plan->time_ms * 1'000'000)));
  const std::vector<std::string> rules =
      ConfigTexts(plan->config, "rules", "paths");
  for (const std::string& path : rules) {
    lines.push_back("scans with the rules of " + EscapePrintable(path));
  }
  if (rules.empty()) lines.emplace_back("scans with the rules that jobs bring");
  const std::vector<std::string> roots =
      ConfigTexts(plan->config, "scan", "roots");
  for (const std::string& root : roots) {
    lines.push_back("takes files below " + EscapePrintable(root));
  }
  if (roots.empty()) {
    lines.emplace_back(plan->source.any_path
                           ? "takes any file that it can read"
                           : "takes no files by name, only content");
  }
  lines.push_back(plan->listen.empty()
                      ? "listens nowhere"
                      : "listens on " + EscapePrintable(plan->listen));
}

// Starts what would run jobs, as far as it takes to see whether it can.
absl::Status TryRunner(const WorkerPlan& plan, Cancel* cancel) {
  if (plan.threads) {
    CUPEL_ASSIGN_OR_RETURN(const Json config, ParseJson(plan.executor_config,
                                                        "the configuration"));
    return NewExecutors(config).status();
  }
  return worker::JobProcess::Start(
             {.program = ConfigText(plan.config, kWorker, "job_runner"),
              .config = plan.executor_config,
              .start_ms = plan.start_ms},
             cancel)
      .status();
}

WorkerPlan TryPlan(const WorkerSetup& setup, Cancel* cancel) {
  WorkerPlan plan = PlanWorker(setup);
  if (!plan.problems.empty()) return plan;
  const absl::Status status = TryRunner(plan, cancel);
  if (!status.ok()) {
    plan.problems.push_back({"job runner", std::string(MessageOf(status)), ""});
  }
  return plan;
}

}  // namespace

WorkerPlan PlanWorker(const WorkerSetup& setup) {
  WorkerPlan plan;
  plan.config = ReadWorkerConfig(setup.toml, setup.toml_name, setup.environment,
                                 &plan.problems);
  Read(&plan);
  const SourceContext context = {.config = &plan.config,
                                 .environment = &setup.environment,
                                 .worker_name = plan.name};
  plan.source = CheckWorkerSource(plan.source_name, context, &plan.problems);
  ChooseLevelAndSize(&plan);
  CheckScans(&plan);
  MakeExecutorConfig(&plan);
  Describe(&plan);
  return plan;
}

namespace {

std::string CheckJson(const WorkerPlan& plan) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  writer.Key("schema").String("cupel.worker-check/1");
  writer.Key("ok").Bool(plan.problems.empty());
  writer.Key("problems").BeginArray();
  for (const ConfigProblem& problem : plan.problems) {
    writer.BeginObject();
    writer.Key("key").String(problem.key);
    writer.Key("message").String(problem.message);
    writer.Key("remedy").String(problem.remedy);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("plan").BeginArray();
  for (const std::string& line : plan.lines) writer.String(line);
  writer.EndArray();
  writer.EndObject();
  return json;
}

std::string CheckText(const WorkerPlan& plan) {
  std::string text;
  for (const ConfigProblem& problem : plan.problems) {
    text += fmt::format("{}: {}\n", problem.key, problem.message);
    if (!problem.remedy.empty()) text += fmt::format("  {}\n", problem.remedy);
  }
  if (!plan.problems.empty()) return text;
  text += "This worker\n";
  for (const std::string& line : plan.lines) text += "  " + line + "\n";
  return text;
}

}  // namespace

std::string CheckWorker(const WorkerSetup& setup, bool text, Cancel* cancel,
                        bool* ok) {
  const WorkerPlan plan = TryPlan(setup, cancel);
  *ok = plan.problems.empty();
  return text ? CheckText(plan) : CheckJson(plan);
}

}  // namespace cupel
