#include "worker_options.h"

#include <unistd.h>

#include <string_view>
#include <utility>

#include "app.h"
#include "text_input.h"

namespace cli {
namespace {

struct Named {
  const char* option;
  const char* variable;
  const char* type;
  const char* group;
  const char* help;
};

constexpr Named kQueue[] = {
    {"-q,--queue", "CUPEL_WORKER_QUEUE_URL", "URL", "Jobs",
     "Where jobs come from: sqlite:PATH, postgresql://…, amqp://…"},
    {"--lease", "CUPEL_WORKER_QUEUE_LEASE", "TIME", "Jobs",
     "How long a job is held at a time [60s]"},
    {"--kinds", "CUPEL_WORKER_QUEUE_KINDS", "KINDS", "Jobs",
     "Which jobs are taken, with commas [scan]"},
};

constexpr Named kAll[] = {
    {"-n,--pool-size", "CUPEL_WORKER_POOL_SIZE", "COUNT", "Pool",
     "Jobs at once, each in a process of its own [processors]"},
    {"--time-limit", "CUPEL_WORKER_TIME_LIMIT", "TIME", "Pool",
     "For one job that says nothing itself [1h]"},
    {"--memory", "CUPEL_WORKER_MEMORY", "SIZE", "Pool",
     "Address space of one process [4G]"},
    {"--name", "CUPEL_WORKER_NAME", "NAME", "Pool",
     "Who it is to others [host:pid]"},
    {"--rules-cache", "CUPEL_WORKER_RULES_CACHE", "FOLDER", "Rules",
     "Keep compiled rules there"},
    {"-l,--listen", "CUPEL_WORKER_LISTEN", "ADDRESS:PORT", "Output",
     "Metrics, health and a status page by HTTP"},
};

// The order of `given` is that of the options: pointers into it must stay.
void AddNamed(CLI::App& command, WorkerSettings* settings, const Named& named) {
  settings->given.push_back({named.variable, {}});
  command.add_option(named.option, settings->given.back().value, named.help)
      ->type_name(named.type)
      ->group(named.group);
}

void AddChoices(CLI::App& command, WorkerSettings* settings) {
  settings->given.push_back({"CUPEL_WORKER_MODE", {}});
  AddChoice(command, "--mode", &settings->given.back().value,
            {"process", "thread"},
            "thread: in one process, for jobs that only scan [process]")
      ->group("Pool");
  settings->given.push_back({"CUPEL_WORKER_LOG_LEVEL", {}});
  AddChoice(command, "--log-level", &settings->given.back().value,
            {"DEBUG", "INFO", "WARNING", "ERROR"},
            "The least that is told [INFO]")
      ->group("Output");
  settings->given.push_back({"CUPEL_WORKER_LOG_FORMAT", {}});
  AddChoice(command, "--log-format", &settings->given.back().value,
            {"text", "json"}, "Lines of text or of JSON [text]")
      ->group("Output");
}

// Lists of paths may hold commas; line feeds they can't.
std::string Lines(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& one : list) text += one + "\n";
  return text;
}

}  // namespace

void AddWorkerOptions(CLI::App& command, WorkerSettings* settings,
                      bool with_queue) {
  settings->given.reserve(32);
  command
      .add_option("-c,--config", settings->config,
                  "A TOML file, which the environment and options stand above")
      ->type_name("FILE")
      ->group("Configuration");
  command
      .add_flag("--check", settings->check,
                "Say what it would do, or all that is wrong, and end")
      ->group("Configuration");
  AddChoice(command, "--format", &settings->format, {"text", "json"},
            "Of what --check says [text]")
      ->group("Configuration");
  if (with_queue) {
    for (const Named& named : kQueue) AddNamed(command, settings, named);
    AddRepeated(command, "-r,--rules", &settings->rules, "PATH",
                "Rules for jobs that bring none; may be repeated")
        ->group("Rules");
    AddRepeated(command, "--root", &settings->roots, "FOLDER",
                "Take files only from below it; may be repeated")
        ->group("Jobs");
  }
  command
      .add_flag("--exit-when-empty", settings->exit_when_empty,
                "End when no job is left")
      ->group("Jobs");
  for (const Named& named : kAll) AddNamed(command, settings, named);
  AddChoices(command, settings);
}

cupel::WorkerOptions WorkerOptionsOf(const WorkerSettings& settings,
                                     const std::string& source,
                                     std::string* config) {
  cupel::WorkerOptions options;
  if (!settings.config.empty()) {
    *config = ReadText(settings.config, "configuration", size_t{4} << 20);
    options.config_name = settings.config;
  }
  options.config = *config;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::string_view(*variable).find('=') > 0) {
      options.environment.emplace_back(*variable);
    }
  }
  const auto set = [&](const char* name, const std::string& value) {
    if (!value.empty()) {
      options.environment.push_back(std::string(name) + "=" + value);
    }
  };
  for (const auto& [variable, value] : settings.given) set(variable, value);
  for (std::string& variable : OpenKatVariables(settings.openkat)) {
    options.environment.push_back(std::move(variable));
  }
  set("CUPEL_WORKER_SOURCE", source);
  set("CUPEL_WORKER_RULES_PATHS", Lines(settings.rules));
  set("CUPEL_WORKER_SCAN_ROOTS", Lines(settings.roots));
  if (settings.exit_when_empty) {
    set("CUPEL_WORKER_EXIT_WHEN_EMPTY", "true");
  }
  return options;
}

}  // namespace cli
