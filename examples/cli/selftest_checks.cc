#include "selftest_checks.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "selftest_inputs.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kKiB = 1024;
constexpr size_t kMiB = size_t{1024} * 1024;

constexpr std::string_view kNeedleRule =
    "rule needle { strings: $a = \"NEEDLE\" condition: $a }";
// Looks at every byte on its own: seconds for some MiB of the letter a.
constexpr std::string_view kSlowRule =
    "rule slow { condition: for all i in (0..filesize-1) : (uint8(i) == 0x61) "
    "}";

// Far above the 50 ms that are promised, because the machine may have other
// things to do.
constexpr std::chrono::milliseconds kCancelTolerance(1000);

cupel::Ruleset Compile(const cupel::Engine& engine, std::string_view text) {
  cupel::RuleSources sources;
  sources.AddText("selftest", text);
  return cupel::Ruleset(engine, sources);
}

Json ToJson(const cupel::Report& report) {
  return Json::parse(report.Render(cupel::ReportFormat::kJson).view());
}

std::string AnswerOf(const Json& report) {
  return report.value("verdict", "?") + " " + report.value("coverage", "?");
}

// "16K", "2.5M": as short as a table wants it.
std::string Short(uint64_t bytes) {
  std::string size = FormatSize(bytes);
  const size_t blank = size.find(' ');
  return size.substr(0, blank) +
         (bytes < kKiB ? "" : size.substr(blank + 1, 1));
}

struct Expected {
  std::string kind;
  std::string name;
  std::string answer;
  std::string other_answer = {};  // where both are right
};

Seen Judge(const Json& report, const Expected& expected) {
  Seen seen{"-", "-", AnswerOf(report)};
  bool found = expected.kind.empty();
  for (const Json& incident : report.value("incidents", Json::array())) {
    if (incident.value("kind", "") != expected.kind ||
        incident.value("name", "") != expected.name) {
      continue;
    }
    found = true;
    seen.incident = expected.kind;
    const Json covered = incident.value("covered_bytes", Json());
    if (covered.is_number()) seen.covered = Short(covered.get<uint64_t>());
    break;
  }
  seen.ok = found && (seen.answer == expected.answer ||
                      (!expected.other_answer.empty() &&
                       seen.answer == expected.other_answer));
  return seen;
}

// Scans `input` with one limit set.
SelfCheck LimitCheck(uint64_t cupel_limits::* limit, uint64_t value,
                     std::string set, std::string fed, std::string input,
                     const Expected& expected,
                     std::string_view rule = kNeedleRule) {
  const std::string name = expected.name;
  return {name, std::move(set), std::move(fed),
          [=, input = std::move(input)](const cupel::Engine& engine) {
            cupel::ScanOptions options;
            options.limits.*limit = value;
            cupel::Scanner scanner(engine, Compile(engine, rule), options);
            return Judge(ToJson(scanner.ScanMemory("selftest", input)),
                         expected);
          }};
}

SelfCheck PlainCheck(std::string name, std::string fed, std::string input,
                     const Expected& expected) {
  return {std::move(name), "", std::move(fed),
          [=, input = std::move(input)](const cupel::Engine& engine) {
            cupel::Scanner scanner(engine, Compile(engine, kNeedleRule));
            return Judge(ToJson(scanner.ScanMemory("selftest", input)),
                         expected);
          }};
}

// A plugin that is done when it is told to be.
cupel_status Dawdle(cupel_call* call) {
  while (cupel_call_cancelled(call) == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return CUPEL_STATUS_DEADLINE_EXCEEDED;
}

const cupel_plugin_v1* Dawdler() {
  static const cupel_plugin_v1 table = [] {
    cupel_plugin_v1 plugin{};
    plugin.struct_size = sizeof(plugin);
    plugin.abi = CUPEL_PLUGIN_ABI;
    plugin.category = CUPEL_PLUGIN_WORKER;
    plugin.name = "dawdler";
    plugin.version = "1.0";
    plugin.scan = Dawdle;
    return plugin;
  }();
  return &table;
}

SelfCheck PluginTimeCheck() {
  return {"plugin_time", "20ms", "a plugin that dawdles",
          [](const cupel::Engine& engine) {
            cupel::ScanOptions options;
            options.limits.plugin_time_ns = 20'000'000;
            cupel::Scanner scanner(engine, Compile(engine, kNeedleRule),
                                   options);
            const cupel::Plugins plugins;
            plugins.Register(Dawdler());
            cupel::PluginUse use;
            use.run = "dawdler";
            scanner.UsePlugins(plugins, std::move(use));
            return Judge(ToJson(scanner.ScanMemory("selftest", "hay")),
                         {"timeout", "plugin_time", "unknown partial"});
          }};
}

std::string ManyFiles(size_t count, size_t size) {
  TarMaker tar;
  for (size_t i = 0; i < count; ++i) {
    // Different contents, or all but the first would only be duplicates.
    std::string content = fmt::format("{:08}", i);
    content.resize(size, 'x');
    tar.Add(fmt::format("dir/file{}", i), content);
  }
  return tar.Finish();
}

std::string Needles(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += "NEEDLE ";
  return text;
}

void AddLimitChecks(std::vector<SelfCheck>* checks) {
  using L = cupel_limits;
  checks->push_back(
      LimitCheck(&L::total_time_ns, 1'000'000, "1ms", "tar, 2 x 16M",
                 ManyFiles(2, 16 * kMiB),
                 {"limit", "total_time", "unknown partial", "unknown none"}));
  checks->push_back(LimitCheck(&L::file_time_ns, 20'000'000, "20ms",
                               "32M, slow rule", std::string(32 * kMiB, 'a'),
                               {"timeout", "file_time", "unknown partial"},
                               kSlowRule));
  checks->push_back(LimitCheck(&L::total_bytes, 64 * kKiB, "64K",
                               "tar, 4 x 32K", ManyFiles(4, 32 * kKiB),
                               {"limit", "total_bytes", "unknown partial"}));
  checks->push_back(LimitCheck(&L::file_bytes, 4 * kKiB, "4K", "NEEDLE and 16K",
                               "NEEDLE" + std::string(16 * kKiB, 'x'),
                               {"limit", "file_bytes", "matched partial"}));
  checks->push_back(LimitCheck(&L::ratio, 100, "100", "gz, 24M zeros",
                               GzipOfZeros(24 * kMiB),
                               {"limit", "ratio", "unknown partial"}));
  checks->push_back(LimitCheck(&L::files, 3, "3", "tar, 6 files",
                               ManyFiles(6, kKiB),
                               {"limit", "files", "unknown partial"}));
  checks->push_back(LimitCheck(&L::depth, 2, "2", "4 nested tars",
                               NestedTar(4, "the innermost"),
                               {"limit", "depth", "unknown partial"}));
  checks->push_back(
      LimitCheck(&L::name_bytes, 32, "32", "80-byte name",
                 TarMaker().Add(std::string(80, 'n'), "content").Finish(),
                 {"limit", "name_bytes", "unknown partial"}));
  checks->push_back(
      LimitCheck(&L::matches_per_rule, 5, "5", "50 x NEEDLE", Needles(50),
                 {"limit", "matches_per_rule", "matched partial"}));
  checks->push_back(LimitCheck(&L::memory_bytes, 64 * kKiB, "64K",
                               "1M file in tar", ManyFiles(1, kMiB),
                               {"limit", "memory_bytes", "unknown partial"}));
  checks->push_back(PluginTimeCheck());
}

void AddPlainChecks(std::vector<SelfCheck>* checks) {
  checks->push_back(PlainCheck("clean", "tar, 6 files", ManyFiles(6, kKiB),
                               {"", "", "clean complete"}));
  checks->push_back(
      PlainCheck("matched", "NEEDLE in tar",
                 TarMaker().Add("a", "hay").Add("b", "hay NEEDLE hay").Finish(),
                 {"", "", "matched complete"}));
  checks->push_back(
      PlainCheck("encrypted", "zip, unguessed",
                 EncryptedZip("secret", "a NEEDLE", "one that nobody guesses"),
                 {"encrypted", "encrypted", "unknown partial"}));
  checks->push_back(PlainCheck("known password", "zip, infected",
                               EncryptedZip("secret", "a NEEDLE", "infected"),
                               {"", "", "matched complete"}));
  checks->push_back(
      PlainCheck("corrupt", "half a gzip",
                 GzipOfZeros(kMiB).substr(0, GzipOfZeros(kMiB).size() / 2),
                 {"corrupt", "corrupt", "unknown partial"}));
}

Seen RunCancel(const cupel::Engine& engine) {
  using Clock = std::chrono::steady_clock;
  const std::string input(64 * kMiB, 'a');
  cupel::ScanOptions options;
  options.limits.file_time_ns = cupel::kUnlimited;
  cupel::Scanner scanner(engine, Compile(engine, kSlowRule), options);
  const cupel::Cancel cancel;
  Clock::time_point triggered;
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    triggered = Clock::now();
    cancel.Trigger();
  });
  const cupel::Report report = scanner.ScanMemory("selftest", input, &cancel);
  const Clock::time_point returned = Clock::now();
  other.join();
  Seen seen = Judge(ToJson(report), {"cancelled", "cancelled",
                                     "unknown partial", "unknown none"});
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      returned - triggered);
  seen.covered =
      fmt::format("{:.0f}ms", static_cast<double>(took.count()) / 1e3);
  seen.ok = seen.ok && took.count() >= 0 && took < kCancelTolerance;
  return seen;
}

Seen RunThreads(const cupel::Engine& engine) {
  const std::string input = TarMaker()
                                .Add("many.tar", ManyFiles(200, 3 * kKiB))
                                .Add("needles", Needles(3))
                                .Finish();
  std::string documents[2];
  std::string answer;
  for (const bool several : {false, true}) {
    cupel::ScanOptions options;
    options.threads = several ? 4 : 1;
    cupel::Scanner scanner(engine, Compile(engine, kNeedleRule), options);
    const cupel::Report report = scanner.ScanMemory("selftest", input);
    cupel::ReportOptions bare;
    bare.timing = false;
    documents[several ? 1 : 0] =
        report.Render(cupel::ReportFormat::kJson, bare).view();
    answer = AnswerOf(ToJson(report));
  }
  const bool same = documents[0] == documents[1];
  return {same ? "-" : "differs", "-", answer,
          same && answer == "matched complete"};
}

}  // namespace

std::vector<SelfCheck> SelfChecks() {
  std::vector<SelfCheck> checks;
  AddLimitChecks(&checks);
  AddPlainChecks(&checks);
  checks.push_back({"cancel", "50ms", "64M, slow rule", RunCancel});
  checks.push_back({"same report", "", "1, 4 threads", RunThreads});
  return checks;
}

}  // namespace cli
