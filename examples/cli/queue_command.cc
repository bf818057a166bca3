// cupel queue: retry, cancel and purge; the rest is in queue_*.cc.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app.h"
#include "console.h"
#include "exit_code.h"
#include "queue_commands.h"
#include "queue_options.h"
#include "queue_time.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct ChangeSettings : QueueSettings {
  std::vector<std::string> ids;
  std::string reason;
  std::string state;
  std::string older_than;
  bool all = false;
};

constexpr const char* kFooter = R"(Examples:
  # Have three files scanned by whoever works on that queue
  cupel queue submit -q sqlite:jobs.db scan a.tgz b.whl c.zip -r rules/

  # Work on it: cupel worker run -q sqlite:jobs.db --pool-size 4
  # How does it stand, and what became of that one?
  cupel queue stats -q sqlite:jobs.db
  cupel queue show 0197… -q sqlite:jobs.db
  cupel queue result 0197… -q sqlite:jobs.db

  # A password stays out of the arguments
  CUPEL_QUEUE=postgresql://me:secret@host/jobs cupel queue dead
Exit codes: 0 done, 2 wrong use, no such job, or the queue can't be reached.)";

constexpr const char* kRetryFooter = R"(Examples:
  cupel queue retry 0197… -q sqlite:jobs.db
  cupel queue retry --all -q sqlite:jobs.db   # all that are dead)";

constexpr const char* kCancelFooter = R"(Examples:
  cupel queue cancel 0197… --reason 'wrong rules' -q sqlite:jobs.db
A job that waits is cancelled at once. One that is at work is cancelled when its
worker renews the lease.)";

constexpr const char* kPurgeFooter = R"(Examples:
  cupel queue purge --older-than 30d -q sqlite:jobs.db
  cupel queue purge --state completed -q sqlite:jobs.db
Only what ended is removed, with its result and its history.)";

// All dead jobs, in parts. What is tried again is not dead any more.
size_t RetryAll(const cupel::Queue& queue) {
  cupel::QueueList request;
  request.state = "dead";
  request.max = 1000;
  size_t count = 0;
  while (true) {
    const Json jobs = Json::parse(queue.List(request).view())["jobs"];
    if (jobs.empty()) return count;
    for (const Json& job : jobs) {
      queue.Retry(job["id"].get<std::string>());
      ++count;
    }
  }
}

int Retry(const ChangeSettings& settings) {
  if (settings.all == !settings.ids.empty()) {
    throw UsageError("which jobs? name them, or say --all for all dead ones");
  }
  const cupel::Queue queue = OpenQueue(settings);
  if (settings.all) {
    Print(FormatPlural(RetryAll(queue), "job"));
    return kExitClean;
  }
  for (const std::string& id : settings.ids) queue.Retry(id);
  return kExitClean;
}

int Cancel(const ChangeSettings& settings) {
  const cupel::Queue queue = OpenQueue(settings);
  for (const std::string& id : settings.ids) {
    queue.CancelJob(id, settings.reason);
  }
  return kExitClean;
}

int Purge(const ChangeSettings& settings) {
  uint64_t seconds = 0;
  if (!settings.older_than.empty()) {
    seconds = ParseSeconds(settings.older_than, "--older-than");
  }
  const std::string state = settings.state == "all" ? "" : settings.state;
  Print(FormatPlural(OpenQueue(settings).Purge(seconds, state), "job"));
  return kExitClean;
}

CLI::Option* AddIds(CLI::App& command, ChangeSettings* settings) {
  return command.add_option("ID", settings->ids, "The jobs' ids")
      ->type_name("ID");
}

}  // namespace

void AddQueueCommand(CLI::App& app, Action* action) {
  CLI::App* queue = app.add_subcommand(
      "queue", "Submit jobs to a queue, and look after those in it.");
  queue->require_subcommand(1);
  AddQueueSubmit(*queue, action);
  AddQueueShow(*queue, action);
  static ChangeSettings settings;

  CLI::App* retry = queue->add_subcommand(
      "retry", "Let dead or cancelled jobs wait again, with all attempts.");
  AddIds(*retry, &settings);
  retry->add_flag("--all", settings.all, "All that are dead");
  AddQueueOptions(*retry, &settings);
  retry->footer(kRetryFooter);
  retry->callback([action] { *action = [] { return Retry(settings); }; });

  CLI::App* cancel =
      queue->add_subcommand("cancel", "End jobs that wait or are at work.");
  AddIds(*cancel, &settings)->required();
  cancel->add_option("--reason", settings.reason, "Why, for those who look")
      ->type_name("TEXT");
  AddQueueOptions(*cancel, &settings);
  cancel->footer(kCancelFooter);
  cancel->callback([action] { *action = [] { return Cancel(settings); }; });

  CLI::App* purge =
      queue->add_subcommand("purge", "Remove jobs that ended, for good.");
  settings.state = "all";
  AddChoice(*purge, "--state", &settings.state,
            {"all", "completed", "dead", "cancelled"}, "Which of them [all]");
  purge
      ->add_option("--older-than", settings.older_than,
                   "Those that ended so long ago, such as 12h or 30d")
      ->type_name("TIME");
  AddQueueOptions(*purge, &settings);
  purge->footer(kPurgeFooter);
  purge->callback([action] { *action = [] { return Purge(settings); }; });
  queue->footer(kFooter);
}

}  // namespace cli
