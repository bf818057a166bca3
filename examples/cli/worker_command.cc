// cupel worker: takes jobs and has them run.
#include <memory>
#include <string>

#include "app.h"
#include "console.h"
#include "worker_options.h"
#include "worker_run.h"

namespace cli {
namespace {

constexpr const char* kFooter = R"(Examples:
  cupel worker --check --config worker.toml
  cupel worker run --queue sqlite:jobs.db --rules rules/ --pool-size 4
  cupel worker openkat boefje --config worker.toml
  cupel worker dragonfly --config worker.toml)";

constexpr const char* kRunFooter = R"(Examples:
  cupel queue submit --queue sqlite:jobs.db scan pkg.tgz --rules rules/
  cupel worker run --queue sqlite:jobs.db --exit-when-empty
  cupel worker run --config worker.toml --listen 127.0.0.1:9090
Each job runs in a process of its own; one that dies or takes too long fails its
job and is replaced. SIGTERM and Ctrl-C let running jobs end, a second one gives
them back, a third ends it at once. SIGHUP reads rules and plugins anew.
Every setting has a variable: CUPEL_WORKER_POOL_SIZE, CUPEL_WORKER_QUEUE_URL, …
Exit codes: 0 it was drained or nothing is left, 2 wrong use or it could not
work.)";

constexpr const char* kOpenKatFooter = R"(Examples:
  cupel worker openkat boefje --check
  cupel worker openkat normalizer --config worker.toml
All of OpenKAT's own variables count: docs/openkat-worker.md.)";

constexpr const char* kDragonflyFooter = R"(Examples:
  cupel worker dragonfly --check
  cupel worker dragonfly --config worker.toml
All variables DRAGONFLY_… count: docs/dragonfly.md.)";

void AddSource(CLI::App& parent, const std::string& name,
               const std::string& help, const char* source, const char* footer,
               Action* action) {
  CLI::App* command = parent.add_subcommand(name, help);
  // Lives as long as the command, which has references into it.
  const auto settings = std::make_shared<WorkerSettings>();
  AddWorkerOptions(*command, settings.get(), std::string(source) == "queue");
  if (std::string(source).starts_with("openkat")) {
    AddOpenKatOptions(*command, &settings->openkat);
  }
  command->footer(footer);
  command->callback([action, settings, source] {
    *action = [settings, source] { return RunWorker(*settings, source); };
  });
}

}  // namespace

void AddWorkerCommand(CLI::App& app, Action* action) {
  CLI::App* worker = app.add_subcommand(
      "worker", "Take jobs from a queue or another system and run them.");
  worker->footer(kFooter);
  worker->require_subcommand(0, 1);
  AddSource(*worker, "run", "Take jobs from a queue.", "queue", kRunFooter,
            action);
  CLI::App* openkat =
      worker->add_subcommand("openkat", "Be a worker of OpenKAT.");
  openkat->require_subcommand(1);
  AddSource(*openkat, "boefje", "Run boefjes.", "openkat-boefje",
            kOpenKatFooter, action);
  AddSource(*openkat, "normalizer", "Run normalizers.", "openkat-normalizer",
            kOpenKatFooter, action);
  AddSource(*worker, "dragonfly", "Scan packages for Dragonfly.", "dragonfly",
            kDragonflyFooter, action);
  static WorkerSettings settings;
  AddWorkerOptions(*worker, &settings, /*with_queue=*/true);
  worker->callback([worker, action] {
    if (!worker->get_subcommands().empty()) return;
    *action = [] {
      if (!settings.check) {
        throw UsageError(
            "worker: which one? run, openkat or dragonfly; or --check");
      }
      return RunWorker(settings, "");
    };
  });
}

}  // namespace cli
