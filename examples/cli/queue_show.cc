// cupel queue list, dead, show, result and stats.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "app.h"
#include "console.h"
#include "exit_code.h"
#include "json_text.h"
#include "output.h"
#include "queue_commands.h"
#include "queue_options.h"
#include "table.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct ShowSettings : QueueSettings {
  std::string id;
  std::string format = "text";
  std::string state;
  std::string kind;
  std::string after;
  uint32_t limit = 100;
};

constexpr const char* kListFooter = R"(Examples:
  cupel queue list -q sqlite:jobs.db
  cupel queue list --state waiting --kind scan --limit 1000 -q sqlite:jobs.db
In the order of submission; --after ID goes on where a list ended.)";

constexpr const char* kDeadFooter = R"(Examples:
  cupel queue dead -q sqlite:jobs.db
  cupel queue show 0197… -q sqlite:jobs.db   # all its attempts
  cupel queue retry --all -q sqlite:jobs.db)";

constexpr const char* kShowFooter = R"(Examples:
  cupel queue show 0197… -q sqlite:jobs.db
  cupel queue show 0197… -q sqlite:jobs.db --format json)";

constexpr const char* kResultFooter = R"(Examples:
  cupel queue result 0197… -q sqlite:jobs.db > report.json
Writes the bytes that the job was completed with, as they are.)";

constexpr const char* kStatsFooter = R"(Examples:
  cupel queue stats -q sqlite:jobs.db
  cupel queue stats -q sqlite:jobs.db --format json)";

std::string TextOf(const Json& value) {
  return value.is_string() ? Printable(value.get<std::string>())
         : value.is_null() ? "-"
                           : value.dump();
}

// "3/5"
std::string Attempts(const Json& job) {
  return fmt::format("{}/{}", job["attempts"].get<uint64_t>(),
                     job["max_attempts"].get<uint64_t>());
}

std::string SignalName(int number) {
  const char* const name = sigabbrev_np(number);
  return name == nullptr ? fmt::format("signal {}", number)
                         : fmt::format("SIG{}", name);
}

// ---------------------------------------------------------------------- list

std::string ListText(const Json& jobs) {
  Table table(
      {"ID", "KIND", "STATE", "PRIORITY", "ATTEMPTS", "SUBMITTED", "WORKER"},
      {3, 4});
  for (const Json& job : jobs) {
    std::string state = TextOf(job["state"]);
    if (job["cancel_wanted"] == true) state += " (to be cancelled)";
    table.Add({TextOf(job["id"]), TextOf(job["kind"]), state,
               job["priority"].dump(), Attempts(job), TextOf(job["submitted"]),
               TextOf(job["worker"])});
  }
  return jobs.empty() ? "" : table.Render();
}

std::string DeadText(const Json& jobs) {
  Table table({"ID", "KIND", "ATTEMPTS", "SINCE", "REASON"}, {2});
  for (const Json& job : jobs) {
    table.Add({TextOf(job["id"]), TextOf(job["kind"]), Attempts(job),
               TextOf(job["finished"]), TextOf(job["reason"])});
  }
  return jobs.empty() ? "" : table.Render();
}

int List(const ShowSettings& settings, bool dead) {
  cupel::QueueList request;
  request.state = dead ? "dead" : std::string_view(settings.state);
  request.kind = settings.kind;
  request.after = settings.after;
  request.max = settings.limit;
  const cupel::Buffer listed = OpenQueue(settings).List(request);
  if (settings.format == "json") {
    Print(std::string(listed.view()));
    return kExitClean;
  }
  const Json jobs = Json::parse(listed.view())["jobs"];
  std::string text = dead ? DeadText(jobs) : ListText(jobs);
  text += FormatPlural(jobs.size(), dead ? "dead job" : "job");
  if (jobs.size() == settings.limit) {
    text += fmt::format(" (there may be more: --after {})",
                        TextOf(jobs.back()["id"]));
  }
  Print(text);
  return kExitClean;
}

// ---------------------------------------------------------------------- show

void Line(std::string* text, std::string_view name, const std::string& value) {
  if (value.empty() || value == "-") return;
  *text += fmt::format("  {:<15}{}\n", name, value);
}

std::string AttemptText(const Json& attempt) {
  const std::string outcome = attempt["outcome"].get<std::string>();
  std::string text = fmt::format(
      "  {}. {} by {}\n", attempt["number"].get<uint64_t>(),
      outcome.empty() ? "at work" : outcome, TextOf(attempt["worker"]));
  const auto line = [&text](std::string_view name, const std::string& value) {
    if (value.empty() || value == "-") return;
    text += fmt::format("     {:<12}{}\n", name, value);
  };
  line("from", TextOf(attempt["started"]));
  line("to", TextOf(attempt["ended"]));
  line("reason", TextOf(attempt["reason"]));
  if (const int signal = attempt["signal"].get<int>(); signal != 0) {
    line("ended by", SignalName(signal));
  }
  line("last step", TextOf(attempt["last_step"]));
  if (const auto rss = attempt["max_rss_bytes"].get<uint64_t>(); rss != 0) {
    line("memory", FormatSize(rss));
  }
  return text;
}

std::string JobText(const Json& job) {
  std::string text = fmt::format("job {}\n", TextOf(job["id"]));
  Line(&text, "kind", TextOf(job["kind"]));
  std::string state = TextOf(job["state"]);
  if (job["cancel_wanted"] == true) state += ", to be cancelled";
  Line(&text, "state", state);
  Line(&text, "reason", TextOf(job["reason"]));
  Line(&text, "organisation", TextOf(job["organisation"]));
  Line(&text, "dedup key", TextOf(job["dedup_key"]));
  Line(&text, "priority", job["priority"].dump());
  Line(&text, "attempts",
       fmt::format("{} of {}", job["attempts"].get<uint64_t>(),
                   job["max_attempts"].get<uint64_t>()));
  Line(&text, "submitted", TextOf(job["submitted"]));
  Line(&text, "not before", TextOf(job["not_before"]));
  Line(&text, "deadline", TextOf(job["deadline"]));
  if (job["state"] == "waiting") Line(&text, "ready", TextOf(job["ready"]));
  if (job["state"] == "leased") {
    Line(&text, "lease until", TextOf(job["lease_expires"]));
  }
  Line(&text, "ended", TextOf(job["finished"]));
  if (!job["result"].is_null()) {
    Line(&text, "result",
         fmt::format("{}, {}", TextOf(job["result"]["type"]),
                     FormatSize(job["result"]["size"].get<uint64_t>())));
  }
  text += job["history"].empty() ? "no attempts yet\n" : "attempts:\n";
  for (const Json& attempt : job["history"]) text += AttemptText(attempt);
  text += "body:\n" + IndentedJson(job["body"].dump(), "its body", false);
  return text;
}

int Show(const ShowSettings& settings) {
  const cupel::Buffer job = OpenQueue(settings).Job(settings.id);
  Print(settings.format == "json" ? std::string(job.view())
                                  : JobText(Json::parse(job.view())));
  return kExitClean;
}

int Result(const ShowSettings& settings) {
  const cupel::Buffer result = OpenQueue(settings).Result(settings.id);
  Output output("");
  output.Write(result.view());
  output.Commit();
  return kExitClean;
}

int Stats(const ShowSettings& settings) {
  const cupel::Buffer stats = OpenQueue(settings).Stats();
  if (settings.format == "json") {
    Print(std::string(stats.view()));
    return kExitClean;
  }
  const Json numbers = Json::parse(stats.view());
  std::string text;
  for (const char* name :
       {"waiting", "delayed", "leased", "completed", "dead", "cancelled"}) {
    text += fmt::format("{:<10} {:>12}\n", name,
                        FormatCount(numbers[name].get<uint64_t>()));
  }
  if (!numbers["oldest_waiting"].is_null()) {
    text += "the oldest waits since " + TextOf(numbers["oldest_waiting"]);
  }
  Print(text);
  return kExitClean;
}

void AddFormat(CLI::App& command, ShowSettings* settings) {
  AddChoice(command, "-f,--format", &settings->format, {"text", "json"},
            "Text [default] or JSON")
      ->group("Report");
}

void AddListOptions(CLI::App& command, ShowSettings* settings) {
  command.add_option("--kind", settings->kind, "Those of one kind")
      ->type_name("KIND");
  command.add_option("--after", settings->after, "Those after this one")
      ->type_name("ID");
  command.add_option("--limit", settings->limit, "So many at most [100]")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000));
  AddFormat(command, settings);
  AddQueueOptions(command, settings);
}

void AddId(CLI::App& command, ShowSettings* settings) {
  command.add_option("ID", settings->id, "The job's id")->required();
}

}  // namespace

void AddQueueShow(CLI::App& queue, Action* action) {
  static ShowSettings settings;

  CLI::App* list = queue.add_subcommand("list", "List jobs.");
  AddChoice(*list, "--state", &settings.state,
            {"waiting", "leased", "completed", "dead", "cancelled"},
            "Those in one state");
  AddListOptions(*list, &settings);
  list->footer(kListFooter);
  list->callback([action] { *action = [] { return List(settings, false); }; });

  CLI::App* dead = queue.add_subcommand(
      "dead", "List jobs of which every attempt failed, and why.");
  AddListOptions(*dead, &settings);
  dead->footer(kDeadFooter);
  dead->callback([action] { *action = [] { return List(settings, true); }; });

  CLI::App* show = queue.add_subcommand(
      "show", "Tell all of one job, with the history of its attempts.");
  AddId(*show, &settings);
  AddFormat(*show, &settings);
  AddQueueOptions(*show, &settings);
  show->footer(kShowFooter);
  show->callback([action] { *action = [] { return Show(settings); }; });

  CLI::App* result =
      queue.add_subcommand("result", "Write the result of a job.");
  AddId(*result, &settings);
  AddQueueOptions(*result, &settings);
  result->footer(kResultFooter);
  result->callback([action] { *action = [] { return Result(settings); }; });

  CLI::App* stats = queue.add_subcommand("stats", "Count jobs by their state.");
  AddFormat(*stats, &settings);
  AddQueueOptions(*stats, &settings);
  stats->footer(kStatsFooter);
  stats->callback([action] { *action = [] { return Stats(settings); }; });
}

}  // namespace cli
