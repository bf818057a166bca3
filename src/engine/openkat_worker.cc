#include "engine/openkat_worker.h"

#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "engine/boefje_executor.h"
#include "engine/catalogue.h"
#include "engine/normalizer_executor.h"
#include "engine/openkat_api_server.h"
#include "engine/openkat_config.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "queue/outbox.h"
#include "settings/keyring.h"
#include "worker/openkat_options.h"
#include "worker/openkat_source.h"

namespace cupel {
namespace {

using worker::OpenKatKind;
using worker::OpenKatOptions;

struct Settings {
  OpenKatOptions options;
  Json table = Json::object();  // that the executors are made of
  OpenKatConfig config;
  std::vector<std::string> ignored;
};

// The source and what is served of it, which goes first.
struct Served {
  std::unique_ptr<worker::OpenKatSource> source;
  std::unique_ptr<OpenKatApiServer> server;
};

std::string_view VariableOf(const SourceContext& context,
                            std::string_view wanted) {
  for (const auto& [name, value] : *context.environment) {
    if (name == wanted) return value;
  }
  return {};
}

// systemd's own folder for it, or the user's.
std::string DefaultSpool(const SourceContext& context, OpenKatKind kind) {
  const std::string file =
      fmt::format("openkat-{}.spool", worker::OpenKatKindName(kind));
  const std::string_view state = VariableOf(context, "STATE_DIRECTORY");
  if (!state.empty()) {
    return fmt::format("{}/{}", state.substr(0, state.find(':')), file);
  }
  const std::string_view xdg = VariableOf(context, "XDG_STATE_HOME");
  if (!xdg.empty()) return fmt::format("{}/cupel/{}", xdg, file);
  const std::string_view home = VariableOf(context, "HOME");
  if (!home.empty()) return fmt::format("{}/.local/state/cupel/{}", home, file);
  return "";
}

Settings ReadSettings(const SourceContext& context, OpenKatKind kind,
                      ConfigProblems* problems) {
  Settings settings;
  std::vector<worker::VariableProblem> wrong;
  settings.options = worker::ReadOpenKatVariables(kind, *context.environment,
                                                  &wrong, &settings.ignored);
  for (worker::VariableProblem& one : wrong) {
    problems->push_back({std::move(one.name), std::move(one.message), ""});
  }
  JsonIssues issues;
  settings.table["openkat"] =
      OpenKatTable(*context.config, *context.environment, &issues);
  settings.config = ReadOpenKatConfig(settings.table, &issues);
  for (const JsonIssue& issue : issues.list()) {
    // "$.openkat.spool"
    problems->push_back({PathText(issue.path).substr(2), issue.message, ""});
  }
  OpenKatConfig& config = settings.config;
  if (config.spool.empty()) config.spool = DefaultSpool(context, kind);
  if (config.spool.empty()) {
    problems->push_back(
        {"openkat.spool", "is missing",
         "the file in which results are kept that can't be delivered"});
  }
  OpenKatOptions& options = settings.options;
  const auto add = [](const std::vector<std::string>& from,
                      std::vector<std::string>* to) {
    to->insert(to->end(), from.begin(), from.end());
  };
  add(config.plugins, &options.plugins);
  add(config.images, &options.images);
  options.plugin_folders = config.executor.plugin_folders;
  options.upstream_metas = config.upstream_metas;
  options.max_raw_bytes = config.executor.max_raw_bytes;
  if (config.serve_api && options.boefjes_api.empty()) {
    problems->push_back({"BOEFJES_API", "must be set to a URL",
                         "under which image workers reach the boefje API"});
  }
  return settings;
}

WorkerSource Describe(const Settings& settings) {
  const OpenKatOptions& options = settings.options;
  WorkerSource source;
  source.executor_config = settings.table;
  source.kinds = {std::string(worker::OpenKatKindName(options.kind))};
  source.pool_size = options.pool_size;
  source.log_json = options.json_logs;
  source.plan = worker::PlanOf(options);
  source.plan.push_back(fmt::format(
      "plugins are those of {} folders{}", options.plugin_folders.size(),
      options.kind == OpenKatKind::kBoefje ? ", and images that tasks name"
                                           : ""));
  source.plan.push_back("keep in '" + EscapePrintable(settings.config.spool) +
                        "' what can't be delivered");
  if (settings.config.serve_api) {
    source.plan.push_back(
        fmt::format("serve the boefje API on '{}' port {}, as {}",
                    EscapePrintable(options.api_host), options.api_port,
                    options.boefjes_api));
  }
  for (const std::string& one : settings.ignored) {
    source.plan.push_back("passes over " + one);
  }
  return source;
}

absl::Status MakeFolderOf(const std::string& file) {
  for (size_t slash = file.find('/', 1); slash != std::string::npos;
       slash = file.find('/', slash + 1)) {
    const std::string folder = file.substr(0, slash);
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
      return ErrnoStatus(errno, "make '" + EscapePrintable(folder) + "'");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<WorkerSource> Open(const SourceContext& context,
                                  OpenKatKind kind) {
  ConfigProblems problems;
  Settings settings = ReadSettings(context, kind, &problems);
  if (!problems.empty()) {
    return InvalidArgument("{} {}", problems.front().key,
                           problems.front().message);
  }
  WorkerSource source = Describe(settings);
  CUPEL_RETURN_IF_ERROR(MakeFolderOf(settings.config.spool));
  CUPEL_ASSIGN_OR_RETURN(std::shared_ptr<queue::Outbox> outbox,
                         queue::Outbox::Open(settings.config.spool));
  auto served = std::make_shared<Served>();
  CUPEL_ASSIGN_OR_RETURN(served->source, worker::OpenKatSource::New(
                                             std::move(settings.options),
                                             std::move(outbox), context.log));
  if (settings.config.serve_api) {
    const OpenKatOptions& options = served->source->options();
    CUPEL_ASSIGN_OR_RETURN(
        served->server,
        OpenKatApiServer::Start(options.api_host, options.api_port,
                                served->source->NewApi()));
    if (context.log != nullptr) {
      context.log->Info("boefje API is served", "",
                        {{"host", EscapePrintable(options.api_host)},
                         {"port", std::to_string(served->server->port())}});
    }
  }
  worker::JobSource* const jobs = served->source.get();
  source.source = {std::move(served), jobs};
  return source;
}

absl::StatusOr<OpenKatConfig> ExecutorConfig(const Json& config) {
  JsonIssues issues;
  OpenKatConfig read = ReadOpenKatConfig(config, &issues);
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("configuration"));
  return read;
}

}  // namespace

WorkerSource CheckOpenKatBoefjes(const SourceContext& context,
                                 ConfigProblems* problems) {
  return Describe(ReadSettings(context, OpenKatKind::kBoefje, problems));
}

WorkerSource CheckOpenKatNormalizers(const SourceContext& context,
                                     ConfigProblems* problems) {
  return Describe(ReadSettings(context, OpenKatKind::kNormalizer, problems));
}

absl::StatusOr<WorkerSource> OpenOpenKatBoefjes(const SourceContext& context) {
  return Open(context, OpenKatKind::kBoefje);
}

absl::StatusOr<WorkerSource> OpenOpenKatNormalizers(
    const SourceContext& context) {
  return Open(context, OpenKatKind::kNormalizer);
}

absl::StatusOr<std::unique_ptr<worker::Executor>> MakeBoefjeExecutor(
    const Json& config) {
  CUPEL_ASSIGN_OR_RETURN(OpenKatConfig read, ExecutorConfig(config));
  std::shared_ptr<Registry> registry;
  if (!read.registry.empty()) {
    CatalogueOptions catalogue;
    catalogue.database = read.registry;
    catalogue.plugin_folders = read.executor.plugin_folders;
    catalogue.allow_identity = read.plain_settings;
    worker::VariableList keys_file;
    if (!read.settings_keys_file.empty()) {
      keys_file.emplace_back("CUPEL_SETTINGS_KEYS_FILE",
                             read.settings_keys_file);
    }
    CUPEL_ASSIGN_OR_RETURN(const Keyring keys,
                           Keyring::FromVariables(keys_file));
    catalogue.keys = &keys;
    CUPEL_ASSIGN_OR_RETURN(const std::shared_ptr<Catalogue> opened,
                           OpenCatalogue(catalogue));
    registry = opened->registry;
  }
  return NewBoefjeExecutor(std::move(read.executor), std::move(registry));
}

absl::StatusOr<std::unique_ptr<worker::Executor>> MakeNormalizerExecutor(
    const Json& config) {
  CUPEL_ASSIGN_OR_RETURN(OpenKatConfig read, ExecutorConfig(config));
  return NewNormalizerExecutor(std::move(read.executor));
}

}  // namespace cupel
