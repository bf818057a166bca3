// cupel boefje run, cupel normalizer run.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app.h"
#include "console.h"
#include "run_options.h"
#include "signals.h"
#include "table.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

// Those of `run`, whatever it is that runs.
enum RunExit : int { kCompleted = 0, kFailed = 1 };

struct BoefjeSettings : RunSettings {
  std::string organisation;
  std::string boefje;
  std::string input;
};

struct NormalizerSettings : RunSettings {
  std::string normalizer;
  std::string raw;
  std::string whitelist;
};

constexpr const char* kBoefjeFooter = R"(Examples:
  cupel boefje run acme dns-records 'Hostname|internet|example.com' -p plugins/
  cupel boefje run acme ports '{"object_type":"IPAddressV4",…}' --timeout 30s
  cupel boefje run acme nmap 'IPAddressV4|internet|192.0.2.1' --tier oci
  cupel boefje run --job task.json -p plugins/
Its variables are the organisation's settings and, below them, the BOEFJE_
variables of this process, as far as its schema names them; it sees no others.
What it gives is stored: `cupel raw show ID`, `cupel normalizer run NAME ID`.
The file of --job holds a BoefjeMeta, or a Task with one.
Exit codes: 0 it is done, 1 it failed (a raw of type error/boefje says why),
2 wrong use, or it could not be run.)";

constexpr const char* kNormalizerFooter = R"(Examples:
  cupel normalizer run dns-records-normalize RAW -p plugins/
  cupel normalizer run --job meta.json -p plugins/ --format json
Nobody is told of the objects: JSON has the requests that octopoes would get.
The file of --job holds a NormalizerMeta, or a Task with one.
Exit codes: 0 it is done, 1 it failed, 2 wrong use, or it could not be run.)";

std::string Text(const Json& object, const char* key) {
  return Printable(object.value(key, std::string()));
}

// What both runs tell, beside their results.
int Tell(const Json& done) {
  for (const Json& warning : done["warnings"]) {
    Complain("warning: " + Printable(warning.get<std::string>()));
  }
  if (done["status"] == "completed") return kCompleted;
  Complain("failed: " + Text(done, "problem"));
  return kFailed;
}

std::string MimeTypes(const Json& raw) {
  std::string all;
  for (const Json& type : raw["mime_types"]) {
    all += (all.empty() ? "" : " ") + Printable(type.get<std::string>());
  }
  return all;
}

std::string ReportOf(const Json& done) {
  std::string text;
  Table table({"RAW", "SIZE", "MIME TYPES"});
  for (const Json& raw : done["raws"]) {
    table.Add({Text(raw, "id"), FormatSize(raw["size"].get<uint64_t>()),
               MimeTypes(raw)});
  }
  if (!done["raws"].empty()) text = table.Render();
  return text + fmt::format("{}, tier {}, job {}",
                            FormatPlural(done["raws"].size(), "raw"),
                            Text(done, "tier"),
                            Text(done["boefje_meta"], "id"));
}

int RunBoefje(const BoefjeSettings& settings) {
  const bool named = !settings.organisation.empty();
  if (settings.job.empty() && settings.boefje.empty()) {
    throw UsageError("boefje run: name ORGANISATION and BOEFJE, or a --job");
  }
  if (named && !settings.job.empty()) {
    throw UsageError("boefje run: a --job says itself what is to be run");
  }
  const cupel::RunOptions options = RunOptionsOf(settings);
  const cupel::Registry registry = OpenRegistry(settings.catalogue);
  const cupel::Raws raws = OpenRaws(settings);
  const cupel::Cancel cancel;
  const SignalWatch signals(cancel);
  const auto run = [&] {
    if (named) {
      return cupel::RunBoefje(registry, raws, settings.organisation,
                              settings.boefje, settings.input, options,
                              &cancel);
    }
    const SecretText text(ReadText(settings.job, "job"));
    return cupel::RunBoefje(registry, raws, cupel::Job::Parse(text.text),
                            options, &cancel);
  };
  const cupel::Buffer answer = run();
  const Json done = Json::parse(answer.view());
  Print(settings.format == "json" ? std::string(answer.view())
                                  : ReportOf(done));
  return Tell(done);
}

std::string KeyOf(const Json& ooi) {
  const std::string key = Text(ooi, "primary_key");
  return key.empty() ? Printable(ooi.dump()) : key;
}

std::string ObjectsOf(const Json& done) {
  const Json& results = done["results"];
  std::vector<std::string> lines;
  for (const Json& observation : results["observations"]) {
    for (const Json& ooi : observation["results"]) {
      lines.push_back("observed   " + KeyOf(ooi));
    }
  }
  for (const Json& one : results["declarations"]) {
    lines.push_back("declared   " + KeyOf(one["ooi"]));
  }
  for (const Json& one : results["affirmations"]) {
    lines.push_back("affirmed   " + KeyOf(one["ooi"]));
  }
  for (const Json& one : results["scan_profiles"]) {
    lines.push_back(fmt::format("level {}    {}", one.value("level", 0),
                                Text(one, "reference")));
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text + FormatPlural(lines.size(), "result");
}

int RunNormalizer(const NormalizerSettings& settings) {
  if (settings.job.empty() && settings.raw.empty()) {
    throw UsageError("normalizer run: name NORMALIZER and RAW, or a --job");
  }
  if (!settings.normalizer.empty() && !settings.job.empty()) {
    throw UsageError("normalizer run: a --job says itself what is to be run");
  }
  const cupel::RunOptions options = RunOptionsOf(settings);
  const cupel::Registry registry = OpenRegistry(settings.catalogue);
  const cupel::Raws raws = OpenRaws(settings);
  const cupel::Cancel cancel;
  const SignalWatch signals(cancel);
  const auto run = [&] {
    if (settings.job.empty()) {
      return cupel::RunNormalizer(registry, raws, settings.normalizer,
                                  settings.raw, settings.whitelist, options,
                                  &cancel);
    }
    return cupel::RunNormalizer(
        registry, raws, cupel::Job::Parse(ReadText(settings.job, "job")),
        settings.whitelist, options, &cancel);
  };
  const cupel::Buffer answer = run();
  const Json done = Json::parse(answer.view());
  Print(settings.format == "json" ? std::string(answer.view())
                                  : ObjectsOf(done));
  return Tell(done);
}

}  // namespace

void AddBoefjeCommand(CLI::App& app, Action* action) {
  CLI::App* boefje = app.add_subcommand(
      "boefje", "Run OpenKAT's boefjes, without any of its services.");
  boefje->require_subcommand(1);
  CLI::App* run = boefje->add_subcommand(
      "run", "Run a boefje on an object and keep what it gives.");
  static BoefjeSettings settings;
  run->add_option("ORGANISATION", settings.organisation, "Whose job it is");
  run->add_option("BOEFJE", settings.boefje, "The boefje's id");
  run->add_option("OOI", settings.input,
                  "Object to run it on: its reference, or its JSON");
  AddRunOptions(*run, &settings);
  AddBoefjeOptions(*run, &settings);
  run->footer(kBoefjeFooter);
  run->callback([action] { *action = [] { return RunBoefje(settings); }; });
}

void AddNormalizerCommand(CLI::App& app, Action* action) {
  CLI::App* normalizer = app.add_subcommand(
      "normalizer", "Run OpenKAT's normalizers on raws, on this machine.");
  normalizer->require_subcommand(1);
  CLI::App* run = normalizer->add_subcommand(
      "run", "Run a normalizer on a raw and show the objects it gives.");
  static NormalizerSettings settings;
  run->add_option("NORMALIZER", settings.normalizer, "The normalizer's id");
  run->add_option("RAW", settings.raw, "The raw's id");
  run->add_option("--whitelist", settings.whitelist,
                  "How far normalizers may raise scan levels: {\"id\":2}")
      ->type_name("JSON")
      ->envname("BOEFJES_SCAN_PROFILE_WHITELIST");
  AddRunOptions(*run, &settings);
  run->footer(kNormalizerFooter);
  run->callback([action] { *action = [] { return RunNormalizer(settings); }; });
}

}  // namespace cli
