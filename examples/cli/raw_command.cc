// cupel raw show and list.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app.h"
#include "console.h"
#include "exit_code.h"
#include "json_text.h"
#include "output.h"
#include "run_options.h"
#include "table.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct RawSettings : RunSettings {
  std::string id;
  std::string organisation;
  std::string of_job;
  std::string color = "auto";
  bool json = false;
  bool meta = false;
};

constexpr const char* kShowFooter = R"(Examples:
  cupel raw show 5c3e… -d db               # its bytes, whatever they are
  cupel raw show 5c3e… -d db --json        # indented, keys sorted
  cupel raw show 5c3e… -d db --meta --json # what is known of it
To a terminal, bytes that are no text go only with --force-binary.)";

constexpr const char* kListFooter = R"(Examples:
  cupel raw list acme -d db
  cupel raw list acme -d db --of-job 0b1c…)";

bool IsText(std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0x7f || (byte < 0x20 && c != '\n' && c != '\r' && c != '\t')) {
      return false;
    }
  }
  return true;
}

void WriteAll(std::string_view bytes) {
  Output output("");
  output.Write(bytes);
  output.Commit();
}

int Show(const RawSettings& settings, bool force_binary) {
  const cupel::Raws raws = OpenRaws(settings);
  const cupel::Buffer content =
      settings.meta ? raws.Meta(settings.id) : raws.Bytes(settings.id);
  if (settings.json) {
    WriteAll(IndentedJson(content.view(), "raw " + Printable(settings.id),
                          WantColor(settings.color, STDOUT_FILENO)) +
             "\n");
    return kExitClean;
  }
  if (!force_binary && isatty(STDOUT_FILENO) != 0 && !IsText(content.view())) {
    throw UsageError(
        "this raw is no text, and standard output is a terminal; send it to a "
        "file, or say --force-binary");
  }
  WriteAll(content.view());
  return kExitClean;
}

int List(const RawSettings& settings) {
  const cupel::Raws raws = OpenRaws(settings);
  const cupel::Buffer all = raws.List(settings.organisation, settings.of_job);
  if (settings.format == "json") {
    Print(std::string(all.view()));
    return kExitClean;
  }
  Table table({"RAW", "CREATED", "SIZE", "MIME TYPES"});
  const Json rows = Json::parse(all.view())["raws"];
  for (const Json& raw : rows) {
    std::string types;
    for (const Json& type : raw["mime_types"]) {
      types += (types.empty() ? "" : " ") + Printable(type.get<std::string>());
    }
    table.Add({Printable(raw["id"].get<std::string>()),
               Printable(raw["created"].get<std::string>()),
               FormatSize(raw["size"].get<uint64_t>()), types});
  }
  Print((rows.empty() ? "" : table.Render()) +
        FormatPlural(rows.size(), "raw"));
  return kExitClean;
}

}  // namespace

void AddRawCommand(CLI::App& app, Action* action) {
  CLI::App* raw =
      app.add_subcommand("raw", "Show what boefjes gave, or list it.");
  raw->require_subcommand(1);
  static RawSettings settings;
  static bool force_binary = false;

  CLI::App* show = raw->add_subcommand("show", "Write the bytes of a raw.");
  show->add_option("ID", settings.id, "The raw's id")->required();
  show->add_flag("--json", settings.json,
                 "It is JSON: indent it and sort its keys")
      ->group("Report");
  show->add_flag("--meta", settings.meta,
                 "What is known of it, instead of its bytes")
      ->group("Report");
  show->add_flag("--force-binary", force_binary, "To a terminal, too")
      ->group("Report");
  AddChoice(*show, "--color", &settings.color, {"auto", "always", "never"},
            "Colour JSON [auto: on a terminal]")
      ->group("Report");
  AddCatalogueOptions(*show, &settings.catalogue);
  AddRawsOption(*show, &settings);
  show->footer(kShowFooter);
  show->callback(
      [action] { *action = [] { return Show(settings, force_binary); }; });

  CLI::App* list = raw->add_subcommand("list", "List an organisation's raws.");
  list->add_option("ORGANISATION", settings.organisation, "Its id")->required();
  list->add_option("--of-job", settings.of_job, "Those of one job")
      ->type_name("ID");
  AddChoice(*list, "-f,--format", &settings.format, {"text", "json"},
            "Text [default] or JSON")
      ->group("Report");
  AddCatalogueOptions(*list, &settings.catalogue);
  AddRawsOption(*list, &settings);
  list->footer(kListFooter);
  list->callback([action] { *action = [] { return List(settings); }; });
}

}  // namespace cli
