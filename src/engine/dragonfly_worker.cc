#include "engine/dragonfly_worker.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/status.h"
#include "engine/engine.h"
#include "engine/package_executor.h"
#include "format/units.h"
#include "worker/dragonfly_config_files.h"
#include "worker/dragonfly_settings.h"
#include "worker/dragonfly_source.h"

namespace cupel {
namespace {

using worker::DragonflyAuth;
using worker::DragonflySettings;
using worker::DragonflySetup;
using worker::SettingLayer;
using worker::SettingProblem;

constexpr char kTable[] = "dragonfly";

// Upstream's files, our table, the environment: the later overrules.
DragonflySetup SetUp(const SourceContext& context) {
  std::vector<SettingLayer> layers;
  std::vector<SettingProblem> problems;
  Json table = Json::object();
  bool files = true;
  if (auto found = context.config->find(kTable);
      found != context.config->end() && found->is_object()) {
    table = *found;
  }
  if (auto flag = table.find("config_files"); flag != table.end()) {
    if (flag->is_boolean()) {
      files = flag->get<bool>();
    } else {
      problems.push_back(
          {"dragonfly.config_files", "must be true or false", ""});
    }
    table.erase("config_files");
  }
  std::error_code error;
  const auto folder = std::filesystem::current_path(error);
  if (files && !error) {
    layers = worker::DragonflyConfigFiles(folder.string(), &problems);
  }
  layers.push_back({SettingLayer::Kind::kTable, kTable, std::move(table)});
  if (context.environment != nullptr) {
    layers.push_back(worker::DragonflyVariables(*context.environment));
  }
  DragonflySetup setup = worker::SetUpDragonfly(layers);
  setup.problems.insert(setup.problems.begin(), problems.begin(),
                        problems.end());
  return setup;
}

std::string AuthPlan(const DragonflySettings& settings) {
  switch (settings.auth) {
    case DragonflyAuth::kServiceToken:
      return "the CF-Access headers of a service token";
    case DragonflyAuth::kPassword:
      return "a token for the user's password, from " + settings.auth0_domain;
    case DragonflyAuth::kCookie:
      return "a cookie for a service token";
    case DragonflyAuth::kNone:
      break;
  }
  return "no credentials";
}

Json PackageTable(const DragonflySettings& settings) {
  Json table;
  table["threads"] = settings.scan_threads;
  table["max_distributions"] = settings.max_distributions;
  table["max_download_size"] = settings.max_download_size;
  table["max_package_size"] = settings.max_package_size;
  table["max_scan_size"] = settings.max_scan_size;
  table["max_expanded_size"] = settings.max_expanded_size;
  table["max_archive_entries"] = settings.max_archive_entries;
  // The lease ends sooner.
  table["time_ms"] = settings.lease_ms;
  return table;
}

WorkerSource Describe(const DragonflySetup& setup) {
  const DragonflySettings& settings = setup.settings;
  WorkerSource source;
  source.kinds = {"package"};
  source.lease_ms = settings.lease_ms;
  source.pool_size = settings.threads != 0
                         ? settings.threads
                         : std::max(std::thread::hardware_concurrency(), 1u);
  source.executor_config["package"] = PackageTable(settings);
  source.plan.push_back(fmt::format("takes packages from {} with {}",
                                    settings.base_url, AuthPlan(settings)));
  source.plan.push_back(
      fmt::format("at most {} at a time; asks again {} after there were none",
                  settings.bulk_size,
                  FormatDuration(settings.load_duration_ms * 1'000'000)));
  source.plan.push_back(
      fmt::format("{}; results within {}",
                  settings.lease_required ? "jobs without a lease are refused"
                                          : "jobs may come without a lease",
                  FormatDuration(settings.lease_ms * 1'000'000)));
  source.plan.push_back(fmt::format(
      "of a package: {} distributions of {}, {} entries and {} unpacked; {} of "
      "a file",
      settings.max_distributions, FormatBytes(settings.max_download_size),
      settings.max_archive_entries, FormatBytes(settings.max_expanded_size),
      FormatBytes(settings.max_scan_size)));
  for (const std::string& note : setup.notes) {
    source.plan.push_back("note: " + note);
  }
  return source;
}

}  // namespace

WorkerSource CheckDragonflyWorker(const SourceContext& context,
                                  ConfigProblems* problems) {
  const DragonflySetup setup = SetUp(context);
  for (const SettingProblem& problem : setup.problems) {
    problems->push_back({problem.key, problem.message, problem.remedy});
  }
  return Describe(setup);
}

absl::StatusOr<WorkerSource> OpenDragonflyWorker(const SourceContext& context) {
  const DragonflySetup setup = SetUp(context);
  if (!setup.problems.empty()) {
    return InvalidArgument("{} {}", setup.problems[0].key,
                           setup.problems[0].message);
  }
  WorkerSource source = Describe(setup);
  CUPEL_RETURN_IF_ERROR(Engine::New().status());
  CUPEL_ASSIGN_OR_RETURN(
      worker::DragonflySource dragonfly,
      worker::NewDragonflySource(
          setup.settings,
          [](const std::string& document) {
            return CompileRulesDocument(document, {}).status();
          },
          context.log));
  source.source = std::move(dragonfly.source);
  source.executor_config["package"]["rules_folder"] =
      std::move(dragonfly.rules_folder);
  return source;
}

}  // namespace cupel
