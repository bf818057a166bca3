// cupel queue submit: jobs from the command line or as JSON.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "app.h"
#include "base64.h"
#include "console.h"
#include "exit_code.h"
#include "queue_commands.h"
#include "queue_options.h"
#include "queue_time.h"
#include "text_input.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostInput = size_t{1} << 30;
constexpr size_t kMostEmbedded = size_t{48} << 20;

struct SubmitSettings : QueueSettings {
  int32_t priority = 0;
  uint32_t max_attempts = 0;
  std::string delay;
  std::string deadline;
  std::string dedup_key;
  std::string organisation;
  std::string id;
  std::string format = "text";
  // Of scan.
  std::vector<std::string> files;
  std::vector<std::string> rules;
  bool embed = false;
  // Of boefje, normalizer and package.
  std::string plugin;
  std::string input;
  std::string task;
  std::string version;
  std::vector<std::string> urls;
};

constexpr const char* kFooter = R"(Examples:
  cupel queue submit -q sqlite:jobs.db scan a.tgz b.whl --rules rules/
  cupel queue submit -q sqlite:jobs.db --priority 5 --delay 10m scan a.tgz
  cupel queue submit -q sqlite:jobs.db boefje dns 'Hostname|internet|a.example'
  cupel queue submit -q sqlite:jobs.db < job.json
  generate-jobs | cupel queue submit -q sqlite:jobs.db   # one on each line
Without a kind, jobs come as JSON on standard input: one document, an array, or
one on each line; all are added or none. Prints the jobs' ids.)";

constexpr const char* kScanFooter = R"(Examples:
  cupel queue submit -q sqlite:jobs.db scan a.tgz b.whl --rules rules/
  cupel queue submit -q amqp://broker scan a.tgz --embed --rules /srv/rules
One job for all files. The worker opens them by their absolute paths; with
--embed their bytes go along, for a worker on another machine.)";

constexpr const char* kBoefjeFooter = R"(Examples:
  cupel queue submit -q … --organisation acme boefje dns-records \
      'Hostname|internet|example.com'
  cupel queue submit -q … boefje --task task.json)";

constexpr const char* kNormalizerFooter = R"(Examples:
  cupel queue submit -q … normalizer task.json      # OpenKAT's own Task)";

constexpr const char* kPackageFooter = R"(Examples:
  cupel queue submit -q … package requests 2.32.0 https://files.…/requests.tgz)";

std::string Absolute(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (error) {
    throw UsageError(fmt::format("'{}': {}", Printable(path), error.message()));
  }
  return absolute.lexically_normal().string();
}

// Else a misspelt name would be found out much later, by a worker.
void CheckThere(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) {
    throw UsageError(fmt::format("there is no '{}'", Printable(path)));
  }
}

Json ScanBody(const SubmitSettings& settings) {
  Json inputs = Json::array();
  size_t embedded = 0;
  for (const std::string& file : settings.files) {
    CheckThere(file);
    if (!settings.embed) {
      inputs.push_back({{"path", Absolute(file)}});
      continue;
    }
    const std::string bytes = ReadText(file, "file", kMostEmbedded - embedded);
    embedded += bytes.size();
    inputs.push_back({{"name", std::filesystem::path(file).filename().string()},
                      {"content", Base64(bytes)}});
  }
  Json body = {{"inputs", inputs}};
  for (const std::string& path : settings.rules) {
    body["rules"].push_back(Absolute(path));
  }
  return body;
}

Json Task(const std::string& path) {
  Json task = Json::parse(ReadText(path, "task"), nullptr, false);
  if (task.is_discarded()) {
    throw UsageError(fmt::format("'{}' is no JSON", Printable(path)));
  }
  return {{"task", std::move(task)}};
}

Json BoefjeBody(const SubmitSettings& settings) {
  if (settings.task.empty() == settings.plugin.empty()) {
    throw UsageError("boefje: name BOEFJE and INPUT, or a --task");
  }
  if (!settings.task.empty()) return Task(settings.task);
  Json body = {{"boefje", settings.plugin}};
  if (!settings.input.empty()) body["input"] = settings.input;
  return body;
}

Json PackageBody(const SubmitSettings& settings) {
  return {{"name", settings.plugin},
          {"version", settings.version},
          {"distributions", settings.urls}};
}

// A job of one kind as a document.
std::string Document(const SubmitSettings& settings, const std::string& kind,
                     Json body) {
  Json job = {{"kind", kind}};
  if (!settings.id.empty()) job["id"] = settings.id;
  if (!settings.organisation.empty()) {
    job["organisation"] = settings.organisation;
  }
  if (settings.priority != 0) job["priority"] = settings.priority;
  if (!settings.delay.empty()) {
    job["not_before"] = FromNow(ParseMillis(settings.delay, "--delay"));
  }
  if (!settings.deadline.empty()) {
    job["deadline"] = FromNow(ParseMillis(settings.deadline, "--deadline"));
  }
  if (!settings.dedup_key.empty()) job["dedup_key"] = settings.dedup_key;
  if (settings.max_attempts != 0) job["max_attempts"] = settings.max_attempts;
  job["body"] = std::move(body);
  // A path may be any bytes; JSON is UTF-8.
  try {
    return job.dump();
  } catch (const Json::type_error&) {
    throw UsageError(
        "a path or a text is no UTF-8, which a job has to be; rename the file, "
        "or say --embed");
  }
}

int Send(const SubmitSettings& settings, const std::string& documents) {
  const cupel::Queue queue = OpenQueue(settings);
  const cupel::Buffer submitted = queue.Submit(documents);
  if (settings.format == "json") {
    Print(std::string(submitted.view()));
    return kExitClean;
  }
  std::string ids;
  size_t there = 0;
  const Json jobs = Json::parse(submitted.view())["jobs"];
  for (const Json& job : jobs) {
    ids += Printable(job["id"].get<std::string>()) + "\n";
    there += job["existed"] == true ? 1 : 0;
  }
  if (there > 0) {
    Complain(
        fmt::format("{} of {} had been submitted before", there, jobs.size()));
  }
  Print(ids);
  return kExitClean;
}

int SendInput(const SubmitSettings& settings) {
  if (isatty(STDIN_FILENO) != 0) {
    throw UsageError(
        "which job? say scan FILE…, boefje, normalizer or package, or give "
        "JSON on standard input");
  }
  if (settings.priority != 0 || settings.max_attempts != 0 ||
      !settings.delay.empty() || !settings.deadline.empty() ||
      !settings.dedup_key.empty() || !settings.organisation.empty() ||
      !settings.id.empty()) {
    throw UsageError(
        "a job that comes as JSON says itself what its priority, times, keys, "
        "id and organisation are");
  }
  return Send(settings, ReadText("-", "jobs", kMostInput));
}

void AddJobOptions(CLI::App& submit, SubmitSettings* settings) {
  const auto add = [&submit](const char* name, auto* value, const char* type,
                             const char* help) {
    submit.add_option(name, *value, help)->type_name(type)->group("Job");
  };
  add("--priority", &settings->priority, "N", "Larger first [0]");
  add("--delay", &settings->delay, "TIME", "Not before: 90, 10m, 12h");
  add("--deadline", &settings->deadline, "TIME",
      "If it is not begun by then, it is dead");
  add("--dedup-key", &settings->dedup_key, "KEY",
      "Once for all who submit it with this key");
  add("--max-attempts", &settings->max_attempts, "N", "Before it is dead [3]");
  add("--organisation", &settings->organisation, "ID", "Whose it is");
  add("--id", &settings->id, "ID", "Its id [a new one]");
  AddChoice(submit, "-f,--format", &settings->format, {"text", "json"},
            "Text [default] or JSON")
      ->group("Report");
}

}  // namespace

void AddQueueSubmit(CLI::App& queue, Action* action) {
  static SubmitSettings settings;
  CLI::App* submit =
      queue.add_subcommand("submit", "Submit a job, or many as JSON.");
  AddQueueOptions(*submit, &settings);
  AddJobOptions(*submit, &settings);
  submit->footer(kFooter);
  submit->require_subcommand(0, 1);
  // Runs before that of a kind, which then has its way.
  submit->parse_complete_callback(
      [action] { *action = [] { return SendInput(settings); }; });
  const auto add = [submit, action](const char* kind, const char* help,
                                    const char* footer, auto body) {
    CLI::App* command = submit->add_subcommand(kind, help);
    command->fallthrough();
    command->footer(footer);
    command->callback([action, kind, body] {
      *action = [kind, body] {
        return Send(settings, Document(settings, kind, body(settings)));
      };
    });
    return command;
  };
  CLI::App* scan =
      add("scan", "Have files scanned, as one job.", kScanFooter, ScanBody);
  AddPaths(*scan, &settings.files, "Files and folders");
  AddRepeated(*scan, "-r,--rules", &settings.rules, "PATH",
              "Rules, by their paths at the worker");
  scan->add_flag("--embed", settings.embed, "Send the bytes along");

  CLI::App* boefje =
      add("boefje", "Have a boefje run.", kBoefjeFooter, BoefjeBody);
  boefje->add_option("BOEFJE", settings.plugin, "Its id");
  boefje->add_option("INPUT", settings.input, "The object it runs on");
  boefje->add_option("--task", settings.task, "OpenKAT's own Task instead")
      ->type_name("PATH");

  CLI::App* normalizer =
      add("normalizer", "Have a normalizer run.", kNormalizerFooter,
          [](const SubmitSettings& of) { return Task(of.task); });
  normalizer->add_option("TASK", settings.task, "OpenKAT's Task")
      ->type_name("PATH")
      ->required();

  CLI::App* package = add("package", "Have a package of a registry scanned.",
                          kPackageFooter, PackageBody);
  package->add_option("NAME", settings.plugin, "Its name")->required();
  package->add_option("VERSION", settings.version, "Its version")->required();
  package->add_option("URL", settings.urls, "Its distributions")->required();
}

}  // namespace cli
