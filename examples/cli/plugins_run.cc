// cupel plugins run: one plugin on one payload.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "console.h"
#include "exit_code.h"
#include "plugin_options.h"
#include "plugins_commands.h"
#include "signals.h"
#include "table.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct RunOptions {
  std::string category;
  std::string name;
  std::string file;
  PluginOptions plugins;
  std::string output;
  std::string document;
  std::string tlp;
  std::string timeout = "10m";
  std::string format = "text";
};

constexpr size_t kMostBytes = size_t{1} << 30;

constexpr const char* kFooter = R"(Examples:
  cupel plugins run decoder base64 message.txt
  cupel plugins run decoder xor sample -o xor:key=7 --output found/
  cupel plugins run worker pe - < setup.exe
  cupel plugins run extractor mine mail.eml -p plugins/ --format json
What the plugin hands back is listed; payloads are written only with --output,
under names that are made here: child-000001 and so on.
Exit codes: 0 the plugin ended well, 1 it failed, was stopped or ran into a
limit, 2 wrong use or it could not be run.)";

// Writes what is handed back to files of its own names.
class Folder {
 public:
  explicit Folder(const std::string& path) : path_(path) {
    if (path_.empty()) return;
    if (mkdir(path_.c_str(), 0777) != 0 && errno != EEXIST) Fail(path_);
    fd_ = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd_ < 0) Fail(path_);
  }
  ~Folder() {
    if (fd_ >= 0) close(fd_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  bool wanted() const { return fd_ >= 0; }
  static std::string NameOf(uint64_t index) {
    return fmt::format("child-{:06}", index + 1);
  }

  void Write(uint64_t index, std::string_view bytes) const {
    const std::string name = NameOf(index);
    const int file =
        openat(fd_, name.c_str(),
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0) Fail(path_ + "/" + name);
    while (!bytes.empty()) {
      const ssize_t written = write(file, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        const int why = errno;
        close(file);
        errno = why;
        Fail(path_ + "/" + name);
      }
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    if (close(file) != 0) Fail(path_ + "/" + name);
  }

 private:
  [[noreturn]] static void Fail(const std::string& path) {
    throw UsageError(
        fmt::format("write '{}': {}", Printable(path), std::strerror(errno)));
  }

  const std::string path_;
  int fd_ = -1;
};

std::string Compact(const Json& value) {
  return Printable(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string TextOf(const Json& object, const char* key) {
  return object[key].is_string() ? object[key].get<std::string>() : "";
}

std::string ChildTable(const Json& told, const Folder& folder) {
  if (told["children"].empty()) return "";
  Table table({"CHILD", "SIZE", "SHA256", "NAME"}, {1});
  uint64_t index = 0;
  for (const Json& child : told["children"]) {
    table.Add(
        {folder.wanted() ? Folder::NameOf(index) : std::to_string(index + 1),
         FormatCount(child["size"].get<uint64_t>()), TextOf(child, "sha256"),
         TextOf(child, "name")});
    ++index;
  }
  return table.Render();
}

std::string Text(const Json& told, const Folder& folder) {
  std::string text;
  for (const Json& result : told["results"]) {
    text += fmt::format("result {}\n", Compact(result));
  }
  for (const Json& statement : told["statements"]) {
    text += fmt::format(
        "statement {} weight {} at {}+{} {}\n", TextOf(statement, "name"),
        statement["weight"].get<int64_t>(), statement["offset"].get<uint64_t>(),
        statement["length"].get<uint64_t>(), Compact(statement["meta"]));
  }
  for (const Json& plugin : told["dispatches"]) {
    text += fmt::format("dispatch {}\n", plugin.get<std::string>());
  }
  for (const Json& item : told["items"]) text += "item " + Compact(item) + "\n";
  return text + ChildTable(told, folder);
}

void TellTroubles(const Json& told) {
  for (const Json& line : told["log"]) {
    Complain(fmt::format("{}: {}", TextOf(line, "level"),
                         Printable(TextOf(line, "text"))));
  }
  for (const Json& error : told["errors"]) {
    Complain(fmt::format("error: {}: {}", TextOf(error, "code"),
                         TextOf(error, "message")));
  }
  for (const Json& limit : told["limits"]) {
    Complain(fmt::format("limit: {} of {} reached, the rest was dropped",
                         TextOf(limit, "name"),
                         limit["value"].get<uint64_t>()));
  }
  if (TextOf(told, "status") == "OK") return;
  Complain(fmt::format("{} failed: {}: {}", TextOf(told, "plugin"),
                       TextOf(told, "status"), TextOf(told, "message")));
}

int Run(const RunOptions& options) {
  const std::optional<uint64_t> timeout = ParseDuration(options.timeout);
  if (!timeout.has_value()) {
    throw UsageError(fmt::format("--timeout '{}' is no time, as in 30s or 2m",
                                 Printable(options.timeout)));
  }
  const std::string bytes =
      options.file.empty() ? "" : ReadText(options.file, "file", kMostBytes);
  const std::string document =
      options.document.empty() ? "" : ReadText(options.document, "document");
  const cupel::Plugins plugins = MakePlugins(options.plugins);
  TellWarnings(plugins);
  const Folder folder(options.output);
  const cupel::Cancel cancel;
  const SignalWatch watch(cancel);
  cupel::PluginInput input;
  input.bytes = bytes;
  input.name = options.file == "-" ? "stdin" : std::string_view(options.file);
  input.document = document;
  input.tlp = options.tlp;
  input.timeout_ns = *timeout;
  cupel::PluginBytesFn take;
  if (folder.wanted()) {
    take = [&folder](uint64_t index, std::string_view, std::string_view child) {
      folder.Write(index, child);
      return true;
    };
  }
  const cupel::Buffer done = plugins.Run(options.category + ":" + options.name,
                                         input, std::move(take), &cancel);
  const Json told = Json::parse(done.view());
  TellTroubles(told);
  Print(options.format == "json" ? told.dump(2) : Text(told, folder));
  return told["complete"] == true ? kExitClean : kExitMatched;
}

}  // namespace

void AddPluginsRun(CLI::App& plugins, Action* action) {
  static RunOptions options;
  CLI::App* run = plugins.add_subcommand(
      "run", "Run one plugin on one payload, and show what it gives back.");
  run->add_option("CATEGORY", options.category,
                  "source, reader, worker, extractor, carver, decoder, "
                  "decorator, connector or normalizer")
      ->required();
  run->add_option("NAME", options.name, "The plugin's name")->required();
  run->add_option("FILE", options.file, "The payload; - for standard input")
      ->type_name("PATH");
  AddPluginOptions(*run, &options.plugins);
  run->add_option("--tlp", options.tlp, "Label of the payload [clear]")
      ->type_name("LABEL");
  run->add_option("--document", options.document,
                  "JSON for decorators, connectors and normalizers")
      ->type_name("FILE");
  run->add_option("--timeout", options.timeout, "Time it may take [10m]")
      ->type_name("TIME");
  run->add_option("--output", options.output,
                  "Write the payloads that it hands back into this folder")
      ->type_name("PATH")
      ->group("Report");
  AddChoice(*run, "-f,--format", &options.format, {"text", "json"},
            "Text [default], or JSON with all there is to know")
      ->group("Report");
  run->footer(kFooter);
  run->callback([action] { *action = [] { return Run(options); }; });
}

}  // namespace cli
