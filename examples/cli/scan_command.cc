// cupel scan.
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app.h"
#include "console.h"
#include "exit_code.h"
#include "limits_options.h"
#include "output.h"
#include "password_file.h"
#include "plugin_use_options.h"
#include "progress_line.h"
#include "rules_options.h"
#include "selection_options.h"
#include "signals.h"
#include "values.h"

namespace cli {
namespace {

constexpr size_t kRemarksShown = 10;

struct ScanSettings {
  std::vector<std::string> paths;
  RulesOptions rules;
  PluginUseOptions plugins;
  std::vector<Selection> selections;
  std::vector<std::string> passwords;
  std::vector<std::string> password_files;
  cupel::Limits limits;
  uint32_t threads = 0;  // 0: one per CPU
  std::string cache;     // folder; empty: none
  uint64_t cache_bytes = 0;
  uint32_t match_data_bytes = 0;
  std::string containers = "auto";
  std::string format = "text";
  std::string output;
  std::string color = "auto";
  std::string progress = "auto";
  bool no_match_data = false;
  bool no_unpack = false;
  bool no_dedup = false;
  bool indent = false;
  bool no_timing = false;
  bool all_files = false;
  bool quiet = false;
};

constexpr const char* kFooter = R"(Examples:
  # A package, as text for people
  cupel scan pkg.tgz --rules rules/

  # Several things, rules from two places, only the rules with tag "install"
  cupel scan a.whl b.tar.gz src/ -r rules/ -r extra.yar --tag install

  # Standard input; names that begin with - go after --
  tar c . | cupel scan -r rules/ -
  cupel scan -r rules/ -- -odd-name.zip

  # Tighter limits, and none for time
  cupel scan big.iso -r rules/ --max-file-bytes 1G --max-total-time off

  # With plugins: your own beside the built-in ones, and who runs on what
  cupel scan mail.eml -r rules/ --dispatch-type message/rfc822=extractor:mail
  cupel scan dump.bin -r rules/ --plugins plugins/ --dispatch dispatch.yar

  # Every night: only what is new or changed meets the rules, and where rules
  # are new or changed only those are run
  cupel scan packages/ -r rules/ --cache ~/.cache/cupel

  # For programs: the same bytes and rules give the same document
  cupel scan pkg.tgz -r rules/ -f json --no-timing -o report.json

Exit codes: 0 clean, 1 matched, 2 wrong use or error, 3 nothing matched but not
everything could be scanned, 4 nothing could be scanned. Ctrl-C ends the scan
and reports what was found so far; a second one ends the program at once.)";

// What the scheduler lets this process use, which in a container is often less
// than what the machine has.
uint32_t AvailableCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) {
    return static_cast<uint32_t>(std::min(std::max(CPU_COUNT(&set), 1), 256));
  }
  const int64_t online = sysconf(_SC_NPROCESSORS_ONLN);
  return static_cast<uint32_t>(
      std::min<int64_t>(std::max<int64_t>(online, 1), 256));
}

void AddReportOptions(CLI::App& app, ScanSettings* s) {
  const std::string group = "Report";
  AddChoice(app, "-f,--format", &s->format, {"text", "json", "ndjson"},
            "text for people [default], json (one document), or ndjson (a "
            "line per finding, as soon as it is found)")
      ->group(group);
  app.add_option("-o,--output", s->output,
                 "Write to this file, which appears whole or not at all, "
                 "instead of standard output")
      ->type_name("FILE")
      ->group(group);
  app.add_flag("--indent", s->indent, "JSON over many lines")->group(group);
  app.add_flag("--no-timing", s->no_timing,
               "Leave out what differs from run to run")
      ->group(group);
  app.add_flag("--all-files", s->all_files, "Text: list clean files too")
      ->group(group);
  app.add_flag("--no-match-data", s->no_match_data,
               "Show where strings matched, but none of the bytes")
      ->group(group);
  app.add_option("--match-data-bytes", s->match_data_bytes,
                 "Show at most this much of each match, up to 4096 [64]")
      ->check(CLI::Range(1, 4096).description(""))
      ->type_name("N")
      ->group(group);
  AddChoice(app, "--color", &s->color, {"auto", "always", "never"},
            "Colours in text [auto: on a terminal, unless NO_COLOR is set]")
      ->group(group);
  AddChoice(app, "--progress", &s->progress, {"auto", "always", "never"},
            "A line on standard error that tells how far it is [auto: on a "
            "terminal]")
      ->group(group);
  app.add_flag("-q,--quiet", s->quiet,
               "No progress, no warnings about rules; errors only")
      ->group(group);
}

void AddScanningOptions(CLI::App& app, ScanSettings* s) {
  const std::string group = "Scanning";
  app.add_option("-j,--threads", s->threads,
                 "How many threads scan [one per CPU this process may use]")
      ->check(CLI::Range(1, 256).description(""))
      ->type_name("N")
      ->group(group);
  AddRepeated(app, "--password", &s->passwords, "TEXT",
              "For encrypted archives; replaces the usual ones (infected, "
              "malware, password). Others on this machine can see it in the "
              "list of processes; in a file they can't. Can be repeated")
      ->group(group);
  AddRepeated(app, "--password-file", &s->password_files, "FILE",
              "Passwords for encrypted archives, one a line. Can be repeated")
      ->group(group);
  AddChoice(app, "--scan-containers", &s->containers,
            {"auto", "always", "never"},
            "Match rules against an archive's own bytes too, beside those of "
            "its members [auto: not for compressed streams and tar]")
      ->group(group);
  app.add_option("--cache", s->cache,
                 "Keep in this folder what rules said of files. A later scan "
                 "runs over files that were seen only the rules that are new "
                 "or changed. Same report, faster (--rules-cache is another "
                 "thing: it keeps compiled rules)")
      ->type_name("FOLDER")
      ->group(group);
  app.add_option_function<std::string>(
         "--cache-size",
         [s](const std::string& text) {
           const std::optional<uint64_t> size = ParseSize(text);
           if (!size) {
             throw CLI::ValidationError(
                 "--cache-size",
                 fmt::format("'{}' is not a size like 64M or 1G, or off",
                             text));
           }
           s->cache_bytes = *size;
         },
         "What the folder of --cache may take; what was not asked for longest "
         "goes first [1G]")
      ->type_name("SIZE")
      ->group(group);
  app.add_flag("--no-unpack", s->no_unpack, "Take no archives apart")
      ->group(group);
  app.add_flag("--no-dedup", s->no_dedup,
               "Scan equal files again each time. Same findings, slower")
      ->group(group);
}

cupel::ContainerMode ContainerModeOf(const std::string& name) {
  if (name == "always") return cupel::ContainerMode::kAlways;
  if (name == "never") return cupel::ContainerMode::kNever;
  return cupel::ContainerMode::kAuto;
}

cupel::ScanOptions ScanOptionsOf(const ScanSettings& s) {
  cupel::ScanOptions options;
  options.limits = s.limits;
  options.containers = ContainerModeOf(s.containers);
  options.threads = s.threads != 0 ? s.threads : AvailableCpus();
  options.cache_dir = s.cache;
  options.cache_bytes = s.cache_bytes;
  options.excerpt_bytes = s.match_data_bytes;
  options.excerpts = !s.no_match_data;
  options.unpack = !s.no_unpack;
  options.dedup = !s.no_dedup;
  return options;
}

// One line for NDJSON, where the verdict and what was missed have no place.
std::string Summary(const cupel::Report& report) {
  const char* verdict = "unknown";
  if (report.verdict() == cupel::Verdict::kClean) verdict = "clean";
  if (report.verdict() == cupel::Verdict::kMatched) verdict = "matched";
  const char* coverage = "nothing was scanned";
  if (report.coverage() == cupel::Coverage::kPartial) {
    coverage = "not everything was scanned";
  } else if (report.coverage() == cupel::Coverage::kComplete) {
    coverage = "everything was scanned";
  }
  const cupel_report_counts counts = report.Counts();
  return fmt::format("cupel: {}, {}: {} in {}, {}", verdict, coverage,
                     FormatPlural(counts.findings, "finding"),
                     FormatPlural(counts.payloads, "file"),
                     FormatPlural(counts.incidents, "incident"));
}

class ScanRun {
 public:
  explicit ScanRun(const ScanSettings& settings)
      : settings_(settings),
        use_(settings.plugins),
        limits_(settings.limits),
        output_(settings.output),
        line_(!settings.quiet && WantProgress(settings.progress)) {}

  int Run() {
    std::optional<cupel::Plugins> plugins;
    if (use_.any()) {
      plugins.emplace(MakeUsedPlugins(use_));
      TakeCore(*plugins, &use_, &limits_);
    }
    cupel::Scanner scanner = MakeScanner();
    for (const Selection& selection : settings_.selections) {
      scanner.Select(selection.by, selection.pattern, selection.exclude);
    }
    for (const std::string& password : settings_.passwords) {
      scanner.AddPassword(password);
    }
    for (const std::string& file : settings_.password_files) {
      for (const std::string& password : ReadPasswordFile(file)) {
        scanner.AddPassword(password);
      }
    }
    if (plugins.has_value()) UsePlugins(*plugins, &scanner);
    const cupel::Cancel cancel;
    const SignalWatch signals(cancel);
    if (!settings_.plugins.source.empty()) {
      return Ingest(&scanner, cancel, signals);
    }
    const cupel::Inputs inputs = MakeInputs();
    const cupel::Report report = scanner.Scan(inputs, &cancel);
    Tell(report, signals);
    output_.Commit();
    return ExitCodeOf(report.verdict(), report.coverage());
  }

 private:
  bool streams() const {
    return settings_.format == "ndjson" && !settings_.plugins.documents();
  }

  // Without --rules only if plugins have a part in it: else nothing could ever
  // be found.
  cupel::Scanner MakeScanner() {
    if (settings_.rules.paths.empty()) {
      return cupel::Scanner(engine_, Options());
    }
    const cupel::Ruleset rules = LoadRules(engine_, settings_.rules);
    if (!settings_.quiet) ComplainOfOddRules(rules, kRemarksShown);
    return cupel::Scanner(engine_, rules, Options());
  }

  void UsePlugins(const cupel::Plugins& plugins, cupel::Scanner* scanner) {
    std::optional<cupel::Ruleset> dispatch;
    scanner->UsePlugins(plugins, MakePluginUse(engine_, use_, &dispatch));
  }

  // Every item as a job of its own; the exit code is the worst of all.
  int Ingest(cupel::Scanner* scanner, const cupel::Cancel& cancel,
             const SignalWatch& signals) {
    int worst = kExitClean;
    nlohmann::json options = nlohmann::json::object();
    if (settings_.paths.size() > 1) {
      throw UsageError("with --source there is one PATH at most");
    }
    if (!settings_.paths.empty()) options["path"] = settings_.paths.front();
    try {
      scanner->Ingest(
          settings_.plugins.source,
          options.empty() ? std::string() : options.dump(),
          [&](const cupel::Report& report) {
            Tell(report, signals);
            worst =
                Worse(worst, ExitCodeOf(report.verdict(), report.coverage()));
            return output_.Flush();
          },
          &cancel);
    } catch (const cupel::Error& error) {
      if (error.code() != CUPEL_STATUS_CANCELLED) throw;
    }
    output_.Commit();
    return worst;
  }

  // A match counts more than what could not be scanned, that more than clean.
  static int Worse(int a, int b) {
    if (a == kExitMatched || b == kExitMatched) return kExitMatched;
    return std::max(a, b);
  }

  void Tell(const cupel::Report& report, const SignalWatch& signals) {
    line_.Clear();
    if (!report.cache_warning().empty() && !settings_.quiet) {
      Complain(fmt::format("cupel: {}", report.cache_warning()));
    }
    if (signals.interrupted() && !settings_.quiet) {
      Complain("cupel: interrupted; this is what was found so far");
    }
    WriteReport(report);
    if (settings_.format == "ndjson" && !settings_.quiet) {
      Complain(Summary(report));
    }
  }

  cupel::ScanOptions Options() {
    cupel::ScanOptions options = ScanOptionsOf(settings_);
    options.limits = limits_;
    if (line_.shown()) {
      options.progress = [this](const cupel::Progress& progress) {
        line_.Show(ScanProgressText(progress, TerminalWidth(STDERR_FILENO)));
        return true;
      };
    }
    if (streams()) {
      options.finding = [this](const cupel::Finding& finding) {
        line_.Clear();
        output_.Write(finding.json);
        output_.Write("\n");
        return output_.Flush();
      };
    }
    return options;
  }

  cupel::Inputs MakeInputs() const {
    cupel::Inputs inputs;
    for (const std::string& path : settings_.paths) {
      if (path == "-") {
        inputs.AddFd("-", STDIN_FILENO);
      } else {
        inputs.AddPath(path);
      }
    }
    return inputs;
  }

  void WriteReport(const cupel::Report& report) {
    // The connector has printed it already.
    if (streams() || settings_.plugins.prints()) return;
    if (settings_.plugins.documents()) return WriteDocuments(report);
    const bool text = settings_.format == "text";
    cupel::ReportOptions options;
    options.indent = settings_.indent;
    options.timing = !settings_.no_timing;
    options.color = text && WantColor(settings_.color, output_.fd());
    options.all_files = settings_.all_files;
    try {
      report.Write(
          text ? cupel::ReportFormat::kText : cupel::ReportFormat::kJson,
          options,
          [this](std::string_view piece) { return output_.Write(piece); });
    } catch (const cupel::Error& error) {
      // Commit tells the reason better.
      if (error.code() != CUPEL_STATUS_ABORTED) throw;
    }
  }

  void WriteDocuments(const cupel::Report& report) {
    try {
      report.Documents(DocumentOptionsOf(settings_.plugins, settings_.indent,
                                         !settings_.no_timing),
                       [this](std::string_view document) {
                         return output_.Write(document) && output_.Write("\n");
                       });
    } catch (const cupel::Error& error) {
      // Commit tells the reason better.
      if (error.code() != CUPEL_STATUS_ABORTED) throw;
    }
  }

  const ScanSettings& settings_;
  PluginUseOptions use_;  // with what configuration files say
  cupel::Limits limits_;
  Output output_;
  ProgressLine line_;
  cupel::Engine engine_;
};

}  // namespace

void AddScanCommand(CLI::App& app, Action* action) {
  CLI::App* command = app.add_subcommand(
      "scan",
      "Scan files, folders and packages.\nArchives are taken apart, archives "
      "in them too; nothing is ever written to disk under a name from one.");
  static ScanSettings settings;
  AddPaths(*command, &settings.paths,
           "File or folder to scan; - for standard input. After --, "
           "everything is a PATH")
      ->required(false);
  AddRulesPathOption(*command, &settings.rules);
  AddReportOptions(*command, &settings);
  AddScanningOptions(*command, &settings);
  AddLimitOptions(*command, &settings.limits);
  AddRulesOptions(*command, &settings.rules);
  AddSelectionOptions(*command, &settings.selections);
  AddPluginUseOptions(*command, &settings.plugins);
  command->footer(kFooter);
  command->callback([action] {
    if (settings.paths.empty() && settings.plugins.source.empty()) {
      throw CLI::RequiredError("PATH");
    }
    if (settings.rules.paths.empty() && !settings.plugins.any()) {
      throw CLI::RequiredError("--rules");
    }
    *action = [] { return ScanRun(settings).Run(); };
  });
}

}  // namespace cli
