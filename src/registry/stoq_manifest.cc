#include "registry/stoq_manifest.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr std::pair<std::string_view, std::string_view> kClasses[] = {
    {"StoqWorkerPlugin", "worker"},       {"StoqConnectorPlugin", "connector"},
    {"StoqReaderPlugin", "reader"},       {"StoqSourcePlugin", "source"},
    {"StoqExtractorPlugin", "extractor"}, {"StoqCarverPlugin", "carver"},
    {"StoqDecoderPlugin", "decoder"},     {"StoqDecoratorPlugin", "decorator"},
};

absl::StatusOr<std::string> Required(const IniDocument& ini,
                                     std::string_view path,
                                     std::string_view option) {
  CUPEL_ASSIGN_OR_RETURN(const auto value, ini.Get("Core", option));
  if (value.has_value() && !value->empty()) return *value;
  const IniSection* const core = ini.Find("Core");
  return InvalidArgument("{}:{}: [Core] has no {}", path,
                         core == nullptr ? 1 : core->line, option);
}

// The .py beside the .stoq file; no way out of the folder.
absl::Status CheckModule(std::string_view module, std::string_view path) {
  if (!HasControlCharacters(module) && module.size() <= 200 &&
      module.find_first_of("/\\") == std::string_view::npos &&
      module.front() != '.') {
    return absl::OkStatus();
  }
  return InvalidArgument("{}: Module '{}' is no name of a file in this folder",
                         path, EscapePrintable(module.substr(0, 200)));
}

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

std::string_view TakeWord(std::string_view* text) {
  size_t begin = 0;
  while (begin < text->size() && !IsWordCharacter((*text)[begin])) ++begin;
  size_t end = begin;
  while (end < text->size() && IsWordCharacter((*text)[end])) ++end;
  const std::string_view word = text->substr(begin, end - begin);
  text->remove_prefix(end);
  return word;
}

std::vector<std::string> ImportedCategories(std::string_view module_text) {
  static constexpr std::string_view kImport = "from stoq.plugins import ";
  std::vector<std::string> categories;
  size_t at = module_text.find(kImport);
  // At the start of a line.
  while (at != std::string_view::npos && at != 0 &&
         module_text[at - 1] != '\n' && module_text[at - 1] != '\r') {
    at = module_text.find(kImport, at + 1);
  }
  if (at == std::string_view::npos) return categories;
  std::string_view names = module_text.substr(at + kImport.size());
  names = names.substr(0, names.find_first_of("\r\n#"));
  while (!names.empty()) {
    const std::string_view word = TakeWord(&names);
    const auto* const found =
        std::find_if(std::begin(kClasses), std::end(kClasses),
                     [word](const auto& item) { return item.first == word; });
    if (found == std::end(kClasses)) continue;
    if (std::find(categories.begin(), categories.end(), found->second) ==
        categories.end()) {
      categories.emplace_back(found->second);
    }
  }
  return categories;
}

// True if there is a line "class X(...StoqXPlugin...)".
bool HasClassOf(std::string_view module_text, std::string_view name) {
  size_t at = module_text.find(name);
  for (; at != std::string_view::npos; at = module_text.find(name, at + 1)) {
    const size_t start = module_text.rfind('\n', at) + 1;  // npos + 1 is 0
    std::string_view line = module_text.substr(start, at - start);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.starts_with("class ")) return true;
  }
  return false;
}

}  // namespace

absl::Status ReadStoqManifest(std::string_view text, std::string_view path,
                              PluginManifest* manifest, StoqManifest* stoq) {
  manifest->kind = PluginKind::kStoq;
  CUPEL_ASSIGN_OR_RETURN(const IniDocument ini, IniDocument::Parse(text, path));
  CUPEL_ASSIGN_OR_RETURN(manifest->name, Required(ini, path, "Name"));
  manifest->id = manifest->name;
  if (const auto status = CheckPluginId(manifest->id); !status.ok()) {
    return InvalidArgument("{}: [Core] Name: {}", path, MessageOf(status));
  }
  CUPEL_ASSIGN_OR_RETURN(manifest->version,
                         ini.Get("Documentation", "Version"));
  CUPEL_ASSIGN_OR_RETURN(manifest->description,
                         ini.Get("Documentation", "Description"));
  CUPEL_ASSIGN_OR_RETURN(manifest->module, Required(ini, path, "Module"));
  CUPEL_RETURN_IF_ERROR(CheckModule(manifest->module, path));
  CUPEL_ASSIGN_OR_RETURN(const auto author, ini.Get("Documentation", "Author"));
  stoq->author = author.value_or("");
  CUPEL_ASSIGN_OR_RETURN(stoq->options, StoqOptions(ini, "options"));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StoqOption>> StoqOptions(const IniDocument& ini,
                                                    std::string_view section) {
  std::vector<StoqOption> options;
  const IniSection* const found = ini.Find(section);
  if (found == nullptr) return options;
  for (const IniOption& option : found->options) {
    CUPEL_ASSIGN_OR_RETURN(auto value, ini.Get(section, option.name));
    options.push_back(
        {option.name, std::move(value).value_or(""), option.line});
  }
  return options;
}

std::vector<std::string> StoqCategories(std::string_view module_text) {
  std::vector<std::string> imported = ImportedCategories(module_text);
  if (imported.size() < 2) return imported;
  std::vector<std::string> derived;
  for (const std::string& category : imported) {
    const auto* const found =
        std::find_if(std::begin(kClasses), std::end(kClasses),
                     [&](const auto& item) { return item.second == category; });
    if (HasClassOf(module_text, found->first)) derived.push_back(category);
  }
  return derived.empty() ? imported : derived;
}

}  // namespace cupel
