// cupel settings keygen, set, show, seal, open and rotate.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "app.h"
#include "catalogue_options.h"
#include "console.h"
#include "exit_code.h"
#include "progress_line.h"
#include "signals.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct SettingsOptions {
  CatalogueOptions catalogue;
  std::string organisation;
  std::string plugin;
  std::string input = "-";
  std::string row;
  std::string format = "cupel";
  std::string output;
  std::string progress = "auto";
  bool reveal = false;
};

constexpr const char* kKeygenFooter = R"(Examples:
  cupel settings keygen --output keys      # for nobody else to read
  export CUPEL_SETTINGS_KEYS_FILE=keys
  # A new key before the old ones: the first one seals, all of them open.
  (umask 077; cupel settings keygen | cat - keys > newer))";

constexpr const char* kSetFooter = R"(Examples:
  echo '{"TOP_PORTS": 250}' | cupel settings set acme nmap -d db -p plugins/
  cupel settings set acme shodan shodan.json -d db -p plugins/
Settings come from a file or a pipe and not from the command line, where
everybody on the machine could read them.)";

constexpr const char* kShowFooter = R"(Examples:
  cupel settings show acme nmap -d db -p plugins/
Values that the plugin's schema calls secret are ***, and all of them if it has
no schema.)";

constexpr const char* kSealFooter = R"(Examples:
  cupel settings seal acme shodan settings.json
  cupel settings seal acme shodan --format openkat < settings.json)";

constexpr const char* kOpenFooter = R"(Examples:
  cupel settings open ROW --organisation acme --plugin shodan
  cupel settings open --format openkat ROW
  cupel settings open - < row
OpenKAT's keys are taken from BOEFJES_KATALOGUS_PRIVATE_KEY and ..._PUBLIC_KEY.
What was sealed is printed as it is, secrets too.)";

constexpr const char* kRotateFooter = R"(Examples:
  cupel settings rotate -d db --keys-file newer
Every row that is not sealed with the first key is sealed with it, while others
read and write. Afterwards the other keys are needed no more.
Exit codes: 0 all rows are sealed with it, 1 some could not be, 2 wrong use or
interrupted.)";

cupel::SettingsOwner OwnerOf(const SettingsOptions& options) {
  return {options.organisation, options.plugin};
}

cupel::SealFormat FormatOf(const std::string& name) {
  if (name == "openkat") return cupel::SealFormat::kOpenKatNaclSealbox;
  if (name == "identity") return cupel::SealFormat::kOpenKatIdentity;
  return cupel::SealFormat::kCupel;
}

// A file that is not there yet, for its owner only.
void WriteNewFile(const std::string& path, std::string_view text) {
  const int fd =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool good = fd >= 0;
  while (good && !text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    good = count >= 0;
    if (good) text.remove_prefix(static_cast<size_t>(count));
  }
  good = good && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0 && close(fd) != 0 && good) good = false;
  if (good) return;
  if (fd >= 0) unlink(path.c_str());
  throw UsageError(
      fmt::format("--output '{}': {}", Printable(path), std::strerror(error)));
}

int Keygen(const SettingsOptions& options) {
  const cupel::Buffer key = cupel::Keyring::GenerateKey();
  if (options.output.empty()) {
    Print(std::string(key.view()));
    return kExitClean;
  }
  const SecretText line(std::string(key.view()) + "\n");
  WriteNewFile(options.output, line.text);
  cupel::Keyring ring;
  ring.AddKey(key.view());
  const Json ids = Json::parse(ring.Json().view());
  Print(fmt::format("{}: key {}", Printable(options.output),
                    ids["sealing"].get<std::string>()));
  return kExitClean;
}

int Set(const SettingsOptions& options) {
  const cupel::Registry registry = OpenRegistry(options.catalogue);
  const SecretText settings(ReadText(options.input, "settings"));
  registry.PutSettings(OwnerOf(options), settings.text);
  return kExitClean;
}

int Show(const SettingsOptions& options) {
  const cupel::Registry registry = OpenRegistry(options.catalogue);
  Print(
      std::string(registry.Settings(OwnerOf(options), options.reveal).view()));
  return kExitClean;
}

int Seal(const SettingsOptions& options) {
  const cupel::Keyring keys = LoadKeys(options.catalogue.keys_file);
  const SecretText settings(ReadText(options.input, "settings"));
  const cupel::Buffer row = cupel::SealSettings(
      keys, OwnerOf(options), settings.text, FormatOf(options.format));
  Print(std::string(row.view()));
  return kExitClean;
}

// Without the line feed that an editor or a shell puts there.
std::string RowOf(const SettingsOptions& options) {
  std::string row = options.row == "-" ? ReadText("-", "row") : options.row;
  while (!row.empty() && (row.back() == '\n' || row.back() == '\r')) {
    row.pop_back();
  }
  return row;
}

int Open(const SettingsOptions& options) {
  const std::string row = RowOf(options);
  const Json info = Json::parse(cupel::InspectSettings(row).view());
  const bool has_owner = info["format"] == "cupel";
  if (has_owner && (options.organisation.empty() || options.plugin.empty())) {
    throw UsageError(
        "this row is one organisation's and one plugin's: name them with "
        "--organisation and --plugin");
  }
  const cupel::Keyring keys = LoadKeys(options.catalogue.keys_file);
  const bool allow_plain =
      options.catalogue.allow_plain || options.format == "identity";
  // OpenKAT's rows know no owner, but the library wants one.
  const cupel::SettingsOwner owner =
      has_owner ? OwnerOf(options) : cupel::SettingsOwner{"none", "none"};
  Print(std::string(cupel::OpenSettings(keys, owner, row, allow_plain).view()));
  return kExitClean;
}

int Rotate(const SettingsOptions& options) {
  const cupel::Registry registry = OpenRegistry(options.catalogue);
  const cupel::Cancel cancel;
  const SignalWatch watch(cancel);
  ProgressLine line(WantProgress(options.progress));
  const cupel::Buffer answer =
      registry.Rotate(&cancel, [&line](uint64_t done, uint64_t total) {
        line.Show(fmt::format("{} of {} rows", done, total));
        return true;
      });
  line.Clear();
  const Json result = Json::parse(answer.view());
  for (const Json& failed : result["failed"]) {
    Complain(Printable(failed.get<std::string>()));
  }
  Print(fmt::format("{} sealed anew, {} were already, {} failed",
                    result["resealed"].get<uint64_t>(),
                    result["already"].get<uint64_t>(),
                    result["failed"].size()));
  return result["failed"].empty() ? kExitClean : kExitMatched;
}

void AddOwner(CLI::App& command, SettingsOptions* options) {
  command.add_option("ORGANISATION", options->organisation, "Whose settings")
      ->required();
  command.add_option("PLUGIN", options->plugin, "Of which plugin")->required();
}

void AddInput(CLI::App& command, SettingsOptions* options) {
  command
      .add_option("FILE", options->input,
                  "A JSON object; - is standard input [-]")
      ->type_name("PATH");
}

void AddFormat(CLI::App& command, SettingsOptions* options,
               const std::string& help) {
  AddChoice(command, "-f,--format", &options->format,
            {"cupel", "openkat", "identity"}, help)
      ->group("Format");
}

void AddStored(CLI::App& settings, SettingsOptions* options, Action* action) {
  CLI::App* set = settings.add_subcommand(
      "set", "Replace an organisation's settings for a plugin.");
  AddOwner(*set, options);
  AddInput(*set, options);
  AddCatalogueOptions(*set, &options->catalogue);
  AddKeyOptions(*set, &options->catalogue);
  set->footer(kSetFooter);
  set->callback([=] { *action = [=] { return Set(*options); }; });

  CLI::App* show = settings.add_subcommand(
      "show", "Show settings, with *** for what is secret.");
  AddOwner(*show, options);
  show->add_flag("--reveal", options->reveal, "Show secrets too");
  AddCatalogueOptions(*show, &options->catalogue);
  AddKeyOptions(*show, &options->catalogue);
  show->footer(kShowFooter);
  show->callback([=] { *action = [=] { return Show(*options); }; });

  CLI::App* rotate = settings.add_subcommand(
      "rotate", "Seal all stored settings with the first key.");
  AddCatalogueOptions(*rotate, &options->catalogue);
  AddKeyOptions(*rotate, &options->catalogue);
  AddChoice(*rotate, "--progress", &options->progress,
            {"auto", "always", "never"},
            "How far it is, on standard error [auto: on a terminal]");
  rotate->footer(kRotateFooter);
  rotate->callback([=] { *action = [=] { return Rotate(*options); }; });
}

void AddSealing(CLI::App& settings, SettingsOptions* options, Action* action) {
  CLI::App* keygen =
      settings.add_subcommand("keygen", "Make a key to seal settings with.");
  keygen
      ->add_option("-o,--output", options->output,
                   "File to write, which must not be there; else it is shown")
      ->type_name("FILE");
  keygen->footer(kKeygenFooter);
  keygen->callback([=] { *action = [=] { return Keygen(*options); }; });

  CLI::App* seal = settings.add_subcommand(
      "seal", "Seal settings as the text of a database row.");
  AddOwner(*seal, options);
  AddInput(*seal, options);
  AddFormat(*seal, options,
            "Cupel's own [default], or OpenKAT's NACL_SEALBOX or IDENTITY");
  AddKeyOptions(*seal, &options->catalogue);
  seal->footer(kSealFooter);
  seal->callback([=] { *action = [=] { return Seal(*options); }; });

  CLI::App* open = settings.add_subcommand(
      "open", "Open the text of a database row, Cupel's or OpenKAT's.");
  open->add_option("ROW", options->row, "The text; - is standard input")
      ->required();
  open->add_option("--organisation", options->organisation,
                   "Whose settings, for Cupel's rows")
      ->type_name("ID");
  open->add_option("--plugin", options->plugin,
                   "Of which plugin, for Cupel's rows")
      ->type_name("ID");
  AddFormat(*open, options,
            "identity allows a row that is not sealed; others are told apart "
            "by themselves");
  AddKeyOptions(*open, &options->catalogue);
  open->footer(kOpenFooter);
  open->callback([=] { *action = [=] { return Open(*options); }; });
}

}  // namespace

void AddSettingsCommand(CLI::App& app, Action* action) {
  CLI::App* settings = app.add_subcommand(
      "settings", "Keep settings of plugins, sealed, and the keys for them.");
  settings->require_subcommand(1);
  static SettingsOptions options;
  AddSealing(*settings, &options, action);
  AddStored(*settings, &options, action);
}

}  // namespace cli
