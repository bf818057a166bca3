#include "registry/plugin_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "registry/stoq_manifest.h"
#include "schema/schema.h"

namespace cupel {
namespace {

constexpr std::string_view kStoqSuffix = ".stoq";
// Imports stand at the top.
constexpr size_t kModuleHead = size_t{1} << 20;

bool IsStoqName(std::string_view name) {
  return name.size() > kStoqSuffix.size() &&
         name.substr(name.size() - kStoqSuffix.size()) == kStoqSuffix;
}

void AddOnce(std::vector<std::string>* list, std::string item) {
  if (std::find(list->begin(), list->end(), item) == list->end()) {
    list->push_back(std::move(item));
  }
}

struct FreeText {
  void operator()(char* text) const { free(text); }
};

// True if `path`, links followed, lies in `real_root`.
bool LiesWithin(const std::string& path, std::string_view real_root) {
  const std::unique_ptr<char, FreeText> real(realpath(path.c_str(), nullptr));
  if (real == nullptr) return false;
  const std::string_view text = real.get();
  if (real_root == "/") return true;
  return text.substr(0, real_root.size()) == real_root &&
         text.substr(real_root.size(), 1) == "/";
}

class Reader {
 public:
  Reader(const PluginFolder& folder, const DiscoveryLimits& limits,
         std::vector<FoundPlugin>* found)
      : folder_(folder), limits_(limits), found_(found) {}

  void ReadBoefje() {
    FoundPlugin& plugin = Start(PluginKind::kBoefje, "boefje.json");
    const absl::Status status = [&]() -> absl::Status {
      CUPEL_RETURN_IF_ERROR(CheckPackage());
      CUPEL_RETURN_IF_ERROR(ReadJsonManifest(&plugin));
      CUPEL_RETURN_IF_ERROR(ReadSchemaFile(&plugin.manifest));
      CUPEL_RETURN_IF_ERROR(Hash(&plugin.manifest));
      AddBoefjeTypes(&plugin.manifest);
      return absl::OkStatus();
    }();
    plugin.problem = MessageOf(status);
    plugin.cover_file = Served("cover.jpg");
    plugin.description_file = Served("description.md");
  }

  void ReadNormalizer() {
    FoundPlugin& plugin = Start(PluginKind::kNormalizer, "normalizer.json");
    const absl::Status status = [&]() -> absl::Status {
      CUPEL_RETURN_IF_ERROR(CheckPackage());
      CUPEL_RETURN_IF_ERROR(ReadJsonManifest(&plugin));
      if (Find("normalize.py") != EntryKind::kFile) {
        return NotFound("{}: there is no normalize.py beside it",
                        EscapePrintable(plugin.manifest_file));
      }
      CUPEL_RETURN_IF_ERROR(Hash(&plugin.manifest));
      plugin.manifest.consumes.push_back("normalizer/" + plugin.manifest.id);
      return absl::OkStatus();
    }();
    plugin.problem = MessageOf(status);
    plugin.cover_file = Served("normalizer_cover.jpg");
  }

  void ReadStoq(const std::string& name) {
    FoundPlugin& plugin = Start(PluginKind::kStoq, name);
    const absl::Status status = [&]() -> absl::Status {
      CUPEL_ASSIGN_OR_RETURN(const std::string text, ReadManifestFile(name));
      const std::string shown = EscapePrintable(plugin.manifest_file);
      auto stoq = std::make_shared<StoqManifest>();
      CUPEL_RETURN_IF_ERROR(
          ReadStoqManifest(text, shown, &plugin.manifest, stoq.get()));
      plugin.stoq = std::move(stoq);
      CUPEL_RETURN_IF_ERROR(ReadModule(shown, &plugin.manifest));
      return Hash(&plugin.manifest);
    }();
    plugin.problem = MessageOf(status);
  }

  void ReadNative() {
    const std::string name(kNativeManifestName);
    FoundPlugin& plugin = Start(PluginKind::kNative, name);
    const absl::Status status = [&]() -> absl::Status {
      CUPEL_ASSIGN_OR_RETURN(const std::string text, ReadManifestFile(name));
      const std::string shown = EscapePrintable(plugin.manifest_file);
      auto native = std::make_shared<NativeManifest>();
      const absl::Status read = ReadNativeManifest(text, shown, native.get());
      FillNative(*native, &plugin.manifest);
      CUPEL_RETURN_IF_ERROR(read);
      CUPEL_RETURN_IF_ERROR(CheckCode(shown, plugin.manifest.module));
      CUPEL_RETURN_IF_ERROR(Hash(&plugin.manifest));
      plugin.native = std::move(native);
      return absl::OkStatus();
    }();
    plugin.problem = MessageOf(status);
  }

 private:
  FoundPlugin& Start(PluginKind kind, const std::string& name) {
    FoundPlugin& plugin = found_->emplace_back();
    plugin.manifest.kind = kind;
    plugin.directory = folder_.path;
    plugin.manifest_file = PathOf(name);
    return plugin;
  }

  std::string PathOf(const std::string& name) const {
    return folder_.path + (folder_.path.back() == '/' ? "" : "/") + name;
  }

  // Nothing if there is no such entry.
  std::optional<EntryKind> Find(std::string_view name) const {
    const auto at =
        std::lower_bound(folder_.entries.begin(), folder_.entries.end(), name,
                         [](const FolderEntry& entry, std::string_view wanted) {
                           return entry.name < wanted;
                         });
    if (at == folder_.entries.end() || at->name != name) return std::nullopt;
    return at->kind;
  }

  absl::Status CheckPackage() const {
    if (folder_.is_package) return absl::OkStatus();
    return FailedPrecondition(
        "'{}': a folder with a dot in its name is no Python package, and not a "
        "plugin's for OpenKAT; rename it, or take the manifest away",
        EscapePrintable(folder_.path));
  }

  absl::StatusOr<std::string> ReadManifestFile(const std::string& name) const {
    return ReadSmallFileAt(folder_.descriptor, name, PathOf(name),
                           limits_.manifest_bytes);
  }

  absl::StatusOr<Json> ReadJsonFile(const std::string& name) const {
    CUPEL_ASSIGN_OR_RETURN(const std::string text, ReadManifestFile(name));
    JsonLimits limits;
    limits.bytes = limits_.manifest_bytes;
    return ParseJson(text, EscapePrintable(PathOf(name)), limits);
  }

  absl::Status ReadJsonManifest(FoundPlugin* plugin) const {
    const PluginKind kind = plugin->manifest.kind;
    const std::string name(kind == PluginKind::kBoefje ? "boefje.json"
                                                       : "normalizer.json");
    CUPEL_ASSIGN_OR_RETURN(const Json document, ReadJsonFile(name));
    JsonIssues issues;
    plugin->manifest = ReadManifest(document, kind, &issues);
    return issues.ToStatus(EscapePrintable(plugin->manifest_file));
  }

  // It takes the place of the manifest's own.
  absl::Status ReadSchemaFile(PluginManifest* manifest) const {
    const std::string name = "schema.json";
    if (!Find(name).has_value()) return absl::OkStatus();
    const std::string shown = EscapePrintable(PathOf(name));
    CUPEL_ASSIGN_OR_RETURN(Json schema, ReadJsonFile(name));
    if (!schema.is_object()) {
      return InvalidArgument("{}: $: expected an object, found {}", shown,
                             JsonTypeName(schema));
    }
    auto compiled = Schema::Compile(schema);
    if (!compiled.ok()) {
      return MakeStatus(compiled.status().code(), "{}: {}", shown,
                        MessageOf(compiled.status()));
    }
    manifest->schema = std::move(schema);
    manifest->compiled = std::move(*compiled);
    return absl::OkStatus();
  }

  absl::Status ReadModule(std::string_view shown,
                          PluginManifest* manifest) const {
    const std::string name = manifest->module + ".py";
    if (Find(name) != EntryKind::kFile) {
      return NotFound("{}: there is no {} beside it", shown,
                      EscapePrintable(name));
    }
    CUPEL_ASSIGN_OR_RETURN(
        const std::string text,
        ReadHeadAt(folder_.descriptor, name, PathOf(name), kModuleHead));
    manifest->categories = StoqCategories(text);
    return absl::OkStatus();
  }

  static void FillNative(const NativeManifest& native,
                         PluginManifest* manifest) {
    const PluginInfo& info = native.info;
    manifest->id = info.id.name.empty() ? "" : PluginNameText(info.id);
    manifest->name = info.id.name;
    if (!info.version.empty()) manifest->version = info.version;
    if (!info.description.empty()) manifest->description = info.description;
    manifest->consumes = info.consumes;
    manifest->categories = {std::string(CategoryName(info.id.category))};
    manifest->module =
        native.module.empty() ? native.shared_object : native.module;
  }

  // A regular file that lies in the folder, wherever links lead.
  absl::Status CheckCode(std::string_view shown,
                         const std::string& name) const {
    const std::string path = PathOf(name);
    struct stat file{};
    if (stat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode)) {
      return NotFound("{}: there is no file {} beside it", shown,
                      EscapePrintable(name));
    }
    const std::unique_ptr<char, FreeText> real(
        realpath(folder_.path.c_str(), nullptr));
    if (real != nullptr && LiesWithin(path, real.get())) {
      return absl::OkStatus();
    }
    return InvalidArgument("{}: {} is a link that leads out of the folder",
                           shown, EscapePrintable(name));
  }

  // Once for all manifests of the folder.
  absl::Status Hash(PluginManifest* manifest) {
    if (!hashes_.has_value()) hashes_ = HashFolder(folder_.path, limits_);
    CUPEL_RETURN_IF_ERROR(hashes_->status());
    manifest->content_hash = (*hashes_)->content_hash;
    if (manifest->kind == PluginKind::kBoefje) {
      manifest->runnable_hash = (*hashes_)->runnable_hash;
    }
    return absl::OkStatus();
  }

  static void AddBoefjeTypes(PluginManifest* manifest) {
    const std::string type = "boefje/" + manifest->id;
    AddOnce(&manifest->produces, type);
    if (manifest->version.has_value() && !manifest->version->empty()) {
      AddOnce(&manifest->produces, type + "-" + *manifest->version);
    }
  }

  std::string Served(const std::string& name) const {
    if (Find(name) != EntryKind::kFile) return "";
    std::string path = PathOf(name);
    return LiesWithin(path, folder_.real_root) ? path : "";
  }

  const PluginFolder& folder_;
  const DiscoveryLimits& limits_;
  std::vector<FoundPlugin>* const found_;
  std::optional<absl::StatusOr<FolderHashes>> hashes_;
};

}  // namespace

bool IsManifestName(std::string_view name) {
  return name == "boefje.json" || name == "normalizer.json" ||
         name == kNativeManifestName || IsStoqName(name);
}

void ReadPluginFolder(const PluginFolder& folder, const DiscoveryLimits& limits,
                      std::vector<FoundPlugin>* found) {
  Reader reader(folder, limits, found);
  std::vector<std::string> stoq;
  // Sorted: boefje.json, normalizer.json, plugin.json.
  for (const FolderEntry& entry : folder.entries) {
    if (entry.name == "boefje.json") reader.ReadBoefje();
    if (entry.name == "normalizer.json") reader.ReadNormalizer();
    if (entry.name == kNativeManifestName) reader.ReadNative();
    if (IsStoqName(entry.name)) stoq.push_back(entry.name);
  }
  for (const std::string& name : stoq) reader.ReadStoq(name);
}

}  // namespace cupel
